"""Threads as readers see them, a slice at a time: roots by keyset, each with its first replies.

What is not approved comes out of here only where something may hang under it, so that whatever is
counted is also shown: `core.thread` makes it an empty place, or leaves it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from afterword.core.model import Order
from afterword.core.shown import Shown
from afterword.core.thread import in_order
from afterword.storage.store import Db, Row

COLUMNS = """c.id, c.parent_id, c.root_id, c.status, c.author_name, c.website, c.author_key,
    c.member_id, c.verified, c.author_role, c.author_avatar, c.tree, c.created_at, c.edited_at,
    c.up, c.down, c.pinned"""
"""What readers are shown: the members of `Shown` in their order."""
WIDTH = COLUMNS.count(",") + 1
"""So many of a row's values are the comment; what else was asked for stands behind them."""

Position = tuple[int, int]
"""A place in the order of time: created_at, id. What follows it comes next."""
Place = tuple[int, int, int]
"""A place among top-level comments: points, created_at, id. In the order of time, points say nothing."""
TimeOrder = Literal["oldest", "newest"]

# A root that is not approved counts only while an approved reply hangs under it. That is asked for each
# such root: of EXISTS beside OR PostgreSQL makes one list of all replies there are, of every page. One
# root more than is wanted is looked for, to know whether there is a next slice. CROSS JOIN is an
# ordinary join that SQLite takes in this order; where the replies are cut is computed once for each
# root, not for each reply. 50 roots with 10 replies each: 0.7 ms at 200 thousand comments, on one root
# of 10 thousand too.
OLDEST = """
WITH found AS (
    SELECT r.id, r.created_at FROM comment AS r
    WHERE r.page_id = :page_id AND r.parent_id IS NULL AND (
        r.status = 'approved' OR (
            SELECT a.id FROM comment AS a WHERE a.root_id = r.id AND a.status = 'approved' LIMIT 1
        ) IS NOT NULL
    ) AND (r.pinned = 0 OR r.status <> 'approved') AND (r.created_at, r.id) > (:after_at, :after_id)
    ORDER BY r.created_at, r.id LIMIT :limit + 1
), reached AS MATERIALIZED (
    SELECT found.id, (
        SELECT b.created_at FROM comment AS b
        WHERE b.root_id = found.id AND b.status IN ('approved', 'removed')
        ORDER BY b.created_at, b.id LIMIT 1 OFFSET :replies - 1
    ) AS at
    FROM found
), cut AS MATERIALIZED (
    SELECT reached.id, coalesce(reached.at, :end) AS last_at,
        CASE WHEN reached.at IS NULL THEN :end ELSE (
            SELECT b.id FROM comment AS b
            WHERE b.root_id = reached.id AND b.status IN ('approved', 'removed')
            ORDER BY b.created_at, b.id LIMIT 1 OFFSET :replies - 1
        ) END AS last_id
    FROM reached
)
SELECT {columns}, (
    SELECT count(*) FROM comment AS a WHERE a.root_id = found.id AND a.status = 'approved'
)
FROM found CROSS JOIN comment AS c WHERE c.id = found.id
UNION ALL
SELECT {columns}, 0
FROM cut CROSS JOIN comment AS c
WHERE c.root_id = cut.id AND c.status IN ('approved', 'removed')
    AND (c.created_at, c.id) <= (cut.last_at, cut.last_id)
""".replace("{columns}", COLUMNS)
# The replies of one root up to a certain one, which may be beyond the cut.
_UP_TO = """
UNION ALL
SELECT {columns}, 0 FROM comment AS c
WHERE c.root_id = :opened AND c.status IN ('approved', 'removed')
    AND (c.created_at, c.id) <= (:until_at, :until_id)
""".replace("{columns}", COLUMNS)
NEWEST = OLDEST.replace("r.id) > (", "r.id) < (").replace(
    "ORDER BY r.created_at, r.id LIMIT", "ORDER BY r.created_at DESC, r.id DESC LIMIT"
)
TOP = OLDEST.replace(
    "(r.created_at, r.id) > (:after_at, :after_id)",
    "(r.points, r.created_at, r.id) < (:after_points, :after_at, :after_id)",
).replace(
    "ORDER BY r.created_at, r.id LIMIT",
    "ORDER BY r.points DESC, r.created_at DESC, r.id DESC LIMIT",
)
SLICE: dict[Order, str] = {"oldest": OLDEST, "newest": NEWEST, "top": TOP}
# A thread begins with what is pinned, whatever the order. Named as it is, the status would lead SQLite to
# look through all that is approved on the page: 20 ms of 10 thousand, and not 0.01 ms.
_PINNED = """WITH listed AS (
    {listed}
), found AS (
    SELECT id, created_at FROM listed
    UNION ALL
    SELECT id, created_at FROM comment
    WHERE page_id = :page_id AND pinned = 1 AND coalesce(status, '') = 'approved'
), reached AS"""
BEGINNING: dict[Order, str] = {
    order: _PINNED.replace(
        "{listed}", text.partition("AS (")[2].partition("\n), reached AS")[0].strip()
    )
    + text.partition("), reached AS")[2]
    for order, text in SLICE.items()
}
AROUND: dict[Order, str] = {order: text + _UP_TO for order, text in SLICE.items()}
AROUND_BEGINNING: dict[Order, str] = {order: text + _UP_TO for order, text in BEGINNING.items()}
REPLIES = """
SELECT {columns}, c.page_id FROM comment AS c
WHERE c.root_id = :root_id AND c.status IN ('approved', 'removed')
    AND (c.created_at, c.id) > (:after_at, :after_id)
ORDER BY c.created_at, c.id LIMIT :limit + 1
""".replace("{columns}", COLUMNS)
REPLIES_LEFT = """
SELECT count(*) FROM comment
WHERE root_id = :root_id AND status = 'approved' AND (created_at, id) > (:after_at, :after_id)
"""
TARGET = """
SELECT r.id, r.points, r.created_at, r.pinned = 1 AND r.status = 'approved', c.created_at
FROM comment AS c JOIN comment AS r ON r.id = coalesce(c.root_id, c.id)
WHERE c.id = :id AND c.page_id = :page_id AND c.status = 'approved'
"""
EARLIER = """
SELECT r.points, r.created_at, r.id FROM comment AS r
WHERE r.page_id = :page_id AND r.parent_id IS NULL AND (
    r.status = 'approved' OR (
        SELECT a.id FROM comment AS a WHERE a.root_id = r.id AND a.status = 'approved' LIMIT 1
    ) IS NOT NULL
) AND (r.pinned = 0 OR r.status <> 'approved') AND (r.created_at, r.id) < (:at, :id)
ORDER BY r.created_at DESC, r.id DESC LIMIT 1 OFFSET :back
"""
LATER = EARLIER.replace("r.id) < (", "r.id) > (").replace(
    "ORDER BY r.created_at DESC, r.id DESC", "ORDER BY r.created_at, r.id"
)
HIGHER = EARLIER.replace(
    "(r.created_at, r.id) < (:at, :id)", "(r.points, r.created_at, r.id) > (:points, :at, :id)"
).replace("ORDER BY r.created_at DESC, r.id DESC", "ORDER BY r.points, r.created_at, r.id")
BEFORE: dict[Order, str] = {"oldest": EARLIER, "newest": LATER, "top": HIGHER}

_END = 2**62
"""Later, and a higher id, than any comment, whatever its clock said."""
FIRST: dict[TimeOrder, Position] = {"oldest": (-_END, 0), "newest": (_END, 0)}
"""Before every comment in either order."""
_START: dict[Order, Place] = {"oldest": (0, *FIRST["oldest"]), "newest": (0, *FIRST["newest"])}
_START["top"] = (_END, _END, 0)


@dataclass(frozen=True, slots=True)
class ThreadSlice:
    """Some top-level comments of a page with their first replies, in no particular order."""

    comments: list[Shown]
    """Approved ones, removed replies, and roots above something approved."""
    reply_totals: dict[int, int]
    """By id of a top-level comment: approved replies at any depth under it; zero is left out."""
    next: Place | None
    """The position to ask from for the next slice; None when this is the last."""


@dataclass(frozen=True, slots=True)
class RepliesSlice:
    """More replies under one top-level comment, in the order of time."""

    comments: list[Shown]
    """Approved and removed ones."""
    left: int
    """Approved replies that come after these."""
    next: Position | None
    """The position to ask from for the rest; None when nothing is left."""
    page_id: int | None = None
    """Of the page that they are on; None where there are none."""


@dataclass(frozen=True, slots=True)
class Around:
    """The slice of a thread in which one comment is."""

    after: Place | None
    """Where that slice begins."""
    root_id: int
    """The top-level comment above it, or itself."""
    position: Position
    """Of the comment: so far the replies under that one are read."""


async def thread_slice(
    db: Db,
    page_id: int,
    *,
    order: Order = "oldest",
    after: Place | None = None,
    limit: int,
    replies_per_root: int,
    around: Around | None = None,
) -> ThreadSlice:
    """`limit` top-level comments that follow `after`, each with its oldest replies; in one query.

    With `around`, the slice of `around()` for the same order and limit, which has its comment in it.
    """
    if around is not None:
        after = around.after
    values: dict[str, object] = {"page_id": page_id}
    values |= beginning(order, limit=limit, replies_per_root=replies_per_root)
    sql = _text(order, begins=after is None, around=around is not None)
    if around is not None:
        values |= {"opened": around.root_id, "until_at": around.position[0]}
        values["until_id"] = around.position[1]
    if after is not None:
        values |= _behind(after, order)
    return slice_of(await db.fetch_all(sql, values), order, limit)


def beginning(order: Order, *, limit: int, replies_per_root: int) -> dict[str, int]:
    """Values for a text of `BEGINNING`, but for the page."""
    values = {"limit": limit, "replies": max(1, replies_per_root), "end": _END}
    return values | _behind(_START[order], order)


def _behind(place: Place, order: Order) -> dict[str, int]:
    points, at, id = place
    values = {"after_at": at, "after_id": id}
    return values | {"after_points": points} if order == "top" else values


def _text(order: Order, *, begins: bool, around: bool) -> str:
    if around:
        return (AROUND_BEGINNING if begins else AROUND)[order]
    return (BEGINNING if begins else SLICE)[order]


def slice_of(rows: list[Row], order: Order, limit: int) -> ThreadSlice:
    """The slice out of what was found for it, which may be one top-level comment more."""
    comments = {row[0]: shown_of(row) for row in rows}
    tops = [each for each in comments.values() if each.root_id is None]
    roots = in_order((each for each in tops if not each.stands_first), order)
    kept = {root.id for root in [*roots[:limit], *(each for each in tops if each.stands_first)]}
    return ThreadSlice(
        [each for each in comments.values() if (each.root_id or each.id) in kept],
        {row[0]: row[-1] for row in rows if row[0] in kept and row[-1]},
        place_of(roots[limit - 1]) if len(roots) > limit else None,
    )


def shown_of(row: Row) -> Shown:
    """A comment out of a row of `COLUMNS`."""
    return Shown(*row[:WIDTH])


def place_of(root: Shown) -> Place:
    """The place of a top-level comment."""
    return (root.points, root.created_at, root.id)


async def replies_slice(
    db: Db, root_id: int, *, after: Position | None = None, limit: int
) -> RepliesSlice:
    """`limit` replies under a top-level comment, at any depth, that follow `after` in time."""
    position = after or FIRST["oldest"]
    values = {"root_id": root_id, "after_at": position[0], "after_id": position[1]}
    rows = await db.fetch_all(REPLIES, {**values, "limit": limit})
    comments = [shown_of(row) for row in rows[:limit]]
    page_id = rows[0][-1] if rows else None
    if len(rows) <= limit:
        return RepliesSlice(comments, 0, None, page_id)
    end = _position(comments[-1])
    row = await db.fetch_one(
        REPLIES_LEFT, {"root_id": root_id, "after_at": end[0], "after_id": end[1]}
    )
    return RepliesSlice(comments, row[0] if row else 0, end, page_id)


async def around(
    db: Db, page_id: int, comment_id: int, *, order: Order = "oldest", limit: int
) -> Around | None:
    """Where to ask for the slice that has this comment near its middle; None if it is not visible."""
    row = await db.fetch_one(TARGET, {"id": comment_id, "page_id": page_id})
    if row is None:
        return None
    root_id, points, root_at, pinned, created_at = row
    if pinned:
        return Around(None, root_id, (created_at, comment_id))
    values = {"page_id": page_id, "at": root_at, "id": root_id, "back": limit // 2}
    if order == "top":
        values["points"] = points
    before = await db.fetch_one(BEFORE[order], values)
    after = (before[0], before[1], before[2]) if before else None
    return Around(after, root_id, (created_at, comment_id))


def _position(comment: Shown) -> Position:
    return (comment.created_at, comment.id)
