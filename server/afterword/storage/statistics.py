"""What became of the comments of a site, day by day, from indexes alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from afterword.core.model import Status
from afterword.storage.store import Db

DAY = 24 * 60 * 60_000

# Each day and status is a stretch of one index: nothing is sorted, and no comment is looked at.
BY_DAY = """
WITH RECURSIVE day (at) AS (
    SELECT CAST(:first AS BIGINT) UNION ALL SELECT at + 86400000 FROM day WHERE at < :last
)
SELECT day.at, {counts} FROM day ORDER BY day.at
""".replace(
    "{counts}",
    ", ".join(
        "(SELECT count(*) FROM comment WHERE site_id = :site_id AND status = '{status}'"
        " AND created_at >= day.at AND created_at < day.at + 86400000)".replace(
            "{status}", status.value
        )
        for status in Status
    ),
)
# Of the last ones alone, so that a busy site costs no more than a quiet one.
BUSIEST = """
SELECT page.id, page.title, page.url, busy.number
FROM (
    SELECT page_id, count(*) AS number
    FROM (
        SELECT page_id FROM comment
        WHERE site_id = :site_id AND status = 'approved' AND created_at >= :since
        ORDER BY created_at DESC LIMIT :most
    ) AS recent
    GROUP BY page_id ORDER BY number DESC, page_id LIMIT 10
) AS busy
JOIN page ON page.id = busy.page_id
ORDER BY busy.number DESC, page.id
"""
WRITTEN = "SELECT id, created_at FROM comment WHERE id IN (:ids)"


async def by_day(
    db: Db, site_id: int, first: int, last: int
) -> list[tuple[int, Mapping[Status, int]]]:
    """By the beginning of each day: what the comments that were written then are now."""
    rows = await db.fetch_all(BY_DAY, {"site_id": site_id, "first": first, "last": last})
    return [(row[0], dict(zip(Status, row[1:], strict=True))) for row in rows]


async def busiest(db: Db, site_id: int, since: int, most: int) -> list[tuple[int, str, str, int]]:
    """Id, title, address and public comments of the pages that had most, of the last `most` comments."""
    values = {"site_id": site_id, "since": since, "most": most}
    return [tuple(row) for row in await db.fetch_all(BUSIEST, values)]


async def written_at(db: Db, comment_ids: Sequence[int]) -> dict[int, int]:
    """When these comments were written."""
    rows = await db.fetch_all(WRITTEN, {"ids": list(comment_ids)})
    return {row[0]: row[1] for row in rows}
