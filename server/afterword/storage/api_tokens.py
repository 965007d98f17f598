"""Personal tokens of the API, found by the hash of what is sent."""

from __future__ import annotations

from afterword.core.api_token import ApiToken
from afterword.core.model import Role
from afterword.storage.store import Db, Row, WriteDb

BY_HASH = """
SELECT id, member_id, name, role, created_at, seen_at, ends_at, feed FROM api_token
WHERE token_hash = :token_hash AND feed = :feed AND ended_at IS NULL AND ends_at > :now
"""
OF_MEMBER = """
SELECT id, member_id, name, role, created_at, seen_at, ends_at, feed FROM api_token
WHERE member_id = :member_id AND ended_at IS NULL AND ends_at > :now ORDER BY id
"""
ADD = """
INSERT INTO api_token (member_id, name, token_hash, role, feed, created_at, ends_at)
VALUES (:member_id, :name, :token_hash, :role, :feed, :now, :ends_at) RETURNING id
"""
SEEN = "UPDATE api_token SET seen_at = :now WHERE id = :token_id"
END = """
UPDATE api_token SET ended_at = :now
WHERE id = :token_id AND member_id = :member_id AND ended_at IS NULL RETURNING id
"""

DROP_OVER = "DELETE FROM api_token WHERE ends_at <= :now"


async def by_hash(db: Db, token_hash: str, *, feed: bool, now: int) -> ApiToken | None:
    """The token with this hash, while it is good; one of a feed, or one of the API."""
    values = {"token_hash": token_hash, "feed": int(feed), "now": now}
    row = await db.fetch_one(BY_HASH, values)
    return _token(row) if row else None


async def of_member(db: Db, member_id: int, *, now: int) -> list[ApiToken]:
    """A member's tokens that are good, in the order in which they were made."""
    rows = await db.fetch_all(OF_MEMBER, {"member_id": member_id, "now": now})
    return [_token(row) for row in rows]


async def add(
    db: WriteDb,
    member_id: int,
    name: str,
    token_hash: str,
    role: Role,
    *,
    feed: bool = False,
    ends_at: int,
    now: int,
) -> ApiToken:
    """Store a token."""
    values = {"member_id": member_id, "name": name, "token_hash": token_hash, "role": role.value}
    row = await db.fetch_one(ADD, {**values, "feed": int(feed), "ends_at": ends_at, "now": now})
    assert row is not None
    return ApiToken(row[0], member_id, name, role, now, None, ends_at, feed)


async def seen(db: WriteDb, token_id: int, *, now: int) -> None:
    """Note that it was used."""
    await db.execute(SEEN, {"token_id": token_id, "now": now})


async def end(db: WriteDb, token_id: int, member_id: int, *, now: int) -> bool:
    """End a token of this member; False when there is none to end."""
    values = {"token_id": token_id, "member_id": member_id, "now": now}
    return await db.fetch_one(END, values) is not None


def drop_over(db: WriteDb, now: int) -> None:
    """Delete those whose time is over."""
    db.later(DROP_OVER, {"now": now})


def _token(row: Row) -> ApiToken:
    token_id, member_id, name, role, created_at, seen_at, ends_at, feed = row
    return ApiToken(
        token_id, member_id, name, Role(role), created_at, seen_at, ends_at, feed=bool(feed)
    )
