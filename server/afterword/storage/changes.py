"""What has changed: which threads, for processes that did not write it, and what in one, for readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from afterword.core.model import Comment
from afterword.storage.announcer import Change
from afterword.storage.comments import COLUMNS, comment_of
from afterword.storage.store import Db

CHANGED_SINCE = """
SELECT p.id, p.site_id, p.version, p.changed_at, k.key
FROM (
    SELECT id, site_id, version, changed_at FROM page
    WHERE changed_at >= :at ORDER BY changed_at, id LIMIT :limit
) AS p
LEFT JOIN page_key AS k ON k.page_id = p.id
ORDER BY p.changed_at, p.id
"""
# One statement, so that version, count and comments are of one moment. It reads nothing but an index
# over what was public at least once.
CHANGED_IN_PAGE = """
SELECT {columns}, c.version, c.shown_version, (
    SELECT count(*) FROM comment AS r WHERE r.parent_id = c.id AND r.status = 'approved'
), p.version, p.comment_count, p.reload_version
FROM page AS p
LEFT JOIN comment AS c
    ON c.page_id = p.id AND c.version > :since AND c.shown_version IS NOT NULL
WHERE p.id = :page_id
ORDER BY c.version, c.id LIMIT :limit
""".replace("{columns}", COLUMNS)
LATEST = "SELECT coalesce(max(changed_at), 0) FROM page"


async def changed_since(db: Db, at: int, limit: int = 1000) -> list[Change]:
    """Threads changed at or after `at`, the longest ago first, with every key that leads to them.

    `changed_at` never goes back, whatever the clock does. When as many as `limit` come, more may
    follow: ask again with a higher limit. Ask from the greatest one seen, minus some
    seconds: on PostgreSQL a change may become visible later than one that was made after it.
    """
    rows = await db.fetch_all(CHANGED_SINCE, {"at": at, "limit": limit})
    keys: dict[int, list[str]] = {}
    for page_id, _, _, _, key in rows:
        keys.setdefault(page_id, []).extend([key] if key is not None else [])
    pages = {page_id: rest for page_id, *rest, _ in rows}
    return [
        Change(page_id, site_id, version, changed_at, tuple(keys[page_id]))
        for page_id, (site_id, version, changed_at) in pages.items()
    ]


async def latest(db: Db) -> int:
    """The `changed_at` of the last change, 0 where there was none: where a poll begins."""
    row = await db.fetch_one(LATEST)
    return int(row[0]) if row else 0


@dataclass(frozen=True, slots=True)
class ChangedComment:
    """A comment that is public, or was."""

    comment: Comment
    version: int
    """Of the page when it last changed."""
    shown_version: int
    """Of the page when it last became public."""
    reply_count: int
    """Public replies directly under it."""


@dataclass(frozen=True, slots=True)
class PageChanges:
    """What readers of a page have not seen yet, and what they will then have."""

    version: int
    count: int
    comments: Sequence[ChangedComment]
    """In the order in which they changed."""
    reload_version: int = 0
    """Who knows the page as it was before has to read it anew."""


async def changed_in_page(db: Db, page_id: int, since: int, limit: int) -> PageChanges | None:
    """What has changed on a page after its version `since`; None where there is no such page.

    What never was public is not in it. When as many comments as `limit` come, more may follow.
    """
    values = {"page_id": page_id, "since": since, "limit": limit}
    rows = await db.fetch_all(CHANGED_IN_PAGE, values)
    if not rows:
        return None
    return PageChanges(
        version=rows[0][-3],
        count=rows[0][-2],
        comments=[
            ChangedComment(comment_of(row), *row[-6:-3]) for row in rows if row[0] is not None
        ],
        reload_version=rows[0][-1],
    )
