"""Sessions: signed-in browsers of members, found by the hash of their token."""

from __future__ import annotations

from afterword.core.model import Session
from afterword.storage.store import Db, WriteDb

BY_HASH = """
SELECT id, member_id, created_at, seen_at, agent, csrf, confirmed_at FROM session
WHERE token_hash = :token_hash AND ended_at IS NULL
"""
OF_MEMBER = """
SELECT id, member_id, created_at, seen_at, agent, csrf, confirmed_at FROM session
WHERE member_id = :member_id AND ended_at IS NULL ORDER BY seen_at DESC, id DESC
"""
ADD = """
INSERT INTO session (member_id, token_hash, csrf, created_at, seen_at, confirmed_at, agent)
VALUES (:member_id, :token_hash, :csrf, :now, :now, :now, :agent) RETURNING id
"""
SEEN = "UPDATE session SET seen_at = :now WHERE id = :session_id AND seen_at < :now"
CONFIRM = "UPDATE session SET confirmed_at = :now WHERE id = :session_id"
END = """
UPDATE session SET ended_at = :now
WHERE id = :session_id AND member_id = :member_id AND ended_at IS NULL RETURNING id
"""
END_OTHERS = """
UPDATE session SET ended_at = :now
WHERE member_id = :member_id AND id <> :kept AND ended_at IS NULL RETURNING id
"""
DROP_ENDED = """
DELETE FROM session
WHERE ended_at IS NOT NULL OR seen_at < :seen_before OR created_at < :created_before RETURNING id
"""


async def by_token(db: Db, token_hash: str) -> Session | None:
    """The session with this token, unless it was ended; how long one lasts is the caller's rule."""
    row = await db.fetch_one(BY_HASH, {"token_hash": token_hash})
    return Session(*row) if row else None


async def of_member(db: Db, member_id: int) -> list[Session]:
    """Sessions of a member that were not ended, the last used first."""
    return [Session(*row) for row in await db.fetch_all(OF_MEMBER, {"member_id": member_id})]


async def add(
    db: WriteDb, member_id: int, token_hash: str, csrf: str, agent: str, *, now: int
) -> Session:
    """Begin a session, of a member whose password was typed just now."""
    values = {"member_id": member_id, "token_hash": token_hash, "csrf": csrf, "agent": agent}
    row = await db.fetch_one(ADD, {**values, "now": now})
    assert row is not None
    return Session(row[0], member_id, now, now, agent, csrf, now)


async def seen(db: WriteDb, session_id: int, *, now: int) -> None:
    """Note that it was used; never goes back in time."""
    await db.execute(SEEN, {"session_id": session_id, "now": now})


async def confirm(db: WriteDb, session_id: int, *, now: int) -> None:
    """Note that the password was typed once more."""
    await db.execute(CONFIRM, {"session_id": session_id, "now": now})


async def end(db: WriteDb, session_id: int, member_id: int, *, now: int) -> bool:
    """End a session of this member; False when there is none to end."""
    values = {"session_id": session_id, "member_id": member_id, "now": now}
    return await db.fetch_one(END, values) is not None


async def end_others(db: WriteDb, member_id: int, kept: int | None, *, now: int) -> int:
    """End every session of a member but the one that is kept (None: all); how many."""
    values = {"member_id": member_id, "kept": kept or 0, "now": now}
    return len(await db.fetch_all(END_OTHERS, values))


async def drop_ended(db: WriteDb, *, seen_before: int, created_before: int) -> int:
    """Delete ended sessions and those that are too old to count; how many."""
    values = {"seen_before": seen_before, "created_before": created_before}
    return len(await db.fetch_all(DROP_ENDED, values))
