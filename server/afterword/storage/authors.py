"""Authors, by what they wrote: who wrote last on a site, and all that one of them wrote."""

from __future__ import annotations

from collections.abc import Sequence

from afterword.core.model import Comment, Status
from afterword.storage import comments
from afterword.storage.review_query import literal, spellings
from afterword.storage.store import Db

Spot = tuple[int, int]
"""A place among an author's comments: created_at, id. What was written before comes next."""
FIRST: Spot = (2**62, 0)
# The index of each status is walked from its newest end. So many comments of all sites at most are
# looked at, so that one where nobody writes costs no more.
_NEWEST = """
SELECT id FROM (
    SELECT id, site_id, author_name FROM comment WHERE {condition} AND created_at < :end
    ORDER BY created_at DESC, id DESC LIMIT :depth
) AS {status}
WHERE site_id IN (:site_ids) AND ({words}) LIMIT :limit
"""
_PART = "\nSELECT id FROM ({newest}) AS of_{status}\n".replace("{newest}", _NEWEST)
_EACH = "UNION ALL".join(
    _PART.replace("{condition}", comments.IN_INDEX[status]).replace("{status}", status.value)
    for status in (Status.APPROVED, Status.PENDING, Status.SPAM)
)
NEWEST = _EACH.replace("{words}", "1 = 1")
DEPTH = 3_000
"""Newest comments of each status among which a site's authors are looked for."""
_WORDS = r"lower(author_name) LIKE :text_{n} ESCAPE '\'"
BY_EMAIL = """
SELECT c.id FROM contact AS k CROSS JOIN comment AS c
WHERE lower(k.email) = :email AND c.id = k.comment_id AND c.site_id IN (:site_ids)
ORDER BY c.id DESC LIMIT :limit
"""
HISTORY = """
SELECT id FROM comment
WHERE site_id = :site_id AND author_key = :author_key
    AND (created_at, id) < (:after_at, :after_id)
ORDER BY created_at DESC, id DESC LIMIT :limit
"""
SINCE = """
SELECT created_at FROM comment WHERE site_id = :site_id AND author_key = :author_key
ORDER BY created_at, id LIMIT 1
"""
NAMES = """
SELECT DISTINCT author_name FROM (
    SELECT author_name FROM comment WHERE site_id = :site_id AND author_key = :author_key
    ORDER BY created_at DESC, id DESC LIMIT :limit
) AS latest
"""


async def newest(db: Db, site_ids: Sequence[int], *, text: str = "", limit: int) -> list[Comment]:
    """The newest comments on these sites of each status but removed, the newest first.

    With a text, those whose author's name holds it, whatever its case.
    """
    values = {f"text_{n}": f"%{literal(way)}%" for n, way in enumerate(spellings(text))}
    asked = {"site_ids": list(site_ids), "depth": DEPTH, "end": FIRST[0], "limit": limit}
    return await _get(db, named_text(text) if text else NEWEST, {**asked, **values})


def named_text(text: str) -> str:
    """The query for comments whose author's name holds the text."""
    words = " OR ".join(_WORDS.replace("{n}", str(n)) for n, _ in enumerate(spellings(text)))
    return _EACH.replace("{words}", words)


async def by_email(db: Db, site_ids: Sequence[int], email: str, *, limit: int) -> list[Comment]:
    """The last comments whose author gave exactly this email, whatever its case."""
    asked = {"site_ids": list(site_ids), "email": email.lower(), "limit": limit}
    return await _get(db, BY_EMAIL, asked)


async def history(
    db: Db, site_id: int, author_key: str, *, after: Spot = FIRST, limit: int
) -> list[Comment]:
    """What an author wrote on a site before that place, the newest first."""
    asked = {"site_id": site_id, "author_key": author_key}
    place = {"after_at": after[0], "after_id": after[1], "limit": limit}
    return await _get(db, HISTORY, {**asked, **place})


async def since(db: Db, site_id: int, author_key: str) -> int | None:
    """When the first comment of an author came that is still there."""
    row = await db.fetch_one(SINCE, {"site_id": site_id, "author_key": author_key})
    return int(row[0]) if row else None


async def names(db: Db, site_id: int, author_key: str, *, limit: int) -> list[str]:
    """The names that an author gave with the last so many comments."""
    asked = {"site_id": site_id, "author_key": author_key, "limit": limit}
    return sorted(row[0] for row in await db.fetch_all(NAMES, asked))


async def _get(db: Db, sql: str, values: dict[str, object]) -> list[Comment]:
    ids = [row[0] for row in await db.fetch_all(sql, values)]
    found: list[Comment] = []
    for part in range(0, len(ids), 1_000):
        found += (await comments.get_many(db, ids[part : part + 1_000])).values()
    return sorted(found, key=lambda each: (each.created_at, each.id), reverse=True)
