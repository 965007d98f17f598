"""What the owner sees of the outbox: messages of a state with their tries, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from afterword.core.telling import Listed, MessageState, Try
from afterword.storage.outbox import COLUMNS, message_of
from afterword.storage.store import Db, WriteDb

LIST = """
SELECT {columns}, coalesce(m.name, b.email, w.url, '') FROM outbox AS o
LEFT JOIN member AS m ON m.id = o.member_id
LEFT JOIN mailbox AS b ON b.id = o.mailbox_id
LEFT JOIN webhook AS w ON w.id = o.webhook_id
WHERE o.state = :state AND o.id < :before ORDER BY o.id DESC LIMIT :limit
""".replace("{columns}", COLUMNS)
TRIES = """
SELECT outbox_id, at, sent, answer FROM delivery_try WHERE outbox_id IN (:ids)
ORDER BY outbox_id, id DESC
"""
COUNT = """
SELECT count(*) FROM (SELECT 1 FROM outbox WHERE state = :state ORDER BY id LIMIT :most) AS counted
"""
OLDEST = """
SELECT created_at FROM outbox WHERE state = 'waiting' AND channel = 'mail' ORDER BY id LIMIT 1
"""
RETRY = """
UPDATE outbox SET state = 'waiting', settled_at = NULL, tries = 0, due_at = :now
WHERE state = 'failed' AND id IN (:ids) RETURNING id
"""
HURRY = """
UPDATE outbox SET due_at = :now WHERE state = 'waiting' AND due_at > :now AND id IN (:ids) RETURNING id
"""
FAILED = "SELECT id FROM outbox WHERE state = 'failed' AND id > :after ORDER BY id LIMIT :limit"
DROP_SETTLED = """
DELETE FROM outbox WHERE id IN (
    SELECT id FROM outbox WHERE settled_at IS NOT NULL AND settled_at < :before
    ORDER BY settled_at LIMIT :limit
) RETURNING id
"""


async def of_state(db: Db, state: MessageState, *, before_id: int, limit: int) -> list[Listed]:
    """Messages of a state with their tries, the newest first."""
    rows = await db.fetch_all(LIST, {"state": state, "before": before_id, "limit": limit})
    found = [(message_of(row[:-1]), _host(row[-1])) for row in rows]
    tries = await _tries(db, [message.id for message, _ in found])
    return [Listed(message, to, tuple(tries.get(message.id, ()))) for message, to in found]


def _host(to: str) -> str:
    """Of a webhook: the rest of its address may hold a password."""
    return (urlsplit(to).hostname or to) if "://" in to else to


async def _tries(db: Db, ids: Sequence[int]) -> dict[int, list[Try]]:
    found: dict[int, list[Try]] = {}
    if ids:
        for number, at, sent, answer in await db.fetch_all(TRIES, {"ids": list(ids)}):
            found.setdefault(number, []).append(Try(at, bool(sent), answer))
    return found


async def count(db: Db, state: MessageState, most: int) -> int:
    """How many there are of a state; no more than `most` are counted."""
    row = await db.fetch_one(COUNT, {"state": state, "most": most})
    return int(row[0]) if row else 0


async def oldest_mail(db: Db) -> int | None:
    """Since when the mail waits that waits longest."""
    row = await db.fetch_one(OLDEST)
    return int(row[0]) if row else None


async def failed(db: Db, *, after_id: int, limit: int) -> list[int]:
    """Ids of messages that were given up, in their order."""
    return [row[0] for row in await db.fetch_all(FAILED, {"after": after_id, "limit": limit})]


async def retry(db: WriteDb, ids: Sequence[int], *, now: int) -> list[int]:
    """Let what was given up, or waits for its next try, be tried now; those of which that is so."""
    values = {"ids": list(ids), "now": now}
    rows = [*await db.fetch_all(RETRY, values), *await db.fetch_all(HURRY, values)]
    return sorted(row[0] for row in rows)


async def drop_settled(db: WriteDb, before: int, limit: int) -> int:
    """Delete what was settled before then, with its tries; how many, `limit` at most."""
    return len(await db.fetch_all(DROP_SETTLED, {"before": before, "limit": limit}))
