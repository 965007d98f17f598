"""Who did what to what, with what was before and after: undo reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from afterword.storage.store import Db, Row, WriteDb

ADD = """
INSERT INTO audit (at, member_id, act, site_id, subject, before, after)
VALUES (:now, :member_id, :act, :site_id, :subject, :before, :after) RETURNING id
"""
BY_ID = """
SELECT id, at, member_id, act, site_id, subject, before, after, undone_at, via FROM audit WHERE id = :id
"""
RECENT = """
SELECT id, at, member_id, act, site_id, subject, before, after, undone_at, via FROM audit
WHERE id < :before_id ORDER BY id DESC LIMIT :limit
"""
OF_MEMBER = RECENT.replace("WHERE", "WHERE member_id = :member_id AND")
BY_IDS = BY_ID.replace("= :id", "IN (:ids)")
# Ids rise with time, so that a time is an id from which on to look.
FIND = RECENT.replace("ORDER", "AND id >= :from_id {and} ORDER")
BEFORE = "SELECT id FROM audit WHERE at < :until ORDER BY at DESC, id DESC LIMIT 1"
FROM = "SELECT id FROM audit WHERE at >= :since ORDER BY at, id LIMIT 1"
CAME_BY_MAIL = "UPDATE audit SET via = 'mail' WHERE id IN (:ids)"
UNDO = "UPDATE audit SET undone_at = :now WHERE id = :id AND undone_at IS NULL RETURNING id"


@dataclass(frozen=True, slots=True)
class Entry:
    """One act of a member, or of the command line."""

    id: int
    at: int
    member_id: int | None
    """None for the command line, or a member who is gone."""
    act: str
    site_id: int | None
    subject: tuple[int, ...]
    """Ids of what it was done to."""
    before: Any
    """JSON value: what undo restores."""
    after: Any
    undone_at: int | None
    via: str | None = None
    """`mail` where a link of a mail led to it; None for the dashboard and all else."""


async def add(
    db: WriteDb,
    *,
    member_id: int | None,
    act: str,
    site_id: int | None,
    subject: Sequence[int],
    before: object,
    after: object,
    now: int,
) -> int:
    """Note an act; `before` and `after` are anything that JSON can say. Returns the entry's id.

    A member without a number is the command line.
    """
    values = {"member_id": member_id or None, "act": str(act), "site_id": site_id, "now": now}
    texts = {"subject": list(subject), "before": before, "after": after}
    encoded = {name: msgspec.json.encode(value).decode() for name, value in texts.items()}
    row = await db.fetch_one(ADD, {**values, **encoded})
    assert row is not None
    return int(row[0])


async def get(db: Db, entry_id: int) -> Entry | None:
    """The entry with this id."""
    row = await db.fetch_one(BY_ID, {"id": entry_id})
    return _entry(row) if row else None


async def recent(
    db: Db, *, member_id: int | None = None, before_id: int | None = None, limit: int
) -> list[Entry]:
    """The last entries (of one member, if given), newest first, older than `before_id`."""
    values = {"before_id": before_id or 2**62, "limit": limit}
    if member_id is None:
        return [_entry(row) for row in await db.fetch_all(RECENT, values)]
    rows = await db.fetch_all(OF_MEMBER, {**values, "member_id": member_id})
    return [_entry(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are asked for; what is None is not asked about."""

    member_id: int | None = None
    """0 is the command line."""
    act: str | None = None
    site_id: int | None = None
    since: int | None = None
    until: int | None = None
    before_id: int | None = None


async def find(db: Db, wanted: Wanted, limit: int) -> list[Entry]:
    """The newest entries that are so, older than `before_id`."""
    values: dict[str, object] = {
        "before_id": await _end(db, wanted),
        "from_id": await _first(db, wanted),
        "limit": limit,
    }
    asked = {"member_id": wanted.member_id, "act": wanted.act, "site_id": wanted.site_id}
    names = [name for name, value in asked.items() if value is not None]
    values |= {name: asked[name] for name in names if (name, asked[name]) != ("member_id", 0)}
    return [_entry(row) for row in await db.fetch_all(find_text(names, wanted), values)]


def find_text(names: Sequence[str], wanted: Wanted) -> str:
    """The query that asks about these columns."""
    conditions = {"member_id": "= :member_id", "act": "= :act", "site_id": "= :site_id"}
    if names not in ([], ["site_id"]):
        # The plus keeps SQLite from walking a whole site, where another index leads to fewer.
        conditions["site_id"] = "+ 0 = :site_id"
    if wanted.member_id == 0:
        conditions["member_id"] = "IS NULL"
    text = " ".join(f"AND {name} {conditions[name]}" for name in names)
    return FIND.replace("{and}", text)


async def _first(db: Db, wanted: Wanted) -> int:
    """The id from which on entries are young enough."""
    if wanted.since is None:
        return 0
    row = await db.fetch_one(FROM, {"since": wanted.since})
    return int(row[0]) if row else 2**62


async def _end(db: Db, wanted: Wanted) -> int:
    """The id before which entries are old enough."""
    end = wanted.before_id or 2**62
    if wanted.until is None:
        return end
    row = await db.fetch_one(BEFORE, {"until": wanted.until})
    return min(end, int(row[0]) + 1 if row else 0)


async def get_many(db: Db, entry_ids: Sequence[int]) -> list[Entry]:
    """Those of these entries that there are."""
    rows = await db.fetch_all(BY_IDS, {"ids": sorted(set(entry_ids))})
    return [_entry(row) for row in rows]


async def came_by_mail(db: WriteDb, entry_ids: Sequence[int]) -> None:
    """Note of acts of this write that a link of a mail led to them."""
    await db.execute(CAME_BY_MAIL, {"ids": list(entry_ids)})


async def mark_undone(db: WriteDb, entry_id: int, *, now: int) -> bool:
    """Note that it was undone; False when it had been already. Of two at the same time, one does."""
    return await db.fetch_one(UNDO, {"id": entry_id, "now": now}) is not None


def _entry(row: Row) -> Entry:
    subject, before, after = (msgspec.json.decode(text) for text in row[5:8])
    entry_id, at, member_id, act, site_id = row[:5]
    return Entry(entry_id, at, member_id, act, site_id, tuple(subject), before, after, *row[8:])
