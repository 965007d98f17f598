"""Readers whom a site knows, and the devices on which they are signed in, found by the hash of a token."""

from __future__ import annotations

from collections.abc import Sequence

from afterword.core.known_reader import KnownReader, ReaderSession
from afterword.storage.store import Db, Row, WriteDb

COLUMNS = """r.id, r.site_id, r.author_key, r.mailbox_id, r.provider_id, r.name, r.website, r.avatar,
    r.role, r.created_at, r.seen_at"""
OF_MAILBOX = """
SELECT {columns}, m.email FROM reader AS r JOIN mailbox AS m ON m.id = r.mailbox_id
WHERE r.mailbox_id = :mailbox_id ORDER BY r.id
""".replace("{columns}", COLUMNS)
# What is not said keeps what it was, so that a person who only confirms an address keeps their name.
PUT = """
INSERT INTO reader (
    site_id, author_key, mailbox_id, provider_id, name, website, avatar, role, created_at, seen_at
) VALUES (
    :site_id, :author_key, :mailbox_id, :provider_id, :name, :website, :avatar, :role, :now, :now
) ON CONFLICT (site_id, author_key) DO UPDATE SET
    mailbox_id = excluded.mailbox_id, provider_id = excluded.provider_id,
    name = CASE WHEN excluded.name = '' THEN reader.name ELSE excluded.name END,
    website = excluded.website, avatar = excluded.avatar, role = excluded.role,
    seen_at = excluded.seen_at
RETURNING id, site_id, author_key, mailbox_id, provider_id, name, website, avatar, role, created_at,
    seen_at
"""
KNOWN_BY = """
SELECT {columns} FROM reader AS r
WHERE r.site_id IN (:site_ids) AND r.author_key IN (:author_keys) ORDER BY r.id
""".replace("{columns}", COLUMNS)
DELETE = "DELETE FROM reader WHERE id IN (:ids)"
ADD_SESSION = """
INSERT INTO reader_session (token_hash, reader_id, agent, created_at, seen_at, ends_at)
VALUES (:token_hash, :reader_id, :agent, :now, :now, :ends_at)
"""
_SESSIONS = """
SELECT {columns}, m.email, s.token_hash, s.agent, s.created_at, s.seen_at, s.ends_at
FROM reader_session AS s JOIN reader AS r ON r.id = s.reader_id
LEFT JOIN mailbox AS m ON m.id = r.mailbox_id
""".replace("{columns}", COLUMNS)
BY_TOKEN = _SESSIONS + "WHERE s.token_hash = :token_hash AND s.ends_at > :now\n"
SESSIONS_OF = (
    _SESSIONS
    + "WHERE s.reader_id IN (:ids) AND s.ends_at > :now ORDER BY s.seen_at DESC, s.token_hash LIMIT 200\n"
)
KEEP_SESSION = """
UPDATE reader_session SET seen_at = :now, ends_at = :ends_at
WHERE token_hash = :token_hash AND seen_at < :now
"""
END_SESSION = "DELETE FROM reader_session WHERE token_hash = :token_hash"
END_SESSION_OF = """
DELETE FROM reader_session WHERE token_hash = :token_hash AND reader_id IN (:ids) RETURNING reader_id
"""
END_SESSIONS = "DELETE FROM reader_session WHERE reader_id IN (:ids)"
END_SESSIONS_BY = """
DELETE FROM reader_session WHERE reader_id IN (SELECT id FROM reader WHERE provider_id = :provider_id)
"""
DROP_ENDED = "DELETE FROM reader_session WHERE ends_at <= :now"
_WIDTH = COLUMNS.count(",") + 1


async def of_mailbox(db: Db, mailbox_id: int) -> list[KnownReader]:
    """Who is known by this address, one for each site."""
    rows = await db.fetch_all(OF_MAILBOX, {"mailbox_id": mailbox_id})
    return [KnownReader(*row) for row in rows]


async def put(
    db: WriteDb,
    site_id: int,
    author_key: str,
    *,
    mailbox_id: int | None = None,
    provider_id: int | None = None,
    name: str = "",
    website: str | None = None,
    avatar: str | None = None,
    role: str | None = None,
    now: int,
) -> KnownReader:
    """The reader with this key, new or as it is said now; without a name it keeps the one that it has."""
    values = {"site_id": site_id, "author_key": author_key, "mailbox_id": mailbox_id}
    shown = {"name": name, "website": website, "avatar": avatar, "role": role}
    row = await db.fetch_one(PUT, {**values, **shown, "provider_id": provider_id, "now": now})
    assert row is not None
    return KnownReader(*row)


async def known_by(
    db: Db, author_keys: Sequence[str], site_ids: Sequence[int]
) -> list[KnownReader]:
    """The readers with these keys on these sites."""
    values = {"author_keys": list(author_keys), "site_ids": list(site_ids)}
    return [KnownReader(*row) for row in await db.fetch_all(KNOWN_BY, values)]


async def delete(db: WriteDb, ids: Sequence[int]) -> None:
    """Forget readers, and sign them out everywhere; what they wrote stays as it is."""
    await db.execute(DELETE, {"ids": list(ids)})


async def add_session(
    db: WriteDb, reader_id: int, token_hash: str, *, agent: str, ends_at: int, now: int
) -> None:
    """Sign a reader in on a device."""
    values = {"reader_id": reader_id, "token_hash": token_hash, "agent": agent}
    await db.execute(ADD_SESSION, {**values, "ends_at": ends_at, "now": now})


async def by_token(db: Db, token_hash: str, *, now: int) -> ReaderSession | None:
    """The session with this token, unless it has ended."""
    row = await db.fetch_one(BY_TOKEN, {"token_hash": token_hash, "now": now})
    return _session(row) if row else None


async def sessions_of(db: Db, ids: Sequence[int], *, now: int) -> list[ReaderSession]:
    """The sessions of these readers, the last used first; two hundred at most."""
    rows = await db.fetch_all(SESSIONS_OF, {"ids": list(ids), "now": now})
    return [_session(row) for row in rows]


async def keep_session(db: WriteDb, token_hash: str, *, ends_at: int, now: int) -> None:
    """Note that a session was used, and lasts until then."""
    values = {"token_hash": token_hash, "ends_at": ends_at, "now": now}
    await db.execute(KEEP_SESSION, values)


async def end_session(db: WriteDb, token_hash: str) -> None:
    """Sign out one device."""
    await db.execute(END_SESSION, {"token_hash": token_hash})


async def end_session_of(db: WriteDb, token_hash: str, ids: Sequence[int]) -> bool:
    """The same, if it is of one of these readers; False where there is no such session."""
    values = {"token_hash": token_hash, "ids": list(ids)}
    return await db.fetch_one(END_SESSION_OF, values) is not None


async def end_sessions(db: WriteDb, ids: Sequence[int]) -> None:
    """Sign out all devices of these readers."""
    await db.execute(END_SESSIONS, {"ids": list(ids)})


async def end_sessions_by(db: WriteDb, provider_id: int) -> None:
    """Sign out everywhere whoever signed in by this provider."""
    await db.execute(END_SESSIONS_BY, {"provider_id": provider_id})


async def drop_ended(db: WriteDb, now: int) -> None:
    """Delete sessions that are over."""
    await db.execute(DROP_ENDED, {"now": now})


def _session(row: Row) -> ReaderSession:
    token_hash, agent, created_at, seen_at, ends_at = row[_WIDTH + 1 :]
    reader = KnownReader(*row[: _WIDTH + 1])
    return ReaderSession(token_hash, reader, agent, created_at, seen_at, ends_at)
