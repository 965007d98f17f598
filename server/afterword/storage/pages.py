"""Pages: which one is meant, and the one door through which a thread is changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Literal, TypeAlias

import msgspec

from afterword.core.errors import NotFound
from afterword.core.model import Page
from afterword.storage.announcer import Change
from afterword.storage.store import Db, Row, WriteDb

COLUMNS = """p.id, p.site_id, p.url, p.title, p.closed, p.version, p.comment_count, p.reactions,
    p.slow, p.note, p.created_at, p.opened_at, p.merged_into"""
BY_KEYS = """
SELECT k.key, {columns}
FROM page_key AS k JOIN page AS p ON p.id = k.page_id
WHERE k.site_id = :site_id AND k.key IN (:keys)
""".replace("{columns}", COLUMNS)
BY_IDS = "SELECT {columns} FROM page AS p WHERE p.id IN (:page_ids)".replace("{columns}", COLUMNS)
ADD = """
INSERT INTO page (site_id, url, title, changed_in, changed_at, created_at)
VALUES (:site_id, :url, :title, {number}, :now, :now) RETURNING id
"""
ADD_KEY = """
INSERT INTO page_key (site_id, key, page_id, how, at, audit_id)
VALUES (:site_id, :key, :page_id, :how, :now, :audit_id)
ON CONFLICT (site_id, key) DO NOTHING RETURNING key
"""
DROP = "DELETE FROM page WHERE id = :page_id"
# One statement locks the row, raises the version and reads the page. The time never goes back, so that
# a reader of a feed who asks by it misses nothing when a clock was put back.
LOCK = """
UPDATE page SET version = version + 1, changed_in = {number}, changed_at = (
    SELECT CASE WHEN latest > :now THEN latest ELSE :now END
    FROM (SELECT max(changed_at) AS latest FROM page) AS changes
)
WHERE id = :page_id AND merged_into IS NULL
RETURNING {columns}
""".replace("{columns}", COLUMNS.replace("p.", ""))
RECOUNT = """
UPDATE page SET comment_count = (
    SELECT count(*) FROM comment WHERE page_id = :page_id AND status = 'approved'
)
WHERE id = :page_id
"""
DESCRIBE = "UPDATE page SET url = :url, title = :title, import_id = NULL WHERE id = :page_id"
CLOSE = "UPDATE page SET closed = :closed, opened_at = :opened_at WHERE id = :page_id"
SLOW_DOWN = "UPDATE page SET slow = :slow, import_id = NULL WHERE id = :page_id"
TAKE_NOTE = "UPDATE page SET note = :note, import_id = NULL WHERE id = :page_id"
TO_CLOSE = """
SELECT id FROM page
WHERE site_id = :site_id AND closed = 0 AND coalesce(opened_at, created_at) < :opened_before
ORDER BY coalesce(opened_at, created_at) LIMIT :limit
"""
COUNT_REACTIONS = "UPDATE page SET reactions = :reactions WHERE id = :page_id"

How: TypeAlias = Literal["opened", "learnt", "imported", "given"]
"""How a key came to lead to a page: with the page, by a page that named it, by an import, by an act."""

_decode = msgspec.json.Decoder(dict[str, int]).decode


async def find(db: Db, site_id: int, keys: Sequence[str]) -> Page | None:
    """The page of the first of these keys that leads to one."""
    found = await find_each(db, site_id, keys)
    return next((found[key] for key in keys if key in found), None)


async def find_each(db: Db, site_id: int, keys: Sequence[str]) -> dict[str, Page]:
    """The page by key, of those keys that lead to one; in one query, for the counts of many pages."""
    rows = await db.fetch_all(BY_KEYS, {"site_id": site_id, "keys": list(keys)})
    return {key: page_of(tuple(columns)) for key, *columns in rows}


async def get(db: Db, page_id: int) -> Page | None:
    """The page with this id."""
    return (await get_many(db, [page_id])).get(page_id)


async def get_many(db: Db, page_ids: Sequence[int]) -> dict[int, Page]:
    """Pages by id; an id that names none is left out."""
    rows = await db.fetch_all(BY_IDS, {"page_ids": list(page_ids)})
    return {row[0]: page_of(row) for row in rows}


async def open_page(
    db: WriteDb,
    site_id: int,
    keys: Sequence[str],
    url: str,
    title: str,
    now: int,
    *,
    how: How = "opened",
) -> Page:
    """Make the page of the first key, or find the one that another writer has just made.

    The other keys lead to it too, as far as they led nowhere; of all it is noted how they came.
    """
    values = {"site_id": site_id, "url": url, "title": title, "now": now}
    made = await db.fetch_one(_in_order(db, ADD), values)
    assert made is not None
    page = Page(
        made[0], site_id, url, title, closed=False, version=0, comment_count=0, created_at=now
    )
    # On PostgreSQL this waits for the other writer's commit, and then sees what it committed.
    came = {"how": how, "now": now, "audit_id": None}
    if not await _add_keys(db, page, keys[:1], came):
        await db.execute(DROP, {"page_id": page.id})
        found = await find(db, site_id, keys[:1])
        assert found is not None, "a key that is taken leads to a page"
        page = found
    learnt = await _add_keys(db, page, keys[1:], came)
    _announce(db, page, (keys[0], *learnt))
    return page


async def learn_keys(
    db: WriteDb, page: Page, keys: Sequence[str], now: int, *, how: How = "learnt"
) -> list[str]:
    """Let keys that led nowhere lead to the page; the keys for which that is so."""
    # Behind the door, for the page may be merged into another by now.
    async with changing(db, page.id, now) as page:
        return await add_keys(db, page, keys, now, how=how)


async def add_keys(
    db: WriteDb,
    page: Page,
    keys: Sequence[str],
    now: int,
    *,
    how: How = "given",
    audit_id: int | None = None,
) -> list[str]:
    """`learn_keys` of a page that is being changed; where an act gives them, with its number."""
    learnt = await _add_keys(db, page, keys, {"how": how, "now": now, "audit_id": audit_id})
    _announce(db, page, tuple(learnt))
    return learnt


@asynccontextmanager
async def changing(
    db: WriteDb, page_id: int, now: int, *, follow: bool = True
) -> AsyncIterator[Page]:
    """The one door: whatever changes a thread happens inside `async with changing(…) as page`.

    Locks the page and raises its version, which `page` already shows; at the end recounts its
    comments; tells `store.changes` once it is durable. Where the page was merged into another since it
    was looked up, `page` is that other one; unless it shall not be followed. Raises NotFound when there
    is no such page. Open several pages in the order of their ids, or two writers may wait for each other.
    """
    row = await _lock(db, page_id, now, follow=follow)
    page = page_of(row)
    yield page
    db.later(RECOUNT, {"page_id": page.id})
    _announce(db, page, ())


async def _lock(db: WriteDb, page_id: int, now: int, *, follow: bool) -> Row:
    row = await db.fetch_one(_in_order(db, LOCK), {"page_id": page_id, "now": now})
    if row is not None:
        return row
    merged = await get(db, page_id)
    if merged is None or (merged.merged_into is not None and not follow):
        raise NotFound("There is no such page.")
    # On PostgreSQL the merge may have been undone between these two: then it is this page after all.
    return await _lock(db, merged.merged_into or page_id, now, follow=follow)


async def describe(db: WriteDb, page_id: int, url: str, title: str) -> None:
    """Show the page under this address and title; inside `changing`."""
    await db.execute(DESCRIBE, {"page_id": page_id, "url": url, "title": title})


async def close(db: WriteDb, page_id: int, *, closed: bool, opened_at: int | None = None) -> None:
    """Take no more comments on the page, or again, as opened by hand then; inside `changing`."""
    values = {"page_id": page_id, "closed": int(closed), "opened_at": opened_at}
    await db.execute(CLOSE, values)


async def slow_down(db: WriteDb, page_id: int, seconds: int) -> None:
    """Let an author wait so long between two comments on the page; inside `changing`."""
    await db.execute(SLOW_DOWN, {"page_id": page_id, "slow": seconds})


async def take_note(db: WriteDb, page_id: int, note: str) -> None:
    """Have this above the thread; inside `changing`."""
    await db.execute(TAKE_NOTE, {"page_id": page_id, "note": note})


async def to_close(db: Db, site_id: int, opened_before: int, limit: int) -> list[int]:
    """Open pages of the site that were opened before then, in the order of their ids."""
    values = {"site_id": site_id, "opened_before": opened_before, "limit": limit}
    return sorted(row[0] for row in await db.fetch_all(TO_CLOSE, values))


async def count_reactions(db: WriteDb, page_id: int, counts: Mapping[str, int]) -> None:
    """Show these counts of reactions with the page; inside `changing`."""
    values = {"page_id": page_id, "reactions": msgspec.json.encode(counts).decode()}
    await db.execute(COUNT_REACTIONS, values)


async def _add_keys(
    db: WriteDb, page: Page, keys: Sequence[str], came: Mapping[str, object]
) -> list[str]:
    values = {"site_id": page.site_id, "page_id": page.id, **came}
    rows = [await db.fetch_one(ADD_KEY, {**values, "key": key}) for key in dict.fromkeys(keys)]
    return [row[0] for row in rows if row]


def _in_order(db: WriteDb, sql: str) -> str:
    """The statement with the number of this change in it."""
    if db.order.before is not None:
        db.later(db.order.before, {})
    return db.order.fill(sql)


def _announce(db: WriteDb, page: Page, keys: tuple[str, ...]) -> None:
    change = Change(page.id, page.site_id, page.version, keys)
    db.after_commit(lambda: db.changes.announce(change))


def page_of(row: Row) -> Page:
    """A page out of a row of `COLUMNS`."""
    page_id, site_id, url, title, closed, version, comment_count, reactions, *rest = row
    counts = _decode(reactions)
    return Page(page_id, site_id, url, title, bool(closed), version, comment_count, counts, *rest)
