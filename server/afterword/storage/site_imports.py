"""Imports by the dashboard: one at a time a site, each with its file, its state and its report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import msgspec

from afterword.storage.store import Db, Row, WriteDb

State: TypeAlias = Literal["reading", "read", "writing", "done", "refused", "discarded", "over"]
"""`read` waits for a member; `over` waited too long."""
OPEN: tuple[State, ...] = ("reading", "read", "writing")

_COLUMNS = """id, site_id, member_id, state, name, file, options, progress, total, report, problem,
    audit_id, created_at, seen_at"""
ADD = """
INSERT INTO site_import (site_id, member_id, state, name, file, options, created_at, seen_at)
VALUES (:site_id, :member_id, 'reading', :name, :file, :options, :now, :now) RETURNING id
"""
BY_ID = "SELECT {columns} FROM site_import WHERE id = :id".replace("{columns}", _COLUMNS)
OF_SITE = BY_ID.replace("id = :id", "site_id = :site_id ORDER BY id DESC LIMIT :limit")
# The table holds those of thirty days: a few.
TO_DO = BY_ID.replace("id = :id", "state IN ('reading', 'writing') ORDER BY id")
FILES = "SELECT file FROM site_import WHERE state IN ('reading', 'read', 'writing')"
MOVE = """
UPDATE site_import SET state = :state, seen_at = :now WHERE id = :id AND state = :was RETURNING id
"""
NOTE = """
UPDATE site_import SET progress = :progress, total = :total, seen_at = :now
WHERE id = :id AND state = :state RETURNING id
"""
BEGIN = "UPDATE site_import SET audit_id = :audit_id WHERE id = :id"
END = """
UPDATE site_import SET state = :state, report = coalesce(:report, report), problem = :problem,
    seen_at = :now
WHERE id = :id AND state = :was RETURNING id
"""
GIVE_UP = """
UPDATE site_import SET state = 'over', seen_at = :now
WHERE state IN ('reading', 'read', 'writing') AND seen_at < :before
"""
FORGET = "DELETE FROM site_import WHERE created_at < :before"


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How it is to be imported."""

    rules: list[str] = []
    """Lines like OLD=NEW."""
    staff: list[int] = []
    """Members whose comments bear the badge."""
    sitemap: str = ""


_options = msgspec.json.Decoder(Options).decode


@dataclass(frozen=True, slots=True)
class SiteImport:
    """One of them."""

    id: int
    site_id: int
    member_id: int | None
    state: State
    name: str
    """What the browser called the file."""
    file: str
    options: Options
    progress: int
    """Bytes that are read, or comments that are written, of `total`."""
    total: int
    report: str | None
    """JSON."""
    problem: str | None
    audit_id: int | None
    created_at: int
    seen_at: int
    """When something was last heard of it."""

    @property
    def is_open(self) -> bool:
        """Whether it is not finished."""
        return self.state in OPEN


async def add(
    db: WriteDb, *, site_id: int, member_id: int, name: str, file: str, options: Options, now: int
) -> int:
    """Its number; AlreadyThere where the site has one that is open."""
    values = {"site_id": site_id, "member_id": member_id or None, "name": name, "file": file}
    text = msgspec.json.encode(options).decode()
    row = await db.fetch_one(ADD, {**values, "options": text, "now": now})
    assert row is not None
    return int(row[0])


async def get(db: Db, import_id: int) -> SiteImport | None:
    """The import with this number."""
    row = await db.fetch_one(BY_ID, {"id": import_id})
    return _import(row) if row else None


async def of_site(db: Db, site_id: int, limit: int) -> list[SiteImport]:
    """The last ones, the newest first."""
    rows = await db.fetch_all(OF_SITE, {"site_id": site_id, "limit": limit})
    return [_import(row) for row in rows]


async def to_do(db: Db) -> list[SiteImport]:
    """Those that have to be read or written."""
    return [_import(row) for row in await db.fetch_all(TO_DO)]


async def files(db: Db) -> set[str]:
    """Names of files that are still needed."""
    return {row[0] for row in await db.fetch_all(FILES)}


async def move(db: WriteDb, import_id: int, was: State, state: State, *, now: int) -> bool:
    """Give it another state; False where it has not this one."""
    values = {"id": import_id, "was": was, "state": state, "now": now}
    return await db.fetch_one(MOVE, values) is not None


async def note(db: WriteDb, found: SiteImport, progress: int, total: int, *, now: int) -> bool:
    """Say how far it is; False where somebody has given it another state."""
    values: dict[str, Any] = {"id": found.id, "state": found.state, "now": now}
    return await db.fetch_one(NOTE, {**values, "progress": progress, "total": total}) is not None


async def begin(db: WriteDb, import_id: int, audit_id: int) -> None:
    """Keep the entry of the audit log under which it is written."""
    await db.execute(BEGIN, {"id": import_id, "audit_id": audit_id})


async def end(
    db: WriteDb,
    found: SiteImport,
    state: State,
    *,
    report: str | None = None,
    problem: str | None = None,
    now: int,
) -> bool:
    """Give it its next state with what came of it; False where somebody has given it another one."""
    values: dict[str, Any] = {"id": found.id, "was": found.state, "state": state, "now": now}
    row = await db.fetch_one(END, {**values, "report": report, "problem": problem})
    return row is not None


async def give_up(db: WriteDb, before: int, *, now: int) -> None:
    """End those of which nothing was heard since then."""
    await db.execute(GIVE_UP, {"before": before, "now": now})


async def forget(db: WriteDb, before: int) -> None:
    """Drop those that began before then."""
    await db.execute(FORGET, {"before": before})


def _import(row: Row) -> SiteImport:
    values: list[Any] = [*row[:6], _options(row[6]), *row[7:]]
    return SiteImport(*values)
