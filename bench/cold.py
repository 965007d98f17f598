"""What the first read after a write costs, beside one indexed SELECT of the comments and its JSON.

Both are asked in one process, in turn, each after a write of the page; no socket and no client is in the
figures. The other application reads the same 100 comments by an index with the same store, puts them
into objects of the same members, the stored body as it is, and encodes them.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import uvloop

from afterword.storage.store import Store
from bench import report
from bench.engines import database
from bench.in_process import Asked, InProcess, address, running
from bench.part import Bars, Part

_ROUNDS = 400
_COMMENTS = 100
SELECT = """
SELECT c.id, c.parent_id, c.root_id, c.status, c.author_name, c.website, c.member_id, c.author_key,
    c.tree, c.created_at, c.edited_at, c.up, c.down, c.pinned, c.verified, c.author_role,
    c.author_avatar
FROM comment AS c
WHERE c.page_id = :page_id AND c.status = 'approved' ORDER BY c.created_at LIMIT 100
"""
_NAMES = (
    *("id", "parent_id", "root_id", "status", "name", "website", "staff", "key", "body"),
    *("created_at", "edited_at", "up", "down", "pinned", "verified", "role", "avatar"),
)
_BODY = _NAMES.index("body")
_encode = msgspec.json.Encoder().encode


class OneSelect:
    """An application that is nothing but a query and its JSON."""

    def __init__(self, store: Store, page_id: int) -> None:
        self._store = store
        self._page_id = page_id

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer."""
        rows = await self._store.fetch_all(SELECT, {"page_id": self._page_id})
        comments = [dict(zip(_NAMES, row, strict=True)) for row in rows]
        for comment in comments:
            comment["body"] = msgspec.Raw(comment["body"])
        body = _encode(comments)
        length = (b"content-length", b"%d" % len(body))
        kind = (b"content-type", b"application/json")
        start = {"type": "http.response.start", "status": 200, "headers": [kind, length]}
        await send(start)
        await send({"type": "http.response.body", "body": body})


def measure(folder: Path, engines: Sequence[str]) -> Part:
    """Alternate the two, with a write before each."""
    rows, figures, bars = [], {}, []
    for engine in engines:
        with database(engine) as url:
            found = uvloop.run(_measure(folder / engine, url))
        floor = found.pop("SELECT and JSON")
        rows.append(_row(engine, "SELECT and JSON", floor, floor))
        for name, asked in found.items():
            rows.append(_row(engine, name, asked, floor))
        ratio = _median(floor) / _median(found["first read, plain"])
        figures[f"of a SELECT: {engine}"] = ratio
        bars.append(ratio)
    head = ["engine", "what", "p50 ms", "processor ms", "bytes", "of the SELECT", "by processor"]
    title = f"The first read after a write ({_ROUNDS} rounds in turn, {_COMMENTS} comments)"
    plot = Bars(
        name="cold",
        title="First read after a write",
        unit="of one SELECT and its JSON",
        groups=engines,
        series={"Afterword": bars},
        promise=0.8,
    )
    return Part(report.table(title, head, rows), figures, (plot,))


async def _measure(folder: Path, url: str) -> dict[str, list[Asked]]:
    async with running(folder, url) as ours:
        page = await ours.write_page("field-notes/river-gauge", _COMMENTS)
        await ours.ctx.store.has_grown()
        floor = OneSelect(ours.ctx.store, page.id)
        found: dict[str, list[Asked]] = {}
        for number in range(_ROUNDS + 20):
            for name, app, encoding in (
                ("SELECT and JSON", floor, b""),
                ("first read, plain", ours.app, b""),
                ("first read, brotli", ours.app, b"gzip, deflate, br"),
            ):
                asked = await _after_a_write(ours, page, app, encoding)
                if number >= 20:
                    found.setdefault(name, []).append(asked)
    return found


async def _after_a_write(ours: InProcess, page: Any, app: Any, encoding: bytes) -> Asked:
    await ours.change(page)
    return await ours.ask(app, address(page), encoding=encoding)


def _median(asked: list[Asked]) -> float:
    return statistics.median(each.seconds for each in asked)


def _row(engine: str, name: str, asked: list[Asked], floor: list[Asked]) -> list[str]:
    worked = [statistics.median(each.processor for each in some) for some in (asked, floor)]
    return [
        *(engine, name, f"{_median(asked) * 1000:.2f}", f"{worked[0] * 1000:.2f}"),
        f"{len(asked[-1].body):,}",
        report.ratio(_median(floor), _median(asked)),
        report.ratio(worked[1], worked[0]),
    ]
