"""Bans: who may not write on a site. What they are known by is a hash, and never leaves this module
but to be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from afterword.core.model import Ban, BanKind
from afterword.storage.store import Db, Row, WriteDb

COLUMNS = "id, site_id, kind, label, reason, shadow, created_at, ends_at, member_id"
ADD = """
INSERT INTO ban (site_id, kind, value, label, reason, shadow, salted_at, created_at, ends_at, member_id)
VALUES (:site_id, :kind, :value, :label, :reason, :shadow, :salted_at, :now, :ends_at, :member_id)
RETURNING {columns}
""".replace("{columns}", COLUMNS)
BY_ID = "SELECT {columns} FROM ban WHERE id = :id".replace("{columns}", COLUMNS)
# Hashes of addresses differ from day to day, so all of those are compared; they are few (MOST_SALTED).
COMPARED = """
SELECT {columns}, value, salted_at FROM ban
WHERE site_id = :site_id AND kind IN ('address', 'network') AND (ends_at IS NULL OR ends_at > :now)
UNION ALL
SELECT {columns}, value, salted_at FROM ban
WHERE site_id = :site_id AND kind IN ('author', 'email', 'name') AND value IN (:values)
    AND (ends_at IS NULL OR ends_at > :now)
""".replace("{columns}", COLUMNS)
COUNT_SALTED = """
SELECT count(*) FROM ban
WHERE site_id = :site_id AND kind IN ('address', 'network') AND (ends_at IS NULL OR ends_at > :now)
"""
ACTIVE = """
SELECT {columns} FROM ban
WHERE site_id = :site_id AND id < :before_id AND (ends_at IS NULL OR ends_at > :now)
ORDER BY id DESC LIMIT :limit
""".replace("{columns}", COLUMNS)
END = "UPDATE ban SET ends_at = :ends_at WHERE id = :id RETURNING {columns}".replace(
    "{columns}", COLUMNS
)
DROP_ENDED = "DELETE FROM ban WHERE ends_at < :before"

MOST_SALTED = 200
"""Bans of one site by address or network at once: each is compared with whoever writes."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A ban with what it is compared by."""

    ban: Ban
    value: str
    salted_at: int | None
    """When its hash was made, of those that have a salt for each day."""


async def add(
    db: WriteDb,
    site_id: int,
    kind: BanKind,
    value: str,
    *,
    label: str,
    reason: str,
    shadow: bool,
    salted_at: int | None,
    ends_at: int | None,
    member_id: int | None,
    now: int,
) -> Ban:
    """Keep a new ban."""
    values = {"site_id": site_id, "kind": kind, "value": value, "label": label, "reason": reason}
    times = {"salted_at": salted_at, "ends_at": ends_at, "now": now}
    more = {"shadow": int(shadow), "member_id": member_id or None}
    row = await db.fetch_one(ADD, {**values, **times, **more})
    assert row is not None
    return _ban(row)


async def get(db: Db, ban_id: int) -> Ban | None:
    """The ban with this id, be it over or not."""
    row = await db.fetch_one(BY_ID, {"id": ban_id})
    return _ban(row) if row else None


async def to_compare(db: Db, site_id: int, values: Sequence[str], *, now: int) -> list[Compared]:
    """Bans of the site that are not over: those by one of these values, and all with a day's salt."""
    rows = await db.fetch_all(COMPARED, {"site_id": site_id, "values": list(values), "now": now})
    return [Compared(_ban(row[:-2]), row[-2], row[-1]) for row in rows]


async def count_salted(db: Db, site_id: int, *, now: int) -> int:
    """How many bans of the site are by address or network."""
    row = await db.fetch_one(COUNT_SALTED, {"site_id": site_id, "now": now})
    return int(row[0]) if row else 0


async def active(db: Db, site_id: int, *, before_id: int | None, limit: int, now: int) -> list[Ban]:
    """Bans of the site that are not over, the newest first, older than `before_id`."""
    values = {"site_id": site_id, "before_id": before_id or 2**62, "limit": limit, "now": now}
    return [_ban(row) for row in await db.fetch_all(ACTIVE, values)]


async def end(db: WriteDb, ban_id: int, ends_at: int | None) -> Ban | None:
    """Let a ban end then, or never; None where it is not there any more."""
    row = await db.fetch_one(END, {"id": ban_id, "ends_at": ends_at})
    return _ban(row) if row else None


async def drop_ended(db: WriteDb, before: int) -> None:
    """Forget bans that were over by then."""
    await db.execute(DROP_ENDED, {"before": before})


def _ban(row: Row) -> Ban:
    ban_id, site_id, kind, label, reason, shadow, *rest = row
    return Ban(ban_id, site_id, kind, label, reason, bool(shadow), *rest)
