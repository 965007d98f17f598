"""Email addresses of authors: a table of their own, in no public query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from afterword.storage.store import Db, WriteDb

ADD = """
INSERT INTO contact (comment_id, email, wants_replies) VALUES (:comment_id, :email, :wants_replies)
"""
OF = "SELECT email, wants_replies, confirmed_at FROM contact WHERE comment_id = :comment_id"
OF_EACH = "SELECT comment_id, email FROM contact WHERE comment_id IN (:ids)"
WANTING = "SELECT comment_id, email FROM contact WHERE comment_id IN (:ids) AND wants_replies = 1"
FORGET = "DELETE FROM contact WHERE comment_id = :comment_id"


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach the author of a comment."""

    email: str
    wants_replies: bool
    confirmed_at: int | None


def add(db: WriteDb, comment_id: int, email: str, *, wants_replies: bool = False) -> None:
    """Keep the address that the author of a new comment gave."""
    values = {"comment_id": comment_id, "email": email, "wants_replies": int(wants_replies)}
    db.later(ADD, values)


async def of(db: Db, comment_id: int) -> Contact | None:
    """The contact of a comment's author."""
    row = await db.fetch_one(OF, {"comment_id": comment_id})
    return Contact(row[0], bool(row[1]), row[2]) if row else None


async def of_each(db: Db, ids: Sequence[int]) -> dict[int, str]:
    """The address by comment, of those that have one."""
    rows = await db.fetch_all(OF_EACH, {"ids": list(ids)})
    return {row[0]: row[1] for row in rows}


async def wanting(db: Db, ids: Sequence[int]) -> dict[int, str]:
    """The address by comment, of those whose author wants to be told of something."""
    return dict(await db.fetch_all(WANTING, {"ids": list(ids)}))


def forget(db: WriteDb, comment_id: int) -> None:
    """Delete it."""
    db.later(FORGET, {"comment_id": comment_id})
