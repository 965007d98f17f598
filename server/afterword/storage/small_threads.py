"""A page by its keys with all of its thread, where that is small: in one query.

Most threads are. The first read after a write is then one trip to the database, which takes as long as
the plain SELECT of the comments in it (0.22 and 0.21 ms of 100 on SQLite, 0.36 and 0.38 ms on
PostgreSQL), where a page and then its slice took 0.42 ms and 1.1 ms. A page of which it is known that it
is larger comes in one query too, with the beginning of its thread.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import starmap
from operator import attrgetter

from afterword.core.model import Order, Page
from afterword.core.shown import Shown
from afterword.core.thread import in_order, moment
from afterword.storage.pages import page_of
from afterword.storage.store import Db, Row
from afterword.storage.threads import (
    BEGINNING,
    COLUMNS,
    WIDTH,
    ThreadSlice,
    beginning,
    place_of,
    slice_of,
)

MOST = 200
"""Comments of a thread that is read whole; of a larger one, the slice that is wanted is cheaper."""

# The row of the page stands in the columns of the comments: what tells it is that it has no tree.
_PAGE = """p.id, p.site_id, p.version, p.url, p.title, p.reactions, p.note, p.comment_count, p.closed,
    {key}, CAST(NULL AS TEXT), CAST(NULL AS TEXT), p.created_at, p.opened_at, p.slow, p.merged_into, 0"""
_ROOT, _TREE = 2, 11
_LEADING = "(SELECT k.{what} FROM page_key AS k WHERE k.site_id = :site_id AND k.key = :key_{n})"
_LISTED = """
UNION ALL
SELECT * FROM (
    SELECT {columns} FROM comment AS c
    WHERE c.page_id = (SELECT p.id FROM p WHERE p.comment_count <= :most) AND c.status = '{status}'
    ORDER BY c.created_at LIMIT :most + 1
) AS {status}
"""
# Each status by itself, in an order that its index has: of a join without one PostgreSQL reads all
# comments of all pages, where there are so few pages that it takes each for a large one.
_P = """
WITH p AS MATERIALIZED (
    SELECT page.*, {key} AS leading FROM page WHERE id = {page_id}
)
"""
_FIND = "{p} SELECT {page} FROM p {listed}".replace("{p}", _P)
_BEGIN = "{p}, {listed} UNION ALL SELECT {page}, 0 FROM p".replace("{p}", _P.rstrip())


@cache
def find_text(keys: int, most: int = MOST) -> str:
    """The query for so many keys, the strongest first."""
    listed = "".join(_LISTED.replace("{status}", status) for status in ("approved", "removed"))
    return _filled(_FIND.replace("{listed}", listed), keys, {"most": most})


@cache
def begin_text(keys: int, order: Order, limit: int, replies_per_root: int) -> str:
    """The query for a page of so many keys with the beginning of its thread."""
    listed = BEGINNING[order].strip().removeprefix("WITH ")
    listed = listed.replace(":page_id", "(SELECT p.id FROM p)")
    numbers = beginning(order, limit=limit, replies_per_root=replies_per_root)
    return _filled(_BEGIN.replace("{listed}", listed), keys, numbers)


def _filled(text: str, keys: int, numbers: Mapping[str, int]) -> str:
    # Limits stand in the text: of one that it is told later PostgreSQL fears the worst, and makes a plan
    # for its value at each execution, which takes longer than the query.
    for name, number in numbers.items():
        text = re.sub(rf":{name}\b", str(number), text)
    key, page_id = (
        f"coalesce({', '.join(_LEADING.format(what=what, n=n) for n in range(keys))}, NULL)"
        for what in ("key", "page_id")
    )
    return (
        text.replace("{page}", _PAGE.replace("{key}", "p.leading"))
        .replace("{key}", key)
        .replace("{page_id}", page_id)
        .replace("{columns}", COLUMNS)
    )


HIDDEN = "SELECT {columns} FROM comment AS c WHERE c.id IN (:ids)".replace("{columns}", COLUMNS)


@dataclass(frozen=True, slots=True)
class Found:
    """What some keys lead to."""

    page: Page | None = None
    key: str | None = None
    """The strongest of them that leads to it."""
    thread: list[Shown] | None = None
    """Everything that may have a place in the thread; None where that is too much to be read at once."""
    beginning: ThreadSlice | None = None
    """The first of it, where only that was asked for."""


async def find(db: Db, site_id: int, keys: Sequence[str]) -> Found:
    """The page of the first of these keys that leads to one, with its thread, as of one moment."""
    rows = await db.fetch_all(find_text(len(keys), MOST), _values(site_id, keys))
    if not rows:
        return Found()
    page, key = _take_page(rows)
    if page.comment_count > MOST or len(rows) > MOST:
        return Found(page, key)
    thread = [*starmap(Shown, rows)]
    # A top-level comment that is not public keeps its place above a reply that is.
    hidden = {row[_ROOT] for row in rows}.difference([row[0] for row in rows], (None,))
    if hidden:
        above = await db.fetch_all(HIDDEN, {"ids": [*hidden]})
        thread += starmap(Shown, above)
    return Found(page, key, thread)


async def begin(
    db: Db,
    site_id: int,
    keys: Sequence[str],
    order: Order,
    *,
    limit: int,
    replies_per_root: int,
) -> Found:
    """The page with the beginning of its thread, for one that is known to be too large for `find`."""
    sql = begin_text(len(keys), order, limit, replies_per_root)
    rows = await db.fetch_all(sql, _values(site_id, keys))
    if not rows:
        return Found()
    page, key = _take_page(rows)
    return Found(page, key, beginning=slice_of(rows, order, limit))


def _values(site_id: int, keys: Sequence[str]) -> dict[str, object]:
    return {"site_id": site_id, **{f"key_{n}": key for n, key in enumerate(keys)}}


def _take_page(rows: list[Row]) -> tuple[Page, str]:
    """Takes it from among the comments, with the key that leads to it."""
    at = next(n for n, row in enumerate(rows) if row[_TREE] is None)
    row = rows.pop(at)
    id, site_id, version, url, title, reactions, note, count, closed, key, _, _, *rest = row[:WIDTH]
    created_at, opened_at, slow, merged_into, _ = rest
    columns = (id, site_id, url, title, closed, version, count, reactions, slow, note)
    return page_of((*columns, created_at, opened_at, merged_into)), key


_root = attrgetter("root_id")


def cut(thread: list[Shown], order: Order, *, limit: int, replies_per_root: int) -> ThreadSlice:
    """The beginning of the thread, as `threads.thread_slice` reads it from the database.

    Where nothing has to be cut, its comments may be some that have nothing visible under them, and its
    totals are not needed.
    """
    sizes = Counter(map(_root, thread))
    roots_here = sizes.pop(None, 0)
    if roots_here <= limit and max(sizes.values(), default=0) <= replies_per_root:
        return ThreadSlice(thread, {}, None)
    families: dict[int, list[Shown]] = {each.id: [] for each in thread if each.root_id is None}
    for each in sorted(thread, key=moment):
        if each.root_id in families:
            families[each.root_id].append(each)
    totals = {root: sum(each.is_public for each in under) for root, under in families.items()}
    tops = in_order((each for each in thread if each.root_id is None), order)
    tops = [each for each in tops if each.is_public or totals[each.id]]
    roots = [each for each in tops if not each.stands_first]
    kept = [each for each in tops if each.stands_first] + roots[:limit]
    replies = [reply for root in kept for reply in families[root.id][:replies_per_root]]
    return ThreadSlice(
        kept + replies,
        {root.id: totals[root.id] for root in kept if totals[root.id]},
        place_of(roots[limit - 1]) if len(roots) > limit else None,
    )
