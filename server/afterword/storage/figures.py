"""What the tables say of the whole installation, for whoever watches it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from afterword.core.model import Status
from afterword.storage import health
from afterword.storage.comments import IN_INDEX
from afterword.storage.store import Db

# Approved ones are many, and counted on their pages already. Removed ones by their sites: else SQLite
# walks through an index of all comments, though there is one of those alone.
COMMENTS = f"""
SELECT
    (SELECT count(*) FROM comment WHERE {IN_INDEX[Status.PENDING]}),
    (SELECT count(*) FROM comment WHERE {IN_INDEX[Status.SPAM]}),
    (SELECT CAST(coalesce(sum(number), 0) AS BIGINT) FROM (
        SELECT (
            SELECT count(*) FROM comment AS c WHERE c.site_id = s.id AND c.status = 'removed'
        ) AS number FROM site AS s
    ) AS of_sites),
    (SELECT count(*) FROM event WHERE spread_at IS NULL)
"""  # noqa: S608 - of our own constants
APPROVED = "SELECT CAST(coalesce(sum(comment_count), 0) AS BIGINT) FROM page"
OUTBOX = """
SELECT channel, state, count(*), min(created_at) FROM outbox
WHERE state IN ('waiting', 'failed') GROUP BY channel, state
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts; times in milliseconds UTC."""

    comments: Mapping[Status, int]
    oldest_pending: int | None
    events_waiting: int
    outbox: Mapping[tuple[str, str], int]
    """Messages by channel and state."""
    oldest_waiting: Mapping[str, int]
    """When the message was made that waits longest, by channel."""


async def figures(db: Db) -> Figures:
    """Asks four questions; on a million comments they take some milliseconds each."""
    row = await db.fetch_one(COMMENTS) or (0, 0, 0, 0)
    approved = await db.fetch_one(APPROVED) or (0,)
    outbox = await db.fetch_all(OUTBOX)
    return Figures(
        comments={
            Status.APPROVED: approved[0],
            Status.PENDING: row[0],
            Status.SPAM: row[1],
            Status.REMOVED: row[2],
        },
        oldest_pending=await health.oldest_waiting(db),
        events_waiting=row[3],
        outbox={(channel, state): number for channel, state, number, _ in outbox},
        oldest_waiting={channel: at for channel, state, _, at in outbox if state == "waiting"},
    )
