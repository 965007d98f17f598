"""Whatever becomes of a file on its way: it is read or refused, and what is refused changes nothing."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio

from afterword.core.errors import Unsupported
from afterword.core.model import Site
from afterword.formats.formats import FORMATS, NAMES, format_of
from afterword.formats.opening import MalformedFile, open_import
from afterword.services.context import Context, open_context
from afterword.services.sites.manage_sites import add_site
from afterword.settings import Settings
from tests.services.builders import NOW, ORIGIN, UNHURRIED
from tests.services.importing.taking import all_comments, look_at, take
from tests.support.samples import SAMPLES, Sample

Pack = Callable[[bytes], bytes]
REFUSED = (MalformedFile, Unsupported)


@pytest_asyncio.fixture
async def small(ready_sqlite_url: str, tmp_path: Path) -> AsyncIterator[tuple[Context, Site]]:
    """What a format does with a file is the same on both engines, so it is tried on one."""
    settings = Settings(data=tmp_path / "data", database_url=ready_sqlite_url)
    async with open_context(settings) as ctx:
        yield ctx, await add_site(ctx.store, "blog", [ORIGIN], UNHURRIED, NOW)


def _as_it_is(written: bytes) -> bytes:
    return written


def _packed(written: bytes) -> bytes:
    return gzip.compress(written, mtime=0)


every_sample = pytest.mark.parametrize(("name", "sample"), SAMPLES.items(), ids=SAMPLES.keys())
every_way = pytest.mark.parametrize("pack", [_as_it_is, _packed], ids=["plain", "gzip"])


def test_every_format_has_a_sample() -> None:
    assert sorted(SAMPLES) == sorted(NAMES)


@every_sample
def test_a_sample_is_recognised_by_its_own_format_alone(
    name: str, sample: Sample, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(sample.written)
    with open_import(tmp_path / "file") as opened:
        assert format_of(opened).name == name
        assert [each.name for each in FORMATS if each.recognise(opened.head)] == [name]


@every_way
@every_sample
async def test_a_whole_file_comes_once(
    small: tuple[Context, Site], name: str, sample: Sample, pack: Pack
) -> None:
    ctx, site = small
    report, done = await take(ctx, site, pack(sample.written))
    assert done.comments == report.total == sample.comments
    _, again = await take(ctx, site, pack(sample.written))
    assert (again.comments, again.pages) == (0, 0)


@every_way
@every_sample
async def test_a_file_that_is_cut_off_changes_nothing(
    small: tuple[Context, Site], name: str, sample: Sample, pack: Pack
) -> None:
    ctx, site = small
    whole = pack(sample.written)
    for percent in range(100):
        part = whole[: len(whole) * percent // 100]
        if sample.ends or pack is _packed:
            with pytest.raises(REFUSED):
                await take(ctx, site, part)
        else:
            await _look(ctx, site, part)
    assert await all_comments(ctx, site) == {}
    assert await ctx.store.fetch_all("SELECT id FROM page") == []


@every_way
@every_sample
async def test_a_file_with_wrong_bytes_is_read_or_refused(
    small: tuple[Context, Site], name: str, sample: Sample, pack: Pack
) -> None:
    ctx, site = small
    whole = pack(sample.written)
    random = Random(7)
    outcomes = set()
    for _ in range(100):
        damaged = bytearray(whole)
        for _ in range(random.randrange(1, 4)):
            damaged[random.randrange(len(damaged))] = random.randrange(256)
        outcomes.add(await _look(ctx, site, bytes(damaged)))
    assert "refused" in outcomes
    assert await all_comments(ctx, site) == {}


async def _look(ctx: Context, site: Site, written: bytes) -> str:
    """Whether it is read or refused; nothing else may happen."""
    try:
        await look_at(ctx, site, written)
    except REFUSED:
        return "refused"
    return "read"
