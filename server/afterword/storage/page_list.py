"""Pages for those who look after them: by last change, by what is searched for, by address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from afterword.core.model import Comment, Page, Status
from afterword.storage import comments
from afterword.storage.pages import COLUMNS, page_of
from afterword.storage.review_query import literal, spellings
from afterword.storage.store import Db

Spot = tuple[int, int]
"""A place in the list: changed_at, id. What changed before comes next."""
FIRST: Spot = (2**62, 0)
DEPTH = 20_000
"""Pages of which one search looks through the titles and addresses."""
MANY = 100
"""Waiting comments of one page that are counted."""

FIND = """
SELECT p.changed_at, p.id FROM page AS p WHERE {conditions}
ORDER BY p.changed_at DESC, p.id DESC LIMIT :limit
"""
SEARCH = """
SELECT s.changed_at, s.id FROM (
    SELECT p.changed_at, p.id, p.title, p.url FROM page AS p WHERE {conditions}
    ORDER BY p.changed_at DESC, p.id DESC LIMIT :depth
) AS s
WHERE {words} ORDER BY s.changed_at DESC, s.id DESC LIMIT :limit
"""
AFTER = "p.merged_into IS NULL AND (p.changed_at, p.id) < (:after_at, :after_id)"
# The plus keeps SQLite from another index than the one that is meant.
ON_SITE = "p.site_id = :site_id"
ON_SITES = "+p.site_id IN (:site_ids)"
CLOSED = "p.closed > 0"
WORDS = r"(lower(s.title) LIKE :text_{n} ESCAPE '\' OR lower(s.url) LIKE :text_{n} ESCAPE '\')"
LISTED = """
SELECT {columns}, p.changed_at, (
    SELECT count(*) FROM (
        SELECT 1 FROM comment AS c WHERE c.page_id = p.id AND c.status = 'pending' LIMIT :many
    ) AS waiting
)
FROM page AS p WHERE p.id IN (:page_ids)
""".replace("{columns}", COLUMNS)
_LATEST = """
SELECT id FROM (
    SELECT id FROM comment WHERE page_id = :page_id AND status = '{status}'
    ORDER BY created_at DESC LIMIT :limit
) AS {status}
"""
LATEST = "UNION ALL".join(_LATEST.replace("{status}", status.value) for status in Status)
BY_STATUS = "SELECT status, count(*) FROM comment WHERE page_id = :page_id GROUP BY status"
MATCHING = r"""
SELECT {columns} FROM page AS p
WHERE p.site_id = :site_id AND p.merged_into IS NULL AND p.url LIKE :pattern ESCAPE '\'
ORDER BY p.changed_at DESC, p.id DESC LIMIT :limit
""".replace("{columns}", COLUMNS)
OTHERS = MATCHING.replace("p.url LIKE", "p.url NOT LIKE")
RECENT = """
SELECT {columns} FROM page AS p WHERE p.site_id = :site_id AND p.merged_into IS NULL
ORDER BY p.changed_at DESC, p.id DESC LIMIT :limit
""".replace("{columns}", COLUMNS)
COUNT = "SELECT count(*) FROM page WHERE site_id = :site_id AND merged_into IS NULL"
KEYS = "SELECT page_id, count(*) FROM page_key WHERE page_id IN (:page_ids) GROUP BY page_id"


@dataclass(frozen=True, slots=True)
class Listed:
    """A page with what the list says of it."""

    page: Page
    changed_at: int
    waiting: int
    """Comments that wait for a decision; `MANY` stands for so many or more."""


async def find(
    db: Db,
    *,
    site_ids: Sequence[int] | None,
    closed: bool = False,
    text: str = "",
    after: Spot = FIRST,
    limit: int,
) -> list[Listed]:
    """Pages of these sites (None: of every site) in the order of their last change, the last one first."""
    values: dict[str, object] = {"after_at": after[0], "after_id": after[1], "limit": limit}
    if site_ids is not None:
        values |= {"site_id": site_ids[0]} if len(site_ids) == 1 else {"site_ids": list(site_ids)}
    if text:
        values |= {f"text_{n}": f"%{literal(way)}%" for n, way in enumerate(spellings(text))}
        values["depth"] = DEPTH
    sql = find_text(text, closed=closed, sites=None if site_ids is None else len(site_ids))
    rows = await db.fetch_all(sql, values)
    return await _listed(db, [page_id for _, page_id in rows])


def find_text(text: str, *, closed: bool, sites: int | None) -> str:
    """The query for the places of what is wanted, on so many sites."""
    conditions = [AFTER] + [CLOSED] * closed
    if sites is not None:
        one = "+" * closed + ON_SITE
        conditions.append(one if sites == 1 else ON_SITES)
    words = [WORDS.replace("{n}", str(n)) for n, _ in enumerate(spellings(text))]
    mould = SEARCH if words else FIND
    return mould.replace("{conditions}", " AND ".join(conditions)).replace(
        "{words}", " OR ".join(words)
    )


async def latest_comments(db: Db, page_id: int, limit: int) -> list[Comment]:
    """The newest comments of a page, whatever their status."""
    rows = await db.fetch_all(LATEST, {"page_id": page_id, "limit": limit})
    found = await comments.get_many(db, [row[0] for row in rows])
    newest = sorted(found.values(), key=lambda each: (each.created_at, each.id), reverse=True)
    return newest[:limit]


async def by_status(db: Db, page_id: int) -> dict[Status, int]:
    """How many comments of each status a page has."""
    rows = await db.fetch_all(BY_STATUS, {"page_id": page_id})
    return {Status(status): int(number) for status, number in rows}


async def matching(
    db: Db, site_id: int, pattern: Sequence[str], *, limit: int, others: bool = False
) -> list[Page]:
    """Pages of the site whose address is these parts with any text between them, or is `others`."""
    like = "%".join(map(literal, pattern))
    values = {"site_id": site_id, "pattern": like, "limit": limit}
    return [page_of(row) for row in await db.fetch_all(OTHERS if others else MATCHING, values)]


async def recent(db: Db, site_id: int, limit: int) -> list[Page]:
    """The pages of a site that changed last."""
    rows = await db.fetch_all(RECENT, {"site_id": site_id, "limit": limit})
    return [page_of(row) for row in rows]


async def count(db: Db, site_id: int) -> int:
    """How many pages the site has."""
    row = await db.fetch_one(COUNT, {"site_id": site_id})
    return int(row[0]) if row else 0


async def key_counts(db: Db, page_ids: Sequence[int]) -> dict[int, int]:
    """How many keys lead to each of these pages."""
    rows = await db.fetch_all(KEYS, {"page_ids": list(page_ids)})
    return {page_id: int(number) for page_id, number in rows}


async def _listed(db: Db, page_ids: Sequence[int]) -> list[Listed]:
    rows = await db.fetch_all(LISTED, {"page_ids": list(page_ids), "many": MANY})
    found = {row[0]: Listed(page_of(row[:-2]), row[-2], int(row[-1])) for row in rows}
    return [found[each] for each in page_ids if each in found]
