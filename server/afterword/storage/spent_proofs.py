"""Proofs of work that were used, until they would end anyway."""

from __future__ import annotations

from afterword.storage.store import WriteDb

SPEND = """
INSERT INTO spent_proof (challenge, ends_at) VALUES (:challenge, :ends_at)
ON CONFLICT (challenge) DO NOTHING RETURNING challenge
"""
DROP_ENDED = "DELETE FROM spent_proof WHERE ends_at < :now RETURNING challenge"


async def spend(db: WriteDb, challenge: str, *, ends_at: int) -> bool:
    """Note that it is used; False when it was already. Of two at the same time, one does."""
    values = {"challenge": challenge, "ends_at": ends_at}
    return await db.fetch_one(SPEND, values) is not None


async def drop_ended(db: WriteDb, now: int) -> int:
    """Delete those that are of no use to anybody any more; how many."""
    return len(await db.fetch_all(DROP_ENDED, {"now": now}))
