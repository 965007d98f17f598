"""What is asked of the database to export a site: everything in the order of its ids, some at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from afterword.core.model import Comment, Page
from afterword.storage import comments, pages
from afterword.storage.store import Db

PAGES = """
SELECT {columns} FROM page AS p
WHERE p.site_id = :site_id AND p.merged_into IS NULL AND p.id > :after_id ORDER BY p.id LIMIT :limit
""".replace("{columns}", pages.COLUMNS)
KEYS = "SELECT page_id, key FROM page_key WHERE page_id IN (:page_ids)"
IDS = "SELECT id FROM comment WHERE page_id = :page_id ORDER BY id"
COMMENTS = """
SELECT {columns}, p.origin_key, k.email, m.email
FROM comment AS c
LEFT JOIN comment AS p ON p.id = c.parent_id
LEFT JOIN contact AS k ON k.comment_id = c.id
LEFT JOIN member AS m ON m.id = c.member_id
WHERE c.id IN (:ids) ORDER BY c.id
""".replace("{columns}", comments.COLUMNS)


@dataclass(frozen=True, slots=True)
class Leaving:
    """A comment with what stands elsewhere."""

    comment: Comment
    parent_key: str | None
    email: str | None
    member_email: str | None


async def some_pages(db: Db, site_id: int, *, after_id: int, limit: int) -> list[Page]:
    """The next pages of the site, but those that are names for others."""
    values = {"site_id": site_id, "after_id": after_id, "limit": limit}
    return [pages.page_of(row) for row in await db.fetch_all(PAGES, values)]


async def keys_of(db: Db, page_ids: Sequence[int]) -> dict[int, list[str]]:
    """What leads to each of these pages, in the order of code points on both engines."""
    found: dict[int, list[str]] = {page_id: [] for page_id in page_ids}
    for page_id, key in await db.fetch_all(KEYS, {"page_ids": list(page_ids)}):
        found[page_id].append(key)
    return {page_id: sorted(keys) for page_id, keys in found.items()}


async def ids_on(db: Db, page_id: int) -> list[int]:
    """All comments of a page: what is answered comes before its answers."""
    return [row[0] for row in await db.fetch_all(IDS, {"page_id": page_id})]


async def leaving(db: Db, ids: Sequence[int]) -> list[Leaving]:
    """These comments, in the order of their ids."""
    rows = await db.fetch_all(COMMENTS, {"ids": list(ids)})
    return [Leaving(comments.comment_of(row), *row[comments.WIDTH :]) for row in rows]
