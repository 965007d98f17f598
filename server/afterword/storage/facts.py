"""What has to be known before a new comment can be screened and stored, in one question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from afterword.core.model import Page
from afterword.storage.pages import COLUMNS, page_of
from afterword.storage.store import Db

# Of the newest comments of each status only: on a page where everybody writes at once, a look at
# all of the last hour would cost more than the writing. What was removed is no duplicate.
NEWEST = 20
_SAME_TEXT = """
SELECT 1 FROM (
    SELECT source FROM comment
    WHERE page_id = p.id AND status = '{status}' AND created_at >= :since
    ORDER BY created_at DESC LIMIT {newest}
) AS {status} WHERE source = :source
"""
_DUPLICATE = "UNION ALL".join(
    _SAME_TEXT.replace("{status}", status).replace("{newest}", str(NEWEST))
    for status in ("approved", "pending", "spam")
)
LOOK_UP = """
SELECT w.known, k.key, EXISTS ({duplicate}), {columns}
FROM (
    SELECT EXISTS (
        SELECT 1 FROM comment
        WHERE site_id = :site_id AND author_key = :author_key AND status = 'approved'
    ) AS known
) AS w
LEFT JOIN page_key AS k ON k.site_id = :site_id AND k.key IN (:keys)
LEFT JOIN page AS p ON p.id = k.page_id
""".replace("{duplicate}", _DUPLICATE).replace("{columns}", COLUMNS)


@dataclass(frozen=True, slots=True)
class Found:
    """The answer."""

    pages: Mapping[str, Page]
    """By key, of those keys that lead to one."""
    known_author: bool
    """Whether this author has an approved comment on the site."""
    duplicated_on: frozenset[int]
    """Ids of pages among whose newest comments is one with the same text."""


async def look_up(
    db: Db, site_id: int, keys: Sequence[str], *, author_key: str | None, source: str, since: int
) -> Found:
    """What is known of a draft; a duplicate is one written at or after `since`."""
    values = {
        "site_id": site_id,
        "keys": list(keys),
        "author_key": author_key or "",
        "source": source,
        "since": since,
    }
    rows = await db.fetch_all(LOOK_UP, values)
    found = {key: page_of(tuple(columns)) for _, key, _, *columns in rows if key is not None}
    duplicated = frozenset(row[3] for row in rows if row[1] is not None and row[2])
    return Found(found, bool(rows[0][0]), duplicated)
