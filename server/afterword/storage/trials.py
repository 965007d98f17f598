"""The last comments of a site, with all that is kept of how they were judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from afterword.core.model import Comment, Reason
from afterword.storage.comments import COLUMNS, IN_INDEX, WIDTH, comment_of
from afterword.storage.store import Db, Row
from afterword.storage.verdicts import reasons_of

# The plus keeps SQLite from walking a whole site.
_NEWEST = """
SELECT created_at, id FROM comment
WHERE {status} AND created_at <= :now AND +site_id = :site_id
ORDER BY created_at DESC, id DESC LIMIT :limit
"""
NEWEST = {status: _NEWEST.replace("{status}", words) for status, words in IN_INDEX.items()}
WITH_SHEETS = """
SELECT {columns}, page.url, page.title, v.reasons, contact.email
FROM comment AS c
JOIN page ON page.id = c.page_id
LEFT JOIN verdict AS v ON v.comment_id = c.id
LEFT JOIN contact ON contact.comment_id = c.id
WHERE c.id IN (:ids)
""".replace("{columns}", COLUMNS)
# One row is read of each author: some have written thousands.
FIRST_APPROVED = """
SELECT author_key, (
    SELECT created_at FROM comment AS first
    WHERE first.site_id = :site_id AND first.author_key = comment.author_key
        AND first.status = 'approved'
    ORDER BY first.created_at LIMIT 1
) FROM comment WHERE id IN (:ids) AND author_key IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Tried:
    """One of them."""

    comment: Comment
    page_url: str
    page_title: str
    reasons: tuple[Reason, ...]
    email: str | None
    """Looked at by the rules; for nobody's eyes."""


async def last(db: Db, site_id: int, *, limit: int, now: int) -> list[Tried]:
    """The newest comments of the site, whatever became of them, the newest first."""
    values = {"site_id": site_id, "limit": limit, "now": now}
    places = [tuple(row) for sql in NEWEST.values() for row in await db.fetch_all(sql, values)]
    ids = [comment_id for _, comment_id in sorted(places, reverse=True)[:limit]]
    found = {row[0]: _tried(row) for row in await db.fetch_all(WITH_SHEETS, {"ids": ids})}
    return [found[each] for each in ids if each in found]


async def known_since(db: Db, site_id: int, ids: Sequence[int]) -> dict[str, int]:
    """Since when the authors of these comments have one that is approved, of those who have."""
    rows = await db.fetch_all(FIRST_APPROVED, {"site_id": site_id, "ids": list(ids)})
    return {key: at for key, at in rows if at is not None}


def _tried(row: Row) -> Tried:
    url, title, reasons, email = row[WIDTH:]
    return Tried(comment_of(row), url, title, reasons_of(reasons), email)
