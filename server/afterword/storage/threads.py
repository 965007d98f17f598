"""Threads as readers see them, a slice at a time: roots by keyset, each with its first replies.

Only approved and removed comments come out of here. A removed one is there because something may
hang under it; `core.thread` leaves out those under which nothing visible is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from afterword.core.model import Comment
from afterword.storage.comments import COLUMNS, comment_of
from afterword.storage.store import Db, Values

Position = tuple[int, int]
"""A place in the order of time: created_at, id. What follows it comes next."""
Order = Literal["oldest", "newest"]

# A root that was removed counts only while an approved reply hangs under it. One root more than is
# wanted is looked for, to know whether there is a next slice; its replies are not read.
OLDEST = """
WITH found AS (
    SELECT r.id, r.created_at FROM comment AS r
    WHERE r.page_id = :page_id AND r.parent_id IS NULL AND (
        r.status = 'approved' OR r.status = 'removed' AND EXISTS (
            SELECT 1 FROM comment AS a WHERE a.root_id = r.id AND a.status = 'approved'
        )
    ) AND (r.created_at, r.id) > (:after_at, :after_id)
    ORDER BY r.created_at, r.id LIMIT :limit + 1
), roots AS (
    SELECT id FROM found ORDER BY created_at, id LIMIT :limit
), replies AS (
    SELECT c.id, c.root_id,
        row_number() OVER (PARTITION BY c.root_id ORDER BY c.created_at, c.id) AS place,
        sum(CASE c.status WHEN 'approved' THEN 1 ELSE 0 END) OVER (PARTITION BY c.root_id) AS total
    FROM roots JOIN comment AS c ON c.root_id = roots.id
    WHERE c.status IN ('approved', 'removed')
)
SELECT {columns}, 0 FROM found JOIN comment AS c ON c.id = found.id
UNION ALL
SELECT {columns}, replies.total FROM replies JOIN comment AS c ON c.id = replies.id
WHERE replies.place <= :replies OR replies.root_id = :opened AND replies.place <= :opened_to
""".replace("{columns}", COLUMNS)
NEWEST = (
    OLDEST.replace("r.id) > (", "r.id) < (")
    .replace("ORDER BY r.created_at, r.id LIMIT", "ORDER BY r.created_at DESC, r.id DESC LIMIT")
    .replace("ORDER BY created_at, id LIMIT", "ORDER BY created_at DESC, id DESC LIMIT")
)
REPLIES = """
SELECT {columns} FROM comment AS c
WHERE c.root_id = :root_id AND c.status IN ('approved', 'removed')
    AND (c.created_at, c.id) > (:after_at, :after_id)
ORDER BY c.created_at, c.id LIMIT :limit + 1
""".replace("{columns}", COLUMNS)
REPLIES_LEFT = """
SELECT count(*) FROM comment
WHERE root_id = :root_id AND status = 'approved' AND (created_at, id) > (:after_at, :after_id)
"""
TARGET = """
SELECT r.id, r.created_at, (
    SELECT count(*) FROM comment AS b
    WHERE b.root_id = r.id AND b.status IN ('approved', 'removed')
        AND (b.created_at, b.id) <= (c.created_at, c.id)
)
FROM comment AS c JOIN comment AS r ON r.id = coalesce(c.root_id, c.id)
WHERE c.id = :id AND c.page_id = :page_id AND c.status IN ('approved', 'removed')
    AND r.status IN ('approved', 'removed')
"""
EARLIER = """
SELECT r.created_at, r.id FROM comment AS r
WHERE r.page_id = :page_id AND r.parent_id IS NULL AND (
    r.status = 'approved' OR r.status = 'removed' AND EXISTS (
        SELECT 1 FROM comment AS a WHERE a.root_id = r.id AND a.status = 'approved'
    )
) AND (r.created_at, r.id) < (:at, :id)
ORDER BY r.created_at DESC, r.id DESC LIMIT 1 OFFSET :back
"""
LATER = EARLIER.replace("r.id) < (", "r.id) > (").replace(
    "ORDER BY r.created_at DESC, r.id DESC", "ORDER BY r.created_at, r.id"
)

_FIRST: dict[Order, Position] = {"oldest": (-(2**62), 0), "newest": (2**62, 0)}
"""Before every comment, whatever its clock said."""


@dataclass(frozen=True, slots=True)
class ThreadSlice:
    """Some top-level comments of a page with their first replies, in no particular order."""

    comments: list[Comment]
    """Approved and removed ones."""
    reply_totals: dict[int, int]
    """By id of a top-level comment: approved replies at any depth under it; absent where none."""
    next: Position | None
    """The position to ask from for the next slice; None when this is the last."""


@dataclass(frozen=True, slots=True)
class RepliesSlice:
    """More replies under one top-level comment, in the order of time."""

    comments: list[Comment]
    """Approved and removed ones."""
    left: int
    """Approved replies that come after these."""
    next: Position | None
    """The position to ask from for the rest; None when nothing is left."""


@dataclass(frozen=True, slots=True)
class Around:
    """The slice of a thread in which one comment is."""

    after: Position | None
    """Where that slice begins."""
    root_id: int
    """The top-level comment above it, or itself."""
    replies: int
    """How many replies of that one must be read to reach it."""


async def thread_slice(
    db: Db,
    page_id: int,
    *,
    order: Order = "oldest",
    after: Position | None = None,
    limit: int,
    replies_per_root: int,
    around: Around | None = None,
) -> ThreadSlice:
    """`limit` top-level comments that follow `after`, each with its oldest replies; in one query.

    With `around`, the slice of `around()` for the same order and limit, which has its comment in it.
    """
    position = (around.after if around else after) or _FIRST[order]
    values: Values = {
        "page_id": page_id,
        "after_at": position[0],
        "after_id": position[1],
        "limit": limit,
        # Its total comes with a reply, so one is always read.
        "replies": max(1, replies_per_root),
        "opened": around.root_id if around else 0,
        "opened_to": around.replies if around else 0,
    }
    rows = await db.fetch_all(OLDEST if order == "oldest" else NEWEST, values)
    comments = {row[0]: comment_of(row) for row in rows}
    roots = sorted(_position(each) for each in comments.values() if each.root_id is None)
    if order == "newest":
        roots.reverse()
    for _, extra in roots[limit:]:
        del comments[extra]
    return ThreadSlice(
        list(comments.values()),
        {row[3]: row[-1] for row in rows if row[3] is not None and row[-1]},
        roots[limit - 1] if len(roots) > limit else None,
    )


async def replies_slice(
    db: Db, root_id: int, *, after: Position | None = None, limit: int
) -> RepliesSlice:
    """`limit` replies under a top-level comment, at any depth, that follow `after` in time."""
    position = after or _FIRST["oldest"]
    values = {"root_id": root_id, "after_at": position[0], "after_id": position[1]}
    rows = await db.fetch_all(REPLIES, {**values, "limit": limit})
    comments = [comment_of(row) for row in rows[:limit]]
    if len(rows) <= limit:
        return RepliesSlice(comments, 0, None)
    end = _position(comments[-1])
    row = await db.fetch_one(
        REPLIES_LEFT, {"root_id": root_id, "after_at": end[0], "after_id": end[1]}
    )
    return RepliesSlice(comments, row[0] if row else 0, end)


async def around(
    db: Db, page_id: int, comment_id: int, *, order: Order = "oldest", limit: int
) -> Around | None:
    """Where to ask for the slice that has this comment near its middle; None if it is not visible."""
    row = await db.fetch_one(TARGET, {"id": comment_id, "page_id": page_id})
    if row is None:
        return None
    root_id, root_at, replies = row
    values = {"page_id": page_id, "at": root_at, "id": root_id, "back": limit // 2}
    before = await db.fetch_one(EARLIER if order == "oldest" else LATER, values)
    return Around((before[0], before[1]) if before else None, root_id, replies)


def _position(comment: Comment) -> Position:
    return (comment.created_at, comment.id)
