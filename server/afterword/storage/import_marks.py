"""Which import brought what: comments and pages that nobody has changed since bear its number.

Every statement that changes one of them takes the number away, so that what bears it is as it came.
"""

from __future__ import annotations

from collections.abc import Sequence

from afterword.storage import sites
from afterword.storage.store import Db, WriteDb

SOME = """
SELECT id, page_id FROM comment WHERE import_id = :import_id ORDER BY id DESC LIMIT :limit
"""
CHILDREN = "SELECT parent_id, id FROM comment WHERE parent_id IN (:ids)"
STILL = """
SELECT id FROM comment WHERE import_id = :import_id AND page_id = :page_id AND id IN (:ids)
"""
DELETE = "DELETE FROM comment WHERE id IN (:ids)"
KEEP = "UPDATE comment SET import_id = NULL WHERE id IN (:ids)"
RELOAD = "UPDATE page SET reload_version = version WHERE id = :page_id"
PAGES = "SELECT id FROM page WHERE import_id = :import_id ORDER BY id LIMIT :limit"
IS_EMPTY = """
SELECT EXISTS (SELECT 1 FROM page WHERE id = :page_id AND merged_into IS NULL)
    AND NOT EXISTS (SELECT 1 FROM comment WHERE page_id = :page_id)
    AND NOT EXISTS (SELECT 1 FROM reaction WHERE page_id = :page_id)
    AND NOT EXISTS (SELECT 1 FROM subscription WHERE page_id = :page_id)
    AND NOT EXISTS (SELECT 1 FROM page WHERE merged_into = :page_id)
"""
DELETE_PAGE = "DELETE FROM page WHERE id = :page_id RETURNING site_id"
KEEP_PAGE = "UPDATE page SET import_id = NULL WHERE id = :page_id"
LEFT = """
SELECT (SELECT count(*) FROM (
    SELECT 1 FROM comment WHERE import_id = :import_id LIMIT :most
) AS c) + (SELECT count(*) FROM (
    SELECT 1 FROM page WHERE import_id = :import_id LIMIT :most
) AS p)
"""
HALF_UNDONE = """
SELECT id FROM audit AS a WHERE act = :act AND undone_at IS NOT NULL AND (
    EXISTS (SELECT 1 FROM comment WHERE import_id = a.id)
    OR EXISTS (SELECT 1 FROM page WHERE import_id = a.id)
)
"""


async def some_comments(db: Db, import_id: int, limit: int) -> list[tuple[int, int]]:
    """Ids of the last comments that are as they came, each with its page."""
    rows = await db.fetch_all(SOME, {"import_id": import_id, "limit": limit})
    return [(row[0], row[1]) for row in rows]


async def still(db: Db, import_id: int, page_id: int, ids: Sequence[int]) -> list[int]:
    """Those of them that are as they came and on the page, the last first."""
    values = {"import_id": import_id, "page_id": page_id, "ids": list(ids)}
    rows = await db.fetch_all(STILL, values)
    return sorted((row[0] for row in rows), reverse=True)


async def answers(db: Db, ids: Sequence[int]) -> list[tuple[int, int]]:
    """What answers these: each with its answer."""
    return [(row[0], row[1]) for row in await db.fetch_all(CHILDREN, {"ids": list(ids)})]


async def take_away(db: WriteDb, page_id: int, deleted: Sequence[int], kept: Sequence[int]) -> None:
    """Delete comments of the page, whole, and let others stay for good; inside `pages.changing`."""
    if deleted:
        await db.execute(DELETE, {"ids": list(deleted)})
        await db.execute(RELOAD, {"page_id": page_id})
    if kept:
        await db.execute(KEEP, {"ids": list(kept)})


async def take_pages_away(db: WriteDb, import_id: int, limit: int, *, now: int) -> int:
    """Delete pages of the import that are of no use, and let others stay; how many were looked at."""
    rows = await db.fetch_all(PAGES, {"import_id": import_id, "limit": limit})
    emptied: set[int] = set()
    for (page_id,) in rows:
        row = await db.fetch_one(IS_EMPTY, {"page_id": page_id})
        if row is not None and row[0]:
            gone = await db.fetch_one(DELETE_PAGE, {"page_id": page_id})
            emptied.update(gone or ())
        else:
            await db.execute(KEEP_PAGE, {"page_id": page_id})
    for site_id in emptied:
        # A page that is gone has no number of its change; what was made from it is found by its site.
        await sites.touch(db, site_id, now=now)
    return len(rows)


async def left(db: Db, import_id: int, most: int) -> int:
    """How much bears the number, as far as it is not more than that of each kind."""
    row = await db.fetch_one(LEFT, {"import_id": import_id, "most": most})
    return int(row[0]) if row else 0


async def half_undone(db: Db, act: str) -> list[int]:
    """Entries of this act that are undone in the log, but not yet wholly in the tables."""
    return [row[0] for row in await db.fetch_all(HALF_UNDONE, {"act": act})]
