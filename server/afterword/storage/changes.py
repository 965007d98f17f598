"""Which threads have changed: how one process finds out what another one wrote."""

from __future__ import annotations

from afterword.storage.announcer import Change
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
