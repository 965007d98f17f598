"""Failed sign-ins, counted for each subject: an account or an address, as keyed hashes."""

from __future__ import annotations

from afterword.storage.store import Db, WriteDb

ADD = "INSERT INTO sign_in_failure (subject, at) VALUES (:subject, :now)"
SINCE = """
SELECT count(*), coalesce(max(at), 0) FROM sign_in_failure WHERE subject = :subject AND at >= :since
"""
CLEAR = "DELETE FROM sign_in_failure WHERE subject = :subject"
DROP_BEFORE = "DELETE FROM sign_in_failure WHERE at < :before RETURNING at"


async def add(db: WriteDb, subject: str, *, now: int) -> None:
    """Note a failure."""
    await db.execute(ADD, {"subject": subject, "now": now})


async def since(db: Db, subject: str, since: int) -> tuple[int, int]:
    """How many at or after `since`, and when the last one was (0 where there is none)."""
    row = await db.fetch_one(SINCE, {"subject": subject, "since": since})
    return (row[0], row[1]) if row else (0, 0)


async def clear(db: WriteDb, subject: str) -> None:
    """Forget them, after the right password."""
    await db.execute(CLEAR, {"subject": subject})


async def drop_before(db: WriteDb, before: int) -> int:
    """Delete those that no longer count; how many."""
    return len(await db.fetch_all(DROP_BEFORE, {"before": before}))
