"""JSON whose values are not what a format has there: the comment comes, or is told, and nothing breaks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from afterword.formats import native
from afterword.formats.formats import format_of
from afterword.formats.opening import MalformedFile, open_import
from afterword.services.context import open_context
from afterword.services.importing.stage_import import Wanted, stage_import
from afterword.services.sites.manage_sites import add_site
from afterword.settings import Settings
from afterword.storage.staging import staging
from tests.services.builders import NOW, ORIGIN, UNHURRIED
from tests.support.samples import SAMPLES

ODD: tuple[Any, ...] = (None, 10**400, "\ud800\0" + "x" * 3000, [{}])
# Our own export is refused wherever it is not as we write it.
JSON = {
    name: each.written
    for name, each in SAMPLES.items()
    if each.written[:1] in b"[{" and name != native.NAME
}


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in it, of a list in its last value."""
    yield path
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _places(inner, (*path, name))
    elif isinstance(value, list) and value:
        yield from _places(value[-1], (*path, len(value) - 1))


def _replaced(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    if not path:
        return odd
    first, rest = path[0], path[1:]
    changed = value.copy()
    changed[first] = _replaced(value[first], rest, odd)
    return changed


def _odd_files(written: bytes) -> Iterator[bytes]:
    try:
        lines = [json.loads(written)]
    except json.JSONDecodeError:
        lines = [json.loads(line) for line in written.splitlines()]
    for path in _places(lines):
        for odd in ODD if path else ():
            yield "\n".join(map(json.dumps, _replaced(lines, path, odd))).encode()


@pytest.mark.parametrize("name", JSON)
async def test_an_odd_value_breaks_nothing(
    name: str, ready_sqlite_url: str, tmp_path: Path
) -> None:
    settings = Settings(data=tmp_path / "data", database_url=ready_sqlite_url)
    read = 0
    async with open_context(settings) as ctx:
        site = await add_site(ctx.store, "blog", [ORIGIN], UNHURRIED, NOW)
        for written in _odd_files(JSON[name]):
            (tmp_path / "file").write_bytes(written)
            with open_import(tmp_path / "file") as opened, staging(tmp_path) as staged:
                wanted = Wanted(site, format_of(opened, name))
                try:
                    await stage_import(ctx, opened, staged, wanted, lambda _: None)
                    read += 1
                except MalformedFile:
                    pass
    assert read
