"""Set-up links: the way in while there is no member."""

from __future__ import annotations

from afterword.storage.store import Db, WriteDb

DROP_ALL = "DELETE FROM setup_link"
ADD = "INSERT INTO setup_link (token_hash, created_at) VALUES (:token_hash, :now)"
VALID = "SELECT 1 FROM setup_link WHERE token_hash = :token_hash AND created_at >= :since"
TAKE = """
DELETE FROM setup_link WHERE token_hash = :token_hash AND created_at >= :since RETURNING token_hash
"""


async def replace(db: WriteDb, token_hash: str, *, now: int) -> None:
    """Make this the only link that is good."""
    await db.execute(DROP_ALL)
    await db.execute(ADD, {"token_hash": token_hash, "now": now})


async def is_valid(db: Db, token_hash: str, *, since: int) -> bool:
    """Whether the link is good and was made at or after `since`."""
    values = {"token_hash": token_hash, "since": since}
    return await db.fetch_one(VALID, values) is not None


async def take(db: WriteDb, token_hash: str, *, since: int) -> bool:
    """Use the link up; False when it is not good. Of two at the same time, one gets it."""
    values = {"token_hash": token_hash, "since": since}
    return await db.fetch_one(TAKE, values) is not None
