"""Messages that wait for their delivery, and what became of them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import msgspec

from afterword.core.telling import CHANNELS, Channel, Message, MessageState, NewMessage
from afterword.storage.store import Db, Row, WriteDb

COLUMNS = """o.channel, o.purpose, o.once, o.site_id, o.comment_id, o.mailbox_id, o.member_id,
    o.webhook_id, o.event_id, o.data, o.id, o.message_id, o.created_at, o.due_at, o.tries, o.state"""
ADD = """
INSERT INTO outbox (
    channel, purpose, once, site_id, comment_id, mailbox_id, member_id, webhook_id, event_id, data,
    message_id, created_at, due_at
) VALUES (
    :channel, :purpose, :once, :site_id, :comment_id, :mailbox_id, :member_id, :webhook_id, :event_id,
    :data, :message_id, :now, :due_at
) ON CONFLICT (once) DO NOTHING RETURNING id
"""
COUNT = "SELECT count(*) FROM outbox WHERE once IN (:keys)"
DUE = """
SELECT {columns} FROM outbox AS o
WHERE o.state = 'waiting' AND o.channel IN (:channels) AND o.due_at <= :now
ORDER BY o.due_at, o.id LIMIT :limit
""".replace("{columns}", COLUMNS)
NEXT_OF_WEBHOOKS = """
SELECT {columns} FROM webhook AS w JOIN outbox AS o ON o.id = (
    SELECT d.id FROM outbox AS d
    WHERE d.webhook_id = w.id AND d.state = 'waiting' AND d.due_at <= :now
    ORDER BY d.due_at, d.id LIMIT 1
)
WHERE w.rests_until <= :now
""".replace("{columns}", COLUMNS)
# Only what still waits: whoever was slow, or has come back from the dead, changes nothing.
SETTLE = """
UPDATE outbox SET state = :state, settled_at = :now, tries = tries + :tried
WHERE id = :id AND state = 'waiting'
"""
POSTPONE = """
UPDATE outbox SET tries = tries + 1, due_at = :due_at WHERE id = :id AND state = 'waiting'
"""
# Of one purpose to one mailbox: whether there is something to come, and when something last went.
UNDER_WAY = """
SELECT count(CASE WHEN state = 'waiting' THEN 1 END), max(CASE WHEN state = 'sent' THEN settled_at END)
FROM outbox WHERE mailbox_id = :mailbox_id AND purpose = :purpose
"""
# What is being dropped at this moment is waited for, and then comes back too.
COME_BACK = """
UPDATE outbox SET state = 'waiting', settled_at = NULL,
    due_at = CASE WHEN state = 'dropped' THEN CAST(:now AS BIGINT) ELSE due_at END
WHERE comment_id IN (:ids) AND purpose = :purpose AND state IN ('waiting', 'dropped')
"""
BRING_BACK = """
UPDATE outbox SET state = 'waiting', settled_at = NULL, due_at = :now
WHERE id = :id AND state = 'dropped'
"""

_decode = msgspec.json.Decoder(dict[str, Any]).decode


async def add(
    db: WriteDb, message: NewMessage, *, now: int, due_at: int | None = None
) -> int | None:
    """Put a message into the outbox; its id, or None where `once` says that it was there already."""
    values = {
        "channel": message.channel,
        "purpose": message.purpose,
        "once": message.once,
        "site_id": message.site_id,
        "comment_id": message.comment_id,
        "mailbox_id": message.mailbox_id,
        "member_id": message.member_id,
        "webhook_id": message.webhook_id,
        "event_id": message.event_id,
        "data": msgspec.json.encode(message.data).decode(),
        "message_id": secrets.token_hex(16),
        "now": now,
        "due_at": now if due_at is None else due_at,
    }
    row = await db.fetch_one(ADD, values)
    return row[0] if row else None


async def count(db: Db, keys: Sequence[str]) -> int:
    """How many messages have these keys of `once`."""
    row = await db.fetch_one(COUNT, {"keys": list(keys)})
    return row[0] if row else 0


async def due(
    db: Db, limit: int, *, now: int, channels: Sequence[Channel] = CHANNELS
) -> list[Message]:
    """Those whose time has come, the longest waiting first."""
    values = {"channels": list(channels), "limit": limit, "now": now}
    return [message_of(row) for row in await db.fetch_all(DUE, values)]


async def next_of_webhooks(db: Db, *, now: int) -> list[Message]:
    """Of each webhook that does not rest, the message that is due longest."""
    return [message_of(row) for row in await db.fetch_all(NEXT_OF_WEBHOOKS, {"now": now})]


async def under_way(db: Db, mailbox_id: int, purpose: str) -> tuple[bool, int | None]:
    """Whether such a message waits for its delivery to a mailbox, and when the last one was sent."""
    values = {"mailbox_id": mailbox_id, "purpose": purpose}
    row = await db.fetch_one(UNDER_WAY, values)
    return (bool(row[0]), row[1]) if row else (False, None)


def settle(
    db: WriteDb, message_id: int, state: MessageState, *, tried: bool = True, now: int
) -> None:
    """Nothing more is done about it by itself."""
    values = {"id": message_id, "state": state, "tried": int(tried), "now": now}
    db.later(SETTLE, values)


def postpone(db: WriteDb, message_id: int, due_at: int) -> None:
    """It was tried in vain, and is to be tried again then."""
    db.later(POSTPONE, {"id": message_id, "due_at": due_at})


def come_back(db: WriteDb, comment_ids: Sequence[int], purpose: str, *, now: int) -> None:
    """What was dropped of this about the comments is looked at anew."""
    db.later(COME_BACK, {"ids": list(comment_ids), "purpose": purpose, "now": now})


def bring_back(db: WriteDb, message_id: int, *, now: int) -> None:
    """The same of one message."""
    db.later(BRING_BACK, {"id": message_id, "now": now})


def message_of(row: Row) -> Message:
    """A message out of a row of `COLUMNS`."""
    channel, purpose, once, site_id, comment_id, mailbox_id, member_id, webhook_id, *rest = row
    event_id, data, message_id, token, created_at, due_at, tries, state = rest
    return Message(
        channel=channel,
        purpose=purpose,
        once=once,
        site_id=site_id,
        comment_id=comment_id,
        mailbox_id=mailbox_id,
        member_id=member_id,
        webhook_id=webhook_id,
        event_id=event_id,
        data=_decode(data),
        id=message_id,
        message_id=token,
        created_at=created_at,
        due_at=due_at,
        tries=tries,
        state=state,
    )
