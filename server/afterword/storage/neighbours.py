"""The thread around one comment, whatever the status of what stands there: for moderators alone."""

from __future__ import annotations

from afterword.core.model import Comment
from afterword.storage.comments import COLUMNS, comment_of
from afterword.storage.store import Db

ABOVE = """
WITH RECURSIVE up (id, parent_id, height) AS (
    SELECT id, parent_id, 0 FROM comment WHERE id = :id
    UNION ALL
    SELECT p.id, p.parent_id, up.height + 1 FROM up CROSS JOIN comment AS p
    WHERE p.id = up.parent_id AND up.height < :limit
)
SELECT {columns}, up.height FROM up CROSS JOIN comment AS c WHERE c.id = up.id AND up.height > 0
""".replace("{columns}", COLUMNS)
# The plus keeps SQLite from reading all answers to the parent in order to sort them.
SIBLINGS = """
SELECT {columns} FROM comment AS c
WHERE c.root_id = :root_id AND +c.parent_id = :parent_id
    AND (c.created_at, c.id) > (:after_at, :after_id)
ORDER BY c.created_at, c.id LIMIT :limit
""".replace("{columns}", COLUMNS)
TOP_LEVEL = """
SELECT {columns} FROM comment AS c
WHERE c.page_id = :page_id AND c.parent_id IS NULL
    AND (c.created_at, c.id) > (:after_at, :after_id)
ORDER BY c.created_at, c.id LIMIT :limit
""".replace("{columns}", COLUMNS)


async def above(db: Db, comment_id: int, *, limit: int) -> list[Comment]:
    """What it answers, what that answers and so on, the highest first; the nearest `limit`."""
    rows = await db.fetch_all(ABOVE, {"id": comment_id, "limit": limit})
    # The height stands behind the columns of the comment.
    return [comment_of(row) for row in sorted(rows, key=lambda row: row[-1], reverse=True)]


async def below(db: Db, comment: Comment, *, limit: int) -> list[Comment]:
    """The first answers to it, the oldest first."""
    values = {"root_id": comment.root_id or comment.id, "parent_id": comment.id, "limit": limit}
    rows = await db.fetch_all(SIBLINGS, {**values, "after_at": -(2**62), "after_id": 0})
    return [comment_of(row) for row in rows]


async def beside(db: Db, comment: Comment, *, limit: int) -> list[Comment]:
    """What came next beside it: answers to the same comment, or top-level comments of its page."""
    values = {"after_at": comment.created_at, "after_id": comment.id, "limit": limit}
    if comment.parent_id is None:
        rows = await db.fetch_all(TOP_LEVEL, {**values, "page_id": comment.page_id})
    else:
        asked = {**values, "root_id": comment.root_id, "parent_id": comment.parent_id}
        rows = await db.fetch_all(SIBLINGS, asked)
    return [comment_of(row) for row in rows]
