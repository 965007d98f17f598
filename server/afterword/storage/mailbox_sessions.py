"""Who looks at their own page, having opened the link that was mailed to their address."""

from __future__ import annotations

from dataclasses import dataclass

from afterword.storage.store import Db, WriteDb

ADD = """
INSERT INTO mailbox_session (token_hash, mailbox_id, csrf, created_at, ends_at)
VALUES (:token_hash, :mailbox_id, :csrf, :now, :ends_at)
"""
BY_HASH = """
SELECT s.token_hash, s.mailbox_id, s.csrf, s.ends_at, m.email, m.lang
FROM mailbox_session AS s JOIN mailbox AS m ON m.id = s.mailbox_id
WHERE s.token_hash = :token_hash AND s.ends_at > :now AND m.email IS NOT NULL
"""
END = "DELETE FROM mailbox_session WHERE token_hash = :token_hash"
DROP_ENDED = "DELETE FROM mailbox_session WHERE ends_at <= :now"


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A browser in which the owner of a mailbox looks at their own page."""

    token_hash: str
    mailbox_id: int
    csrf: str
    """Random value that every form of this session carries."""
    ends_at: int
    email: str
    lang: str | None


def add(
    db: WriteDb, mailbox_id: int, token_hash: str, csrf: str, *, ends_at: int, now: int
) -> None:
    """Begin a session."""
    values = {"token_hash": token_hash, "mailbox_id": mailbox_id, "csrf": csrf}
    db.later(ADD, {**values, "ends_at": ends_at, "now": now})


async def by_token(db: Db, token_hash: str, *, now: int) -> OwnSession | None:
    """The session with this token, unless it has ended or its address was forgotten."""
    row = await db.fetch_one(BY_HASH, {"token_hash": token_hash, "now": now})
    return OwnSession(*row) if row else None


def end(db: WriteDb, token_hash: str) -> None:
    """End it."""
    db.later(END, {"token_hash": token_hash})


def drop_ended(db: WriteDb, now: int) -> None:
    """Delete those that are over."""
    db.later(DROP_ENDED, {"now": now})
