"""What is good once and was used, until it would end anyway: proofs of work, links that decide."""

from __future__ import annotations

from afterword.storage.store import Db, WriteDb

SPEND = """
INSERT INTO spent_token (token, ends_at) VALUES (:token, :ends_at)
ON CONFLICT (token) DO NOTHING RETURNING token
"""
FIND = "SELECT 1 FROM spent_token WHERE token = :token"
DROP_ENDED = "DELETE FROM spent_token WHERE ends_at < :now RETURNING token"


async def spend(db: WriteDb, token: str, *, ends_at: int) -> bool:
    """Note that it is used; False when it was already. Of two at the same time, one does."""
    values = {"token": token, "ends_at": ends_at}
    return await db.fetch_one(SPEND, values) is not None


async def is_spent(db: Db, token: str) -> bool:
    """Whether it was used."""
    return await db.fetch_one(FIND, {"token": token}) is not None


async def drop_ended(db: WriteDb, now: int) -> int:
    """Delete those that are of no use to anybody any more; how many."""
    return len(await db.fetch_all(DROP_ENDED, {"now": now}))
