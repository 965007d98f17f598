"""Whether a cold page takes longer as more is stored: p50 of first reads, with ever more comments.

What is read stays the same: ten pages of a hundred comments. What grows is everything else, over ten
thousand pages; and once, a page of ten thousand comments, of which the first slice has a hundred.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import uvloop

from afterword.core.model import Page
from afterword.storage.store import WriteDb
from bench import report
from bench.engines import database
from bench.in_process import InProcess, address, running
from bench.part import Lines, Part

_READ, _COMMENTS = 10, 100
_PAGES = 10_000
_ROUNDS = 300
_LONG = "a thread of 10,000"
_ADD_PAGES = """
INSERT INTO page (site_id, url, title, changed_at, created_at, changed_in)
VALUES (1, :url, 'Notes', 1, 1, 0)
"""
_ADD_COMMENTS = """
INSERT INTO comment (site_id, page_id, status, author_name, author_key, source, tree, tree_version,
    origin_key, created_at, version, shown_version)
VALUES (1, :page_id, :status, 'Reader', :author_key, :text, :tree, 1, :origin_key, :at, 1, 1)
"""
_AT_ONCE = 2_000


def measure(folder: Path, engines: Sequence[str], most: int) -> Part:
    """Read, add, read again, up to `most` comments."""
    rows, figures, lines = [], {}, {}
    for engine in engines:
        with database(engine) as url:
            found = uvloop.run(_measure(folder / engine, url, most))
        first = next(iter(found.values()))
        for what, seconds in found.items():
            ratio = seconds / first
            rows.append([engine, what, f"{seconds * 1000:.2f}", f"{ratio:.2f}"])
            figures[f"grows: {engine}, {what}"] = ratio
        points = [(_number(what), seconds * 1000) for what, seconds in found.items()]
        lines[engine] = [(x, y) for x, y in points if x]
    title = f"Growth (p50 of {_ROUNDS} first reads of {_COMMENTS} comments, over {_PAGES:,} pages)"
    head = ["engine", "comments stored", "p50 ms", "times the first"]
    plot = Lines(
        name="growth",
        title="First reads as more is stored",
        x="comments stored",
        y="p50, ms",
        series=lines,
        log_x=True,
    )
    return Part(report.table(title, head, rows), figures, (plot,))


def _number(what: str) -> float:
    return 0 if what == _LONG else float(what.replace(",", ""))


async def _measure(folder: Path, url: str, most: int) -> dict[str, float]:
    found = {}
    async with running(folder, url) as ours:
        read = [await ours.write_page(f"read/{n}", _COMMENTS) for n in range(_READ)]
        ids = [page_id async for page_id in _pages(ours)]
        stored, size = _READ * _COMMENTS, 1_000
        while size <= most:
            await _grow(ours, ids, stored, size)
            stored = size
            found[f"{size:,}"] = await _first_reads(ours, read)
            size *= 10
        long = await ours.write_page("long", 10_000, body=lambda n: f"Short, number {n}")
        await _lengthen(ours, long)
        await ours.ctx.store.has_grown()
        found[_LONG] = await _first_reads(ours, [long])
    return found


async def _pages(ours: InProcess) -> Any:
    for first in range(0, _PAGES, _AT_ONCE):
        async with ours.ctx.store.write() as db:
            urls = [{"url": f"https://x.example/{first + n}"} for n in range(_AT_ONCE)]
            await db.execute_many(_ADD_PAGES, urls)
    for row in await ours.ctx.store.fetch_all("SELECT id FROM page WHERE title = 'Notes'"):
        yield row[0]


async def _grow(ours: InProcess, ids: list[int], stored: int, size: int) -> None:
    """Comments of every status, a few on each page; the statistics are renewed as imports do it."""
    for first in range(stored, size, _AT_ONCE):
        async with ours.ctx.store.write() as db:
            await _add(db, [*_comments(ids, first, min(first + _AT_ONCE, size))])
    await ours.ctx.store.has_grown()


async def _add(db: WriteDb, rows: list[dict[str, object]]) -> None:
    if rows:
        await db.execute_many(_ADD_COMMENTS, rows)


def _comments(ids: list[int], first: int, end: int) -> Iterator[dict[str, object]]:
    text = "It went away when the float was cleaned, as it has done before. " * 4
    statuses = ("approved",) * 8 + ("spam", "pending")
    for n in range(first, end):
        yield {
            "page_id": ids[n * 7919 % len(ids)],
            "status": statuses[n % 10],
            "text": text,
            "author_key": f"a{n % 5000}",
            "tree": f'[["p","{text}"]]',
            "origin_key": f"grown:{n}",
            "at": 1_780_000_000_000 + n,
        }


async def _lengthen(ours: InProcess, page: Page) -> None:
    """The comments of its first slice are as long as those of the pages that it is compared with."""
    copy = """
UPDATE comment SET source = (SELECT o.source FROM comment AS o WHERE o.page_id = 1 AND o.id = 1),
    tree = (SELECT o.tree FROM comment AS o WHERE o.page_id = 1 AND o.id = 1)
WHERE page_id = :page_id AND created_at < :end
"""
    async with ours.ctx.store.write() as db:
        values = {"page_id": page.id, "end": 1_790_000_000_000 + _COMMENTS}
        await db.execute(copy, values)


async def _first_reads(ours: InProcess, read: list[Page]) -> float:
    """Median seconds, each after a write of its page; a first round in which nothing is counted."""
    seconds = []
    for number in range(len(read) * 3 + _ROUNDS):
        page = read[number % len(read)]
        await ours.change(page)
        asked = await ours.ask(ours.app, address(page))
        if number >= len(read) * 3:
            seconds.append(asked.seconds)
    return statistics.median(seconds)
