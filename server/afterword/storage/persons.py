"""All that is kept of one person: what they wrote, and what makes them known."""

from __future__ import annotations

from collections.abc import Sequence

from afterword.core.known_reader import Person
from afterword.storage.store import Db, Values, WriteDb

# What was removed and scrubbed has neither key nor contact any more: it is nobody's.
COMMENTS_OF_KEYS = """
SELECT id FROM comment
WHERE site_id IN (:site_ids) AND author_key IN (:author_keys) AND id > :after ORDER BY id LIMIT :limit
"""
# Whoever was known as they wrote is the one that they were known as, whatever address they typed.
COMMENTS_OF_EMAIL = """
SELECT c.id FROM contact AS k CROSS JOIN comment AS c
WHERE lower(k.email) = :email AND c.id = k.comment_id AND c.site_id IN (:site_ids) AND c.id > :after
    AND c.verified = 0
ORDER BY c.id LIMIT :limit
"""
FORGET_TRUST = """
DELETE FROM trusted_author WHERE site_id IN (:site_ids) AND author_key IN (:author_keys)
"""
FORGET_READERS = """
DELETE FROM reader
WHERE site_id IN (:site_ids) AND (author_key IN (:author_keys) OR mailbox_id = :mailbox_id)
"""
FORGET_WISHES = """
DELETE FROM subscription
WHERE site_id IN (:site_ids) AND (author_key IN (:author_keys) OR mailbox_id = :mailbox_id)
"""
FORGET_DEVICES = """
DELETE FROM mailbox_device
WHERE site_id IN (:site_ids) AND (author_key IN (:author_keys) OR mailbox_id = :mailbox_id)
"""
FORGET_CONTACTS = """
DELETE FROM contact WHERE lower(email) = :email
    AND comment_id IN (SELECT c.id FROM comment AS c WHERE c.site_id IN (:site_ids))
"""
FORGET_MESSAGES = """
DELETE FROM outbox WHERE mailbox_id = :mailbox_id AND site_id IN (:site_ids)
"""
# What somebody refused is kept by the hash of the address alone, so that it stays refused.
FORGET_ADDRESS = """
UPDATE mailbox SET email = NULL, lang = NULL, confirmed_at = NULL WHERE id = :mailbox_id
"""
FORGET_MAILBOX = """
DELETE FROM mailbox WHERE id = :mailbox_id AND refused_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM mailbox_silence AS q WHERE q.mailbox_id = mailbox.id
)
"""
FORGET_PAGES = """
DELETE FROM own_session WHERE site_id IN (:site_ids) AND author_key IN (:author_keys)
"""
FORGET_CODES = "DELETE FROM reader_code WHERE mailbox_id = :mailbox_id"
FORGET_SESSIONS = "DELETE FROM own_session WHERE mailbox_id = :mailbox_id"
_FORGETTING = (
    FORGET_TRUST, FORGET_READERS, FORGET_WISHES, FORGET_DEVICES, FORGET_MESSAGES, FORGET_PAGES,
    FORGET_CONTACTS,
)  # fmt: skip
KEYS_OF_MAILBOX = "SELECT author_key FROM reader WHERE mailbox_id = :mailbox_id ORDER BY id"


async def comments_of(
    db: Db, person: Person, site_ids: Sequence[int], *, after: int = 0, limit: int
) -> list[int]:
    """Ids of comments of the person, whatever their status, from the one after that on."""
    found: set[int] = set()
    asked: Values = {"site_ids": list(site_ids), "after": after, "limit": limit}
    if person.author_keys:
        values = {**asked, "author_keys": list(person.author_keys)}
        found.update(row[0] for row in await db.fetch_all(COMMENTS_OF_KEYS, values))
    if person.email is not None:
        values = {**asked, "email": person.email.lower()}
        found.update(row[0] for row in await db.fetch_all(COMMENTS_OF_EMAIL, values))
    return sorted(found)[:limit]


async def keys_of(db: Db, mailbox_id: int) -> list[str]:
    """By what the owner of a mailbox is known on each site that knows them."""
    return [row[0] for row in await db.fetch_all(KEYS_OF_MAILBOX, {"mailbox_id": mailbox_id})]


async def forget(db: WriteDb, person: Person, site_ids: Sequence[int]) -> None:
    """Nothing stays on these sites by which the person is known, and no wish of theirs."""
    values: Values = {
        "site_ids": list(site_ids),
        "author_keys": list(person.author_keys),
        "mailbox_id": person.mailbox_id or 0,
        "email": (person.email or "").lower(),
    }
    for statement in _FORGETTING:
        names = {name: value for name, value in values.items() if f":{name}" in statement}
        await db.execute(statement, names)


async def forget_mailbox(db: WriteDb, mailbox_id: int) -> None:
    """Nothing of an address stays but, by its hash, that its owner wants no mails."""
    for statement in (FORGET_CODES, FORGET_SESSIONS, FORGET_MAILBOX, FORGET_ADDRESS):
        await db.execute(statement, {"mailbox_id": mailbox_id})
