"""The newest public comments: of a site, of a page, and answers to one comment."""

from __future__ import annotations

from dataclasses import dataclass

from afterword.core.model import Comment
from afterword.storage.comments import COLUMNS, WIDTH, comment_of
from afterword.storage.store import Db

# By the time alone, which the indexes end with; those of one moment are put in order afterwards.
_NEWEST = """
SELECT {columns}, p.url, p.title FROM comment AS c JOIN page AS p ON p.id = c.page_id
WHERE {where} AND c.status = 'approved' ORDER BY c.created_at DESC LIMIT :limit
""".replace("{columns}", COLUMNS)
OF_SITE = _NEWEST.replace("{where}", "c.site_id = :site_id")
OF_PAGE = _NEWEST.replace("{where}", "c.page_id = :page_id")
ANSWERS = _NEWEST.replace("{where}", "c.parent_id = :comment_id")
SITE_CHANGED = """
SELECT coalesce(max(changed_at), 0) FROM page WHERE site_id = :site_id AND merged_into IS NULL
"""
PAGE_CHANGED = "SELECT changed_at FROM page WHERE id = :page_id"


@dataclass(frozen=True, slots=True)
class Shown:
    """A public comment, and the page that it is on."""

    comment: Comment
    page_url: str
    page_title: str


async def of_site(db: Db, site_id: int, limit: int) -> list[Shown]:
    """Of the whole site."""
    return await _newest(db, OF_SITE, {"site_id": site_id, "limit": limit})


async def of_page(db: Db, page_id: int, limit: int) -> list[Shown]:
    """Of one page."""
    return await _newest(db, OF_PAGE, {"page_id": page_id, "limit": limit})


async def answers(db: Db, comment_id: int, limit: int) -> list[Shown]:
    """Directly to one comment."""
    return await _newest(db, ANSWERS, {"comment_id": comment_id, "limit": limit})


async def site_changed(db: Db, site_id: int) -> int:
    """When any thread of the site last changed."""
    row = await db.fetch_one(SITE_CHANGED, {"site_id": site_id})
    return int(row[0]) if row else 0


async def page_changed(db: Db, page_id: int) -> int:
    """When its thread last changed."""
    row = await db.fetch_one(PAGE_CHANGED, {"page_id": page_id})
    return int(row[0]) if row else 0


async def _newest(db: Db, sql: str, values: dict[str, object]) -> list[Shown]:
    rows = await db.fetch_all(sql, values)
    found = [Shown(comment_of(row), *row[WIDTH:]) for row in rows]
    return sorted(found, key=lambda each: (each.comment.created_at, each.comment.id), reverse=True)
