"""Who looks at their own page: by the link that was mailed to their address, or as the reader of one site."""

from __future__ import annotations

from dataclasses import dataclass

from afterword.storage.store import Db, WriteDb

ADD = """
INSERT INTO own_session (token_hash, mailbox_id, site_id, author_key, csrf, created_at, ends_at)
VALUES (:token_hash, :mailbox_id, :site_id, :author_key, :csrf, :now, :ends_at)
"""
BY_HASH = """
SELECT s.token_hash, s.mailbox_id, s.site_id, s.author_key, s.csrf, s.ends_at, m.email, m.lang
FROM own_session AS s LEFT JOIN mailbox AS m ON m.id = s.mailbox_id
WHERE s.token_hash = :token_hash AND s.ends_at > :now
    AND (m.email IS NOT NULL OR s.author_key IS NOT NULL)
"""
END = "DELETE FROM own_session WHERE token_hash = :token_hash"
DROP_ENDED = "DELETE FROM own_session WHERE ends_at <= :now"


@dataclass(frozen=True, slots=True)
class PageOwner:
    """Whose page it is: the owner of a mailbox, on every site, or a reader of one site by their key."""

    mailbox_id: int | None = None
    site_id: int | None = None
    author_key: str | None = None


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A browser in which somebody looks at their own page."""

    token_hash: str
    mailbox_id: int | None
    site_id: int | None
    author_key: str | None
    csrf: str
    """Random value that every form of this session carries."""
    ends_at: int
    email: str | None
    """Of the mailbox."""
    lang: str | None


def add(
    db: WriteDb, owner: PageOwner, token_hash: str, csrf: str, *, ends_at: int, now: int
) -> None:
    """Begin a session."""
    values = {
        "token_hash": token_hash,
        "mailbox_id": owner.mailbox_id,
        "site_id": owner.site_id,
        "author_key": owner.author_key,
        "csrf": csrf,
    }
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
