"""The queue: comments for those who decide, with what they need to decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from afterword.core.model import Comment, Reason, Status, Tab
from afterword.storage.comments import COLUMNS, comment_of
from afterword.storage.store import Db, Row
from afterword.storage.threads import FIRST, Position, TimeOrder
from afterword.storage.verdicts import reasons_of

_WIDTH = 18

# The limit comes before the joins: only what is shown is looked up elsewhere.
OLDEST = """
WITH shown AS (
    SELECT id FROM comment
    WHERE {status} AND (created_at, id) > (:after_at, :after_id)
    ORDER BY created_at, id LIMIT :limit
)
SELECT {columns}, c.site_id, page.url, page.title, v.reasons, contact.email,
    parent.author_name, substr(parent.source, 1, 280)
FROM shown
JOIN comment AS c ON c.id = shown.id
JOIN page ON page.id = c.page_id
LEFT JOIN verdict AS v ON v.comment_id = c.id
LEFT JOIN contact ON contact.comment_id = c.id
LEFT JOIN comment AS parent ON parent.id = c.parent_id
""".replace("{columns}", COLUMNS)
NEWEST = OLDEST.replace("id) > (", "id) < (").replace(
    "ORDER BY created_at, id", "ORDER BY created_at DESC, id DESC"
)
# In the words of the partial indexes, or SQLite does not see that one of them answers.
CONDITIONS = {
    Tab.PENDING: "status IN ('pending', 'spam') AND status = 'pending'",
    Tab.REPORTED: "reports > 0 AND status = 'approved'",
    Tab.SPAM: "status IN ('pending', 'spam') AND status = 'spam'",
    Tab.APPROVED: "status = 'approved'",
    Tab.REMOVED: "status = 'removed'",
}
COUNTED = (Tab.PENDING, Tab.REPORTED, Tab.SPAM)
COUNTS = """
SELECT status, count(*) FROM comment WHERE status IN ('pending', 'spam') GROUP BY status
UNION ALL
SELECT 'reported', count(*) FROM comment WHERE status = 'approved' AND reports > 0
"""
HISTORY = """
SELECT author_key, status, count(*) FROM comment
WHERE site_id = :site_id AND author_key IN (:author_keys)
GROUP BY author_key, status
"""
COUNTS_ON_SITES = COUNTS.replace("WHERE status", "WHERE site_id IN (:site_ids) AND status")


@dataclass(frozen=True, slots=True)
class Held:
    """A comment as a moderator sees it."""

    comment: Comment
    site_id: int
    page_url: str
    page_title: str
    reasons: tuple[Reason, ...]
    email: str | None
    """Never for a viewer's eyes."""
    parent_author: str | None
    """None on a top-level comment."""
    parent_excerpt: str | None
    """The first 280 characters of what it answers, as Markdown."""

    @property
    def position(self) -> Position:
        """Where the next part of the queue begins."""
        return (self.comment.created_at, self.comment.id)


async def queue(
    db: Db,
    tab: Tab,
    *,
    site_ids: Sequence[int] | None = None,
    after: Position | None = None,
    limit: int,
    order: TimeOrder = "oldest",
) -> list[Held]:
    """Comments of this tab on these sites (None: on every site) that follow `after`."""
    after_at, after_id = after or FIRST[order]
    values: dict[str, object] = {"after_at": after_at, "after_id": after_id, "limit": limit}
    if site_ids is not None:
        values["site_ids"] = list(site_ids)
    rows = await db.fetch_all(queue_text(tab, order, on_some=site_ids is not None), values)
    found = [_held(row) for row in rows]
    return sorted(found, key=lambda held: held.position, reverse=order == "newest")


def queue_text(tab: Tab, order: TimeOrder, *, on_some: bool) -> str:
    """The query for this tab of the queue, on some sites or on all."""
    text = OLDEST if order == "oldest" else NEWEST
    # The plus keeps SQLite from walking a whole site by another index.
    condition = CONDITIONS[tab] + (" AND +site_id IN (:site_ids)" if on_some else "")
    return text.replace("{status}", condition)


async def counts(db: Db, site_ids: Sequence[int] | None = None) -> dict[Tab, int]:
    """How many comments wait, are reported, and count as spam on these sites (None: on every site)."""
    sql, values = (
        (COUNTS, {}) if site_ids is None else (COUNTS_ON_SITES, {"site_ids": list(site_ids)})
    )
    found = {Tab(tab): number for tab, number in await db.fetch_all(sql, values)}
    return {tab: found.get(tab, 0) for tab in COUNTED}


async def history(db: Db, site_id: int, author_keys: Sequence[str]) -> dict[str, dict[Status, int]]:
    """What has become of these authors' comments on the site, by author key."""
    rows = await db.fetch_all(HISTORY, {"site_id": site_id, "author_keys": list(author_keys)})
    found: dict[str, dict[Status, int]] = {key: {} for key in author_keys}
    for key, status, number in rows:
        found[key][Status(status)] = number
    return found


def _held(row: Row) -> Held:
    site_id, url, title, reasons, email, parent_author, parent_excerpt = row[_WIDTH:]
    return Held(
        comment_of(row),
        site_id,
        url,
        title,
        reasons_of(reasons),
        email,
        parent_author,
        parent_excerpt,
    )
