"""Earlier texts of comments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from afterword.storage.store import Db, WriteDb

ADD = """
INSERT INTO edit (comment_id, source, edited_at, by_member)
VALUES (:comment_id, :source, :now, :by_member)
"""
OF = """
SELECT comment_id, source, edited_at, by_member FROM edit WHERE comment_id IN (:ids)
ORDER BY edited_at, id
"""

TAKE_BACK = "DELETE FROM edit WHERE comment_id = :comment_id AND edited_at = :replaced_at"
SET_TIME = "UPDATE comment SET edited_at = :edited_at WHERE id = :comment_id"


@dataclass(frozen=True, slots=True)
class Edit:
    """A text that a comment once had."""

    source: str
    edited_at: int
    """When it was replaced."""
    by_member: int | None
    """The member who replaced it; None when the author did."""


def add(
    db: WriteDb, comment_id: int, source: str, *, now: int, by_member: int | None = None
) -> None:
    """Keep the text that a comment has had until now."""
    values = {"comment_id": comment_id, "source": source, "now": now, "by_member": by_member}
    db.later(ADD, values)


async def of(db: Db, comment_id: int) -> list[Edit]:
    """Earlier texts of a comment, oldest first."""
    return (await of_each(db, [comment_id])).get(comment_id, [])


async def of_each(db: Db, ids: Sequence[int]) -> dict[int, list[Edit]]:
    """Earlier texts by comment, of those that have any, oldest first."""
    found: dict[int, list[Edit]] = {}
    for comment_id, *columns in await db.fetch_all(OF, {"ids": list(ids)}):
        found.setdefault(comment_id, []).append(Edit(*columns))
    return found


async def take_back(
    db: WriteDb, comment_id: int, *, edited_at: int | None, replaced_at: int
) -> None:
    """Forget that the text was replaced then: the comment was last edited at `edited_at`, if ever."""
    await db.execute(TAKE_BACK, {"comment_id": comment_id, "replaced_at": replaced_at})
    await db.execute(SET_TIME, {"comment_id": comment_id, "edited_at": edited_at})
