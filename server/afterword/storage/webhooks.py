"""Webhooks: where events go by HTTP, and how it went there lately."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from afterword.core.telling import EventKind
from afterword.core.webhook import PauseReason, Template, Try, Webhook
from afterword.storage.store import Db, Row, WriteDb

COLUMNS = """w.id, w.site_id, w.url, w.template, w.events, w.seed, w.created_at, w.paused_at,
    w.paused_why, w.failures, w.failing_since, w.rests_until"""
ALL = "SELECT {columns} FROM webhook AS w ORDER BY w.id".replace("{columns}", COLUMNS)
BY_ID = ALL.replace("ORDER", "WHERE w.id = :id ORDER")
# Two indexed halves: an OR over null and a number is read from the whole table.
HEARING = """
SELECT {columns} FROM webhook AS w WHERE w.site_id = :site_id AND w.paused_at IS NULL
UNION ALL
SELECT {columns} FROM webhook AS w WHERE w.site_id IS NULL AND w.paused_at IS NULL
""".replace("{columns}", COLUMNS)
PAUSED_BY_ITSELF = ALL.replace("ORDER", "WHERE w.paused_why IN ('gone', 'failing') ORDER")
COUNT = """
SELECT count(*) FROM webhook WHERE coalesce(site_id, 0) = coalesce(CAST(:site_id AS BIGINT), 0)
"""
ADD = """
INSERT INTO webhook (site_id, url, template, events, seed, created_at)
VALUES (:site_id, :url, :template, :events, :seed, :now) RETURNING id
"""
CHANGE = "UPDATE webhook SET url = :url, template = :template, events = :events WHERE id = :id"
RENEW = "UPDATE webhook SET seed = :seed WHERE id = :id"
PAUSE = "UPDATE webhook SET paused_at = :now, paused_why = :why WHERE id = :id"
RESUME = """
UPDATE webhook SET paused_at = NULL, paused_why = NULL, failures = 0, failing_since = NULL,
    rests_until = 0
WHERE id = :id
"""
WORKED = """
UPDATE webhook SET failures = 0, failing_since = NULL, rests_until = 0
WHERE id = :id AND failures > 0
"""
FAILED = """
UPDATE webhook SET failures = failures + 1, failing_since = coalesce(failing_since, :now)
WHERE id = :id RETURNING failures, failing_since
"""
REST = "UPDATE webhook SET rests_until = :until WHERE id = :id"
DELETE = "DELETE FROM webhook WHERE id = :id"
TRIES = """
SELECT t.at, t.sent, t.answer, o.purpose, o.comment_id
FROM outbox AS o JOIN delivery_try AS t ON t.outbox_id = o.id
WHERE o.webhook_id = :id ORDER BY o.id DESC, t.id DESC LIMIT :limit
"""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(tuple[str, ...]).decode


async def every(db: Db) -> list[Webhook]:
    """All of them, in the order in which they were added."""
    return [_webhook(row) for row in await db.fetch_all(ALL)]


async def get(db: Db, webhook_id: int) -> Webhook | None:
    """The webhook with this id."""
    row = await db.fetch_one(BY_ID, {"id": webhook_id})
    return _webhook(row) if row else None


async def hearing(db: Db, site_id: int) -> list[Webhook]:
    """Those that hear of this site now."""
    return [_webhook(row) for row in await db.fetch_all(HEARING, {"site_id": site_id})]


async def paused_by_itself(db: Db) -> list[Webhook]:
    """Those that nobody paused by hand."""
    return [_webhook(row) for row in await db.fetch_all(PAUSED_BY_ITSELF)]


async def count(db: Db, site_id: int | None) -> int:
    """How many there are of this site, or of every site."""
    row = await db.fetch_one(COUNT, {"site_id": site_id})
    return int(row[0]) if row else 0


async def add(
    db: WriteDb,
    site_id: int | None,
    url: str,
    template: Template,
    events: Sequence[EventKind],
    *,
    seed: str,
    now: int,
) -> Webhook:
    """Keep a new one."""
    values = {"site_id": site_id, "url": url, "template": template, "seed": seed, "now": now}
    row = await db.fetch_one(ADD, {**values, "events": _encode(events).decode()})
    assert row is not None
    return Webhook(row[0], site_id, url, template, tuple(events), seed, now)


async def change(
    db: WriteDb, webhook_id: int, url: str, template: Template, events: Sequence[EventKind]
) -> None:
    """Give it these values."""
    values = {"id": webhook_id, "url": url, "template": template}
    await db.execute(CHANGE, {**values, "events": _encode(events).decode()})


async def renew(db: WriteDb, webhook_id: int, seed: str) -> None:
    """Give it another secret."""
    await db.execute(RENEW, {"id": webhook_id, "seed": seed})


async def pause(db: WriteDb, webhook_id: int, why: PauseReason, *, now: int) -> None:
    """Tell it nothing from now on."""
    await db.execute(PAUSE, {"id": webhook_id, "why": why, "now": now})


async def resume(db: WriteDb, webhook_id: int) -> None:
    """Tell it of what happens from now on; its failures are forgotten."""
    await db.execute(RESUME, {"id": webhook_id})


async def worked(db: WriteDb, webhook_id: int) -> None:
    """Note that it took a message."""
    await db.execute(WORKED, {"id": webhook_id})


async def failed(db: WriteDb, webhook_id: int, *, now: int) -> tuple[int, int] | None:
    """Note that it did not: how often in a row by now, and since when; None where it is gone."""
    row = await db.fetch_one(FAILED, {"id": webhook_id, "now": now})
    return (row[0], row[1]) if row else None


async def let_rest(db: WriteDb, webhook_id: int, until: int) -> None:
    """Send it nothing before that time."""
    await db.execute(REST, {"id": webhook_id, "until": until})


async def delete(db: WriteDb, webhook_id: int) -> None:
    """Forget it, with what waits for it."""
    await db.execute(DELETE, {"id": webhook_id})


async def tries(db: Db, webhook_id: int, limit: int) -> list[Try]:
    """The last times that something was sent to it, by message, the newest first."""
    rows = await db.fetch_all(TRIES, {"id": webhook_id, "limit": limit})
    return [Try(at, bool(sent), answer, kind, on) for at, sent, answer, kind, on in rows]


def _webhook(row: Row) -> Webhook:
    webhook_id, site_id, url, template, events, *rest = row
    kinds = tuple(EventKind(each) for each in _decode(events))
    return Webhook(webhook_id, site_id, url, template, kinds, *rest)
