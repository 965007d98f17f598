"""What readers told moderators of comments: one report a device, open until somebody decides.

The row of the comment is locked before its reports are written, so that its count is right whoever
decides at the same moment. A report is no change that readers may see: the page keeps its version.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from afterword.core.model import ReportReason
from afterword.core.telling import EventKind
from afterword.storage import events
from afterword.storage.store import Db, WriteDb

LOCK = """
UPDATE comment SET reports = reports WHERE id = :comment_id AND status = 'approved'
RETURNING reports
"""
AT_ADDRESS = """
SELECT count(*) FROM report WHERE comment_id = :comment_id AND address = :address
"""
ADD = """
INSERT INTO report (comment_id, reporter, address, reason, text, at)
VALUES (:comment_id, :reporter, :address, :reason, :text, :now)
ON CONFLICT (comment_id, reporter) DO NOTHING RETURNING id
"""
COUNT_ONE = "UPDATE comment SET reports = reports + 1 WHERE id = :comment_id"
COUNT_NONE = "UPDATE comment SET reports = 0 WHERE id IN (:ids) AND reports > 0"
CLOSE = """
UPDATE report SET closed_at = :now WHERE comment_id IN (:ids) AND closed_at IS NULL
"""
RECOUNT = """
UPDATE comment SET reports = (
    SELECT count(*) FROM report WHERE comment_id = comment.id AND closed_at IS NULL
)
WHERE id IN (:ids)
"""
REOPEN = """
UPDATE report SET closed_at = NULL WHERE comment_id IN (:ids) AND closed_at = :closed_at
"""
OPEN = """
SELECT comment_id, reason, text, at FROM report
WHERE comment_id IN (:ids) AND closed_at IS NULL ORDER BY at, id
"""
FORGET = "UPDATE report SET address = NULL WHERE address IS NOT NULL AND at < :before"


@dataclass(frozen=True, slots=True)
class Report:
    """What a reader said of a comment."""

    reason: ReportReason
    text: str
    """In their own words; empty where they added nothing."""
    at: int


async def lock(db: WriteDb, comment_id: int) -> int | None:
    """How many reports of the comment are open; None where it is not public. Nobody adds one until
    the write is over."""
    row = await db.fetch_one(LOCK, {"comment_id": comment_id})
    return int(row[0]) if row else None


async def at_address(db: Db, comment_id: int, address: str) -> int:
    """Reports of the comment that came from this address."""
    row = await db.fetch_one(AT_ADDRESS, {"comment_id": comment_id, "address": address})
    return int(row[0]) if row else 0


async def add(db: WriteDb, comment_id: int, report: Report, *, reporter: str, address: str) -> None:
    """Keep a report of a comment that is locked; a second one of the same device is let go."""
    values = {"comment_id": comment_id, "reporter": reporter, "address": address}
    words = {"reason": report.reason, "text": report.text, "now": report.at}
    if await db.fetch_one(ADD, {**values, **words}):
        await db.execute(COUNT_ONE, {"comment_id": comment_id})
        events.happened(db, comment_id, EventKind.REPORTED, now=report.at)


async def close(db: WriteDb, ids: Sequence[int], *, now: int) -> None:
    """Close the open reports of these comments: somebody has decided."""
    await db.execute(COUNT_NONE, {"ids": list(ids)})
    await db.execute(CLOSE, {"ids": list(ids), "now": now})


async def reopen(db: WriteDb, ids: Sequence[int], *, closed_at: int) -> None:
    """Open again the reports of these comments that were closed then."""
    await db.execute(REOPEN, {"ids": list(ids), "closed_at": closed_at})
    await db.execute(RECOUNT, {"ids": list(ids)})


async def open_of(db: Db, ids: Sequence[int]) -> dict[int, list[Report]]:
    """The open reports by comment, of those that have any, the oldest first."""
    found: dict[int, list[Report]] = {}
    for comment_id, reason, text, at in await db.fetch_all(OPEN, {"ids": list(ids)}):
        found.setdefault(comment_id, []).append(Report(reason, text, at))
    return found


async def forget_addresses(db: WriteDb, before: int) -> None:
    """Keep no address of a report that was made before then."""
    await db.execute(FORGET, {"before": before})
