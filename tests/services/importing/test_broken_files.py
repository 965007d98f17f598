"""A file that is cut off or damaged changes nothing, and whoever imports it is told where it ends."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio

from afterword.core.errors import Unsupported
from afterword.core.model import Site
from afterword.formats.opening import MalformedFile
from afterword.services.context import Context, open_context
from afterword.services.sites.manage_sites import add_site
from afterword.settings import Settings
from tests.services.builders import NOW, ORIGIN, UNHURRIED
from tests.services.importing.taking import all_comments, exported, look_at, take
from tests.support.disqus_file import disqus_file, post, thread

POSTS = [
    post(n, 1 + n % 3, f"<p>Number {n} is <b>bold</b> &amp; <a href='https://a.example/{n}'>linked</a></p>",
         parent=n + 3 if n % 4 == 0 else None, email=f"m{n}@example.org")
    for n in range(1, 60)
]  # fmt: skip
FILE = disqus_file(*(thread(n, f"{ORIGIN}/{n}") for n in (1, 2, 3)), *POSTS)


@pytest_asyncio.fixture
async def small(ready_sqlite_url: str, tmp_path: Path) -> AsyncIterator[tuple[Context, Site]]:
    """What a format does with a file is the same on both engines, so it is tried on one."""
    settings = Settings(data=tmp_path / "data", database_url=ready_sqlite_url)
    async with open_context(settings) as ctx:
        yield ctx, await add_site(ctx.store, "blog", [ORIGIN], UNHURRIED, NOW)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
async def test_a_file_that_ends_too_early_is_refused(
    small: tuple[Context, Site], pack: type[bytes]
) -> None:
    ctx, site = small
    whole = pack(FILE)
    for percent in range(100):
        with pytest.raises((MalformedFile, Unsupported)):
            await take(ctx, site, whole[: len(whole) * percent // 100])
    assert await all_comments(ctx, site) == {}
    assert await ctx.store.fetch_all("SELECT id FROM page") == []


async def test_an_export_that_ends_inside_a_line_is_refused(small: tuple[Context, Site]) -> None:
    ctx, site = small
    await take(ctx, site, FILE)
    whole = await exported(ctx, site)
    for percent in range(100):
        part = whole[: len(whole) * percent // 100]
        try:
            report = await look_at(ctx, site, part)
        except (MalformedFile, Unsupported):
            continue
        assert part.endswith((b"\n", b"}"))
        assert report.new == 0


@pytest.mark.parametrize("kind", ["disqus", "afterword", "gzip"])
async def test_a_file_with_wrong_bytes_is_read_or_refused(
    small: tuple[Context, Site], kind: str
) -> None:
    ctx, site = small
    await take(ctx, site, FILE)
    whole = {"disqus": FILE, "afterword": await exported(ctx, site), "gzip": gzip.compress(FILE)}[
        kind
    ]
    random, refused = Random(7), 0
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(random.randrange(1, 4)):
            damaged[random.randrange(len(damaged))] = random.randrange(256)
        try:
            await look_at(ctx, site, bytes(damaged))
        except (MalformedFile, Unsupported):
            refused += 1
    assert refused
    assert len(await all_comments(ctx, site)) == len(POSTS)
