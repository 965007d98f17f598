"""Leading comments, keys and reactions from one page to another, and back.

Pages between which something moves are opened together and get one version, higher than that of each
before: whoever knows one of them, and comes by a key that has moved, is told to read anew.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial

from afterword.core.model import Page
from afterword.storage import pages
from afterword.storage.announcer import Change
from afterword.storage.store import Db, WriteDb

MOST_PINNED = 3
"""Comments pinned on one page."""
PART = 2_000
"""Comments moved by one statement: PostgreSQL's patience with one ends after a few seconds."""

LEVEL = """
UPDATE page SET version = :version, reload_version = :version WHERE id IN (:page_ids)
"""
KEYS = "SELECT key FROM page_key WHERE page_id = :page_id ORDER BY key"
GIVE_KEYS = """
UPDATE page_key SET page_id = :to WHERE site_id = :site_id AND page_id = :page_id AND key IN (:keys)
"""
DROP_KEY = "DELETE FROM page_key WHERE site_id = :site_id AND key = :key AND page_id = :page_id"
MERGE = "UPDATE page SET merged_into = :into WHERE id = :page_id"
REVIVE = """
UPDATE page SET merged_into = NULL WHERE id = :page_id AND merged_into = :into RETURNING id
"""
IS_UNUSED = """
SELECT NOT EXISTS (SELECT 1 FROM comment WHERE page_id = :page_id)
    AND NOT EXISTS (SELECT 1 FROM reaction WHERE page_id = :page_id)
    AND NOT EXISTS (SELECT 1 FROM page WHERE merged_into = :page_id)
"""
PINNED = """
SELECT id FROM comment WHERE page_id = :page_id AND pinned = 1 ORDER BY created_at, id
"""
ON_PAGE = "SELECT id FROM comment WHERE page_id = :page_id AND id IN (:ids)"
PIN = "UPDATE comment SET pinned = :pinned, version = {version} WHERE id IN (:ids)".replace(
    "{version}", "(SELECT p.version FROM page AS p WHERE p.id = comment.page_id)"
)
# Reactions at one address count once; who reacted where without one, nobody can tell.
DOUBLED = """
SELECT r.reaction, count(*) FROM reaction AS r
JOIN reaction AS s ON s.page_id = :into AND s.address = r.address
WHERE r.page_id = :page_id AND r.address IS NOT NULL GROUP BY r.reaction
"""
NOTE_ALL = """
INSERT INTO moved_comment (audit_id, page_id, comment_id)
SELECT :audit_id, :page_id, id FROM comment WHERE page_id = :page_id AND parent_id IS NULL
"""
NOTE_SOME = NOTE_ALL.replace("parent_id IS NULL", "parent_id IS NULL AND id IN (:ids)")
_MOVE = """
UPDATE comment SET page_id = :to, pinned = 0, version = :version,
    shown_version = CASE WHEN shown_version IS NULL THEN NULL ELSE cast(:version AS BIGINT) END
WHERE id IN ({which}) RETURNING id
"""
MOVE_ALL = _MOVE.replace("{which}", "SELECT id FROM comment WHERE page_id = :page_id LIMIT :part")
# In this order: each root that an act has moved leads to its replies. The plus keeps SQLite from looking
# for them among all comments of the page: 80 seconds of 34 thousand, not two.
MOVE_NOTED = _MOVE.replace(
    "{which}",
    """
    SELECT c.id FROM moved_comment AS m CROSS JOIN comment AS c
    WHERE m.audit_id = :audit_id AND m.page_id = :noted
        AND c.id = m.comment_id AND +c.page_id = :page_id
    UNION ALL
    SELECT c.id FROM moved_comment AS m CROSS JOIN comment AS c
    WHERE m.audit_id = :audit_id AND m.page_id = :noted
        AND c.root_id = m.comment_id AND +c.page_id = :page_id
    LIMIT :part
    """,
)
FORGET = "DELETE FROM moved_comment WHERE audit_id IN (SELECT id FROM audit WHERE at < :before)"


@asynccontextmanager
async def changing_together(
    db: WriteDb, page_ids: Iterable[int], now: int
) -> AsyncIterator[dict[int, Page]]:
    """The doors of several pages between which something moves; by id, at the version that all get.

    Raises NotFound where one is not there, or is merged.
    """
    async with AsyncExitStack() as doors:
        opened = [
            await doors.enter_async_context(pages.changing(db, page_id, now, follow=False))
            for page_id in sorted(set(page_ids))
        ]
        version = max(page.version for page in opened)
        await db.execute(LEVEL, {"page_ids": [page.id for page in opened], "version": version})
        yield {page.id: replace(page, version=version) for page in opened}
        for page in opened:
            change = Change(page.id, page.site_id, version, ())
            db.after_commit(partial(db.changes.announce, change))


async def keys_of(db: Db, page_id: int) -> list[str]:
    """Every key that leads to the page."""
    return [row[0] for row in await db.fetch_all(KEYS, {"page_id": page_id})]


async def give_keys(db: WriteDb, page: Page, keys: Sequence[str], to: int) -> None:
    """Let those of these keys that lead to the page lead to another one of its site."""
    values = {"site_id": page.site_id, "page_id": page.id, "keys": list(keys), "to": to}
    await db.execute(GIVE_KEYS, values)


async def drop_key(db: WriteDb, page: Page, key: str) -> None:
    """Let the key lead nowhere, if it leads to the page."""
    await db.execute(DROP_KEY, {"site_id": page.site_id, "page_id": page.id, "key": key})


async def merge(db: WriteDb, page_id: int, into: int) -> None:
    """Have the page be a name for another; it must be empty and without keys."""
    await db.execute(MERGE, {"page_id": page_id, "into": into})


async def revive(db: WriteDb, page_id: int, into: int) -> bool:
    """Have the page for itself again; False where it is no name for that other one."""
    return await db.fetch_one(REVIVE, {"page_id": page_id, "into": into}) is not None


async def is_unused(db: Db, page_id: int) -> bool:
    """Whether nobody has written or reacted there, whatever became of it."""
    row = await db.fetch_one(IS_UNUSED, {"page_id": page_id})
    return bool(row and row[0])


async def pinned_on(db: Db, page_id: int) -> list[int]:
    """Ids of the comments that are pinned on the page."""
    return [row[0] for row in await db.fetch_all(PINNED, {"page_id": page_id})]


async def on_page(db: Db, page_id: int, ids: Collection[int]) -> set[int]:
    """Those of these comments that are on the page."""
    rows = await db.fetch_all(ON_PAGE, {"page_id": page_id, "ids": list(ids)})
    return {row[0] for row in rows}


async def pin(db: WriteDb, ids: Collection[int], *, pinned: bool) -> None:
    """Pin these comments, or not any more; inside `changing`."""
    await db.execute(PIN, {"ids": list(ids), "pinned": int(pinned)})


async def doubled_reactions(db: Db, page_id: int, into: int) -> Mapping[str, int]:
    """How many reactions to the page came from an address that has reacted to the other one too."""
    rows = await db.fetch_all(DOUBLED, {"page_id": page_id, "into": into})
    return {reaction: int(number) for reaction, number in rows}


async def note(db: WriteDb, audit_id: int, page_id: int, ids: Sequence[int] | None) -> None:
    """Keep for the act's undo which top-level comments are led away from the page: these, or all."""
    values: dict[str, object] = {"audit_id": audit_id, "page_id": page_id}
    if ids is None:
        await db.execute(NOTE_ALL, values)
    else:
        await db.execute(NOTE_SOME, {**values, "ids": list(ids)})


async def move_all(db: WriteDb, page_id: int, to: Page) -> int:
    """Lead every comment of the page to the other one, both open; how many there were."""
    return await _move(db, MOVE_ALL, {"page_id": page_id}, to)


async def move_noted(db: WriteDb, audit_id: int, noted: int, page_id: int, to: Page) -> int:
    """Lead what an act was noted to take from the page `noted`, and all replies to it, as far as it is
    on `page_id`; how many comments there were."""
    values = {"audit_id": audit_id, "noted": noted, "page_id": page_id}
    return await _move(db, MOVE_NOTED, values, to)


async def forget(db: WriteDb, before: int) -> None:
    """Keep nothing for the undo of acts before then."""
    await db.execute(FORGET, {"before": before})


async def _move(db: WriteDb, sql: str, values: Mapping[str, object], to: Page) -> int:
    moved = 0
    while True:
        more = {"to": to.id, "version": to.version, "part": PART}
        rows = await db.fetch_all(sql, {**values, **more})
        moved += len(rows)
        if len(rows) < PART:
            return moved
