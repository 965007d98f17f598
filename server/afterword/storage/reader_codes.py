"""Codes that are mailed to a reader to confirm an address: each belongs to the browser that asked for it.

What is kept of a code is a seed: the code is made of it and of the installation's secret, so that a copy
of the database opens nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from afterword.storage.store import Db, Row, WriteDb

COLUMNS = "ticket_hash, site_id, mailbox_id, author_key, seed, mailed, tries, created_at, ends_at"
ADD = """
INSERT INTO reader_code (
    ticket_hash, site_id, mailbox_id, author_key, seed, mailed, created_at, ends_at
) VALUES (
    :ticket_hash, :site_id, :mailbox_id, :author_key, :seed, :mailed, :now, :ends_at
)
"""
MAILED = """
SELECT created_at FROM reader_code
WHERE mailbox_id = :mailbox_id AND created_at > :after AND mailed = 1
ORDER BY created_at DESC LIMIT 20
"""
# The browser that asked a moment ago asks again: it goes on with the code that is on its way.
RENEW = """
UPDATE reader_code SET ticket_hash = :ticket_hash
WHERE mailbox_id = :mailbox_id AND created_at > :after AND mailed = 1 AND site_id = :site_id
    AND author_key = :author_key AND ends_at > :now RETURNING seed
"""
BY_TICKET = "SELECT {columns} FROM reader_code WHERE ticket_hash = :ticket_hash".replace(
    "{columns}", COLUMNS
)
BY_SEED = "SELECT {columns} FROM reader_code WHERE seed = :seed".replace("{columns}", COLUMNS)
TRY = """
UPDATE reader_code SET tries = tries + 1
WHERE ticket_hash = :ticket_hash AND tries < :most AND ends_at > :now RETURNING {columns}
""".replace("{columns}", COLUMNS)
SPEND = "UPDATE reader_code SET ends_at = created_at WHERE ticket_hash = :ticket_hash"
DROP_BEFORE = "DELETE FROM reader_code WHERE created_at < :before"


@dataclass(frozen=True, slots=True)
class Asked:
    """A code that somebody asked for."""

    ticket_hash: str
    site_id: int | None
    """None where the person's own page is meant, which is of no site."""
    mailbox_id: int
    author_key: str | None
    """Of the browser that asked."""
    seed: str
    mailed: bool
    """False where too many were asked for: then there is no code that would be right."""
    tries: int
    created_at: int
    ends_at: int


def add(db: WriteDb, asked: Asked) -> None:
    """Note that a code was asked for."""
    values = {
        "ticket_hash": asked.ticket_hash,
        "site_id": asked.site_id,
        "mailbox_id": asked.mailbox_id,
        "author_key": asked.author_key,
        "seed": asked.seed,
        "mailed": int(asked.mailed),
        "now": asked.created_at,
        "ends_at": asked.ends_at,
    }
    db.later(ADD, values)


async def mailed(db: Db, mailbox_id: int, *, after: int) -> list[int]:
    """When codes were mailed to this address since then, the last one first."""
    values = {"mailbox_id": mailbox_id, "after": after}
    return [row[0] for row in await db.fetch_all(MAILED, values)]


async def renew(db: WriteDb, asked: Asked, *, after: int) -> bool:
    """Give the code that was mailed since then, to the same browser for the same site, this ticket."""
    values = {
        "ticket_hash": asked.ticket_hash,
        "site_id": asked.site_id,
        "mailbox_id": asked.mailbox_id,
        "author_key": asked.author_key,
        "after": after,
        "now": asked.created_at,
    }
    return await db.fetch_one(RENEW, values) is not None


async def by_ticket(db: Db, ticket_hash: str) -> Asked | None:
    """What was asked for with this ticket."""
    return _asked(await db.fetch_one(BY_TICKET, {"ticket_hash": ticket_hash}))


async def by_seed(db: Db, seed: str) -> Asked | None:
    """What was asked for that a mail is about."""
    return _asked(await db.fetch_one(BY_SEED, {"seed": seed}))


async def try_once(db: WriteDb, ticket_hash: str, *, most: int, now: int) -> Asked | None:
    """Count one try; None where it has had its tries, was used, or has ended."""
    values = {"ticket_hash": ticket_hash, "most": most, "now": now}
    return _asked(await db.fetch_one(TRY, values))


async def spend(db: WriteDb, ticket_hash: str) -> None:
    """It is good no more."""
    await db.execute(SPEND, {"ticket_hash": ticket_hash})


async def drop_before(db: WriteDb, before: int) -> None:
    """Forget what was asked for before then."""
    await db.execute(DROP_BEFORE, {"before": before})


def _asked(row: Row | None) -> Asked | None:
    if row is None:
        return None
    ticket_hash, site_id, mailbox_id, author_key, seed, was_mailed, *rest = row
    return Asked(ticket_hash, site_id, mailbox_id, author_key, seed, bool(was_mailed), *rest)
