"""Mailboxes: email addresses that mails to readers may go to, with what their owners said of that.

A mailbox is known by a keyed hash of its address, so that the wish to be left alone outlives the address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from afterword.storage.store import Db, WriteDb

COLUMNS = "id, email, lang, asked_at, confirmed_at, refused_at, bounced_at"
BY_ID = "SELECT {columns} FROM mailbox WHERE id = :id".replace("{columns}", COLUMNS)
BY_KEY = BY_ID.replace("id = :id", "key = :key")
# Where nothing is wanted, or nothing arrives, an address that was forgotten stays forgotten.
MEET = """
INSERT INTO mailbox (email, key, lang, created_at) VALUES (:email, :key, :lang, :now)
ON CONFLICT (key) DO UPDATE SET
    email = CASE WHEN mailbox.refused_at IS NULL AND mailbox.bounced_at IS NULL
        THEN coalesce(mailbox.email, excluded.email) ELSE mailbox.email END,
    lang = CASE WHEN mailbox.confirmed_at IS NULL THEN excluded.lang ELSE mailbox.lang END,
    created_at = CASE WHEN mailbox.confirmed_at IS NULL
        THEN excluded.created_at ELSE mailbox.created_at END
"""
# Whoever never confirmed is not asked twice in a day, and not later either unless there is a new wish.
# Who did is asked when the day is over, so that the wish of a new browser is not lost.
ASK = """
UPDATE mailbox SET asked_at = CASE WHEN asked_at > :before
    THEN asked_at + :pause ELSE CAST(:now AS BIGINT) END
WHERE id = :id AND refused_at IS NULL AND bounced_at IS NULL AND email IS NOT NULL
    AND (asked_at IS NULL OR asked_at <= :before
        OR (confirmed_at IS NOT NULL AND asked_at <= :now))
RETURNING asked_at
"""
ASKED = "UPDATE mailbox SET asked_at = :at WHERE id = :id AND asked_at < :at"
CONFIRM = """
UPDATE mailbox SET confirmed_at = coalesce(confirmed_at, CAST(:now AS BIGINT)) WHERE id = :id
"""
REFUSE = "UPDATE mailbox SET refused_at = coalesce(refused_at, CAST(:now AS BIGINT)) WHERE id = :id"
ALLOW = "UPDATE mailbox SET refused_at = NULL WHERE id = :id"
BOUNCE = """
UPDATE mailbox SET bounced_at = :now WHERE key = :key AND bounced_at IS NULL RETURNING id
"""
UNBOUNCE = """
UPDATE mailbox SET bounced_at = NULL WHERE key = :key AND bounced_at IS NOT NULL RETURNING id
"""
BOUNCE_BY_ID = """
UPDATE mailbox SET bounced_at = :now WHERE id = :id AND bounced_at IS NULL
"""
FORGET_ADDRESS = "UPDATE mailbox SET email = NULL, lang = NULL WHERE id = :id"
FORGET_UNCONFIRMED = """
DELETE FROM mailbox WHERE confirmed_at IS NULL AND created_at < :before
    AND refused_at IS NULL AND bounced_at IS NULL
"""
SILENCE = """
INSERT INTO mailbox_silence (mailbox_id, site_id, at) VALUES (:id, :site_id, :now)
ON CONFLICT (mailbox_id, site_id) DO NOTHING
"""
BREAK_SILENCE = "DELETE FROM mailbox_silence WHERE mailbox_id = :id AND site_id = :site_id"
IS_SILENT = "SELECT at FROM mailbox_silence WHERE mailbox_id = :id AND site_id = :site_id"
KNOW_DEVICE = """
INSERT INTO mailbox_device (mailbox_id, site_id, author_key, at)
VALUES (:id, :site_id, :author_key, :now)
ON CONFLICT (mailbox_id, site_id, author_key) DO NOTHING
"""
KNOW_DEVICES = """
INSERT INTO mailbox_device (mailbox_id, site_id, author_key, at)
SELECT DISTINCT s.mailbox_id, s.site_id, s.author_key, CAST(:now AS BIGINT) FROM subscription AS s
WHERE s.mailbox_id = :id AND s.id IN (:subscription_ids) AND s.author_key IS NOT NULL
ON CONFLICT (mailbox_id, site_id, author_key) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address, and what its owner said of mails."""

    id: int
    email: str | None
    """None once it was forgotten."""
    lang: str | None
    asked_at: int | None
    """When it was last asked to confirm; it may still be about to be."""
    confirmed_at: int | None
    refused_at: int | None
    """Since then its owner wants nothing at all."""
    bounced_at: int | None
    """Since then nothing arrives there."""

    @property
    def may_be_asked(self) -> bool:
        """Whether a mail may go there that asks whether others may."""
        return self.email is not None and self.refused_at is None and self.bounced_at is None


async def get(db: Db, mailbox_id: int) -> Mailbox | None:
    """The mailbox with this id."""
    row = await db.fetch_one(BY_ID, {"id": mailbox_id})
    return Mailbox(*row) if row else None


async def by_key(db: Db, key: str) -> Mailbox | None:
    """The mailbox of the address that has this hash."""
    row = await db.fetch_one(BY_KEY, {"key": key})
    return Mailbox(*row) if row else None


def meet(db: WriteDb, key: str, email: str, lang: str | None, *, now: int) -> None:
    """Somebody gave this address; what its owner said before stays said."""
    db.later(MEET, {"key": key, "email": email, "lang": lang, "now": now})


async def ask(db: WriteDb, mailbox_id: int, *, pause: int, now: int) -> int | None:
    """When the mail may go that asks to confirm, at most one in each pause; None for not at all."""
    values = {"id": mailbox_id, "pause": pause, "before": now - pause, "now": now}
    row = await db.fetch_one(ASK, values)
    return row[0] if row else None


async def was_asked(db: WriteDb, mailbox_id: int, at: int) -> None:
    """The mail that asks was sent then, later than it was meant to be."""
    await db.execute(ASKED, {"id": mailbox_id, "at": at})


def confirm(db: WriteDb, mailbox_id: int, subscription_ids: Sequence[int], *, now: int) -> None:
    """Its owner confirmed these wishes: it is theirs, and so are the browsers that had them."""
    db.later(CONFIRM, {"id": mailbox_id, "now": now})
    values = {"id": mailbox_id, "subscription_ids": list(subscription_ids), "now": now}
    db.later(KNOW_DEVICES, values)


def know_device(db: WriteDb, mailbox_id: int, site_id: int, author_key: str, *, now: int) -> None:
    """Its owner has confirmed it in this browser, or is known on this site by that key."""
    values = {"id": mailbox_id, "site_id": site_id, "author_key": author_key, "now": now}
    db.later(KNOW_DEVICE, values)


def refuse(db: WriteDb, mailbox_id: int, *, now: int) -> None:
    """Nothing goes there any more, not even a question."""
    db.later(REFUSE, {"id": mailbox_id, "now": now})


def allow(db: WriteDb, mailbox_id: int) -> None:
    """Takes back `refuse`."""
    db.later(ALLOW, {"id": mailbox_id})


async def bounce(db: WriteDb, key: str, *, now: int) -> bool:
    """What was sent there came back; False where there is no such mailbox, or that was known."""
    return await db.fetch_one(BOUNCE, {"key": key, "now": now}) is not None


async def take_back_bounce(db: WriteDb, key: str) -> bool:
    """Mails arrive there again; whether something had come back from there."""
    return await db.fetch_one(UNBOUNCE, {"key": key}) is not None


def bounced(db: WriteDb, mailbox_id: int, *, now: int) -> None:
    """The mail server said that it is not there; who makes mails looks at that before the next one."""
    db.later(BOUNCE_BY_ID, {"id": mailbox_id, "now": now})


def forget_address(db: WriteDb, mailbox_id: int) -> None:
    """Keeps of the address no more than its hash, and with that what its owner refused."""
    db.later(FORGET_ADDRESS, {"id": mailbox_id})


def forget_unconfirmed(db: WriteDb, before: int) -> None:
    """Deletes addresses that nobody confirmed, with all that was wished for them."""
    db.later(FORGET_UNCONFIRMED, {"before": before})


def silence(db: WriteDb, mailbox_id: int, site_id: int, *, now: int) -> None:
    """Nothing of this site goes there any more."""
    db.later(SILENCE, {"id": mailbox_id, "site_id": site_id, "now": now})


def break_silence(db: WriteDb, mailbox_id: int, site_id: int) -> None:
    """Takes back `silence`."""
    db.later(BREAK_SILENCE, {"id": mailbox_id, "site_id": site_id})


async def is_silent(db: Db, mailbox_id: int, site_id: int) -> bool:
    """Whether nothing of this site may go there."""
    return await db.fetch_one(IS_SILENT, {"id": mailbox_id, "site_id": site_id}) is not None
