"""What happened to comments and sites, for those who want to hear of it; each is spread once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from afterword.core.model import Status
from afterword.core.telling import BECAME, Event, EventKind
from afterword.storage.store import Db, Row, WriteDb

ADD = """
INSERT INTO event (site_id, kind, data, at) VALUES (:site_id, :kind, :data, :now)
"""
# Before the status changes: a comment that has it already tells nothing.
ADD_BECOMING = """
INSERT INTO event (site_id, comment_id, kind, status, by_member, at)
SELECT site_id, id, CAST(:kind AS TEXT), CAST(:status AS TEXT), CAST(:by_member AS BIGINT),
    CAST(:now AS BIGINT)
FROM comment
WHERE id IN (:ids) AND status <> :status ORDER BY id
"""
ADD_HAPPENED = """
INSERT INTO event (site_id, comment_id, kind, status, at)
SELECT site_id, id, CAST(:kind AS TEXT), status, CAST(:now AS BIGINT) FROM comment WHERE id = :id
"""
ANY_TO_SPREAD = "SELECT id FROM event WHERE spread_at IS NULL ORDER BY id LIMIT 1"
# The outer condition is for PostgreSQL: who had to wait for the row looks at it again.
TAKE = """
UPDATE event SET spread_at = :now
WHERE spread_at IS NULL AND id IN (
    SELECT id FROM event WHERE spread_at IS NULL ORDER BY id LIMIT :limit
)
RETURNING id, site_id, comment_id, kind, status, data, at, by_member
"""
DROP_SPREAD = """
DELETE FROM event WHERE id IN (
    SELECT id FROM event WHERE at < :before AND spread_at IS NOT NULL ORDER BY at LIMIT :limit
) RETURNING id
"""

_decode = msgspec.json.Decoder(dict[str, Any]).decode


def add(
    db: WriteDb, site_id: int, kind: EventKind, *, data: Mapping[str, Any] | None = None, now: int
) -> None:
    """Note what happened to a site."""
    values = {
        "site_id": site_id,
        "kind": kind.value,
        "data": msgspec.json.encode(data or {}).decode(),
        "now": now,
    }
    db.later(ADD, values)


def becoming(
    db: WriteDb, ids: Sequence[int], status: Status, *, by_member: int | None = None, now: int
) -> None:
    """Note that these comments get this status, of those that have another one yet."""
    values = {"ids": list(ids), "kind": BECAME[status].value, "status": status.value}
    db.later(ADD_BECOMING, {**values, "by_member": by_member or None, "now": now})


def happened(db: WriteDb, comment_id: int, kind: EventKind, *, now: int) -> None:
    """Note what happened to a comment, with the status that it has."""
    db.later(ADD_HAPPENED, {"id": comment_id, "kind": kind.value, "now": now})


async def is_any_to_spread(db: Db) -> bool:
    """Whether something has happened that was not spread yet."""
    return await db.fetch_one(ANY_TO_SPREAD) is not None


async def take(db: WriteDb, limit: int, *, now: int) -> list[Event]:
    """Some that were not spread yet, oldest first; they count as spread once this is committed."""
    rows = await db.fetch_all(TAKE, {"limit": limit, "now": now})
    return sorted((_event(row) for row in rows), key=lambda event: event.id)


async def drop_spread(db: WriteDb, before: int, limit: int) -> int:
    """Delete what happened before then and was spread; how many, `limit` at most."""
    return len(await db.fetch_all(DROP_SPREAD, {"before": before, "limit": limit}))


def _event(row: Row) -> Event:
    event_id, site_id, comment_id, kind, status, data, at, by_member = row
    return Event(
        id=event_id,
        site_id=site_id,
        comment_id=comment_id,
        kind=EventKind(kind),
        status=status and Status(status),
        data=_decode(data),
        at=at,
        by_member=by_member,
    )
