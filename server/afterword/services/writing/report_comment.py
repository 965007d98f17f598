"""Reporting: a reader tells the moderators, and nobody else, what is wrong with a comment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.draft import clean_report
from afterword.core.errors import NotFound
from afterword.services.readers.reader import GONE, hand_of, public_comment
from afterword.storage import reports
from afterword.storage.reports import Report

if TYPE_CHECKING:
    from afterword.core.model import ReportReason
    from afterword.services.context import Context
    from afterword.services.readers.reader import Reader
    from afterword.storage.store import WriteDb

MOST_OPEN = 50
"""Reports of one comment that wait for a decision; more say nothing new."""
MOST_AT_ADDRESS = 3
"""Reports of one comment from one network address on one day."""


async def report_comment(
    ctx: Context, comment_id: int, reason: ReportReason, text: str, reader: Reader, *, now: int
) -> None:
    """Lays the comment before the moderators; again, or beyond the limits, it changes nothing.

    Raises `NotFound` for what readers cannot see, and `Invalid` for `text`.
    """
    words = clean_report(text)
    comment, site = await public_comment(ctx, comment_id, reader)
    hand = await hand_of(ctx, site, reader, now=now)
    reporter = ctx.hashes.reader(f"report/{comment.id}", hand.key)
    address = ctx.hashes.address(reader.address, now=now)
    async with ctx.store.write() as db:
        await _add(db, comment.id, Report(reason, words, now), reporter, address)


async def _add(db: WriteDb, comment_id: int, report: Report, reporter: str, address: str) -> None:
    opened = await reports.lock(db, comment_id)
    if opened is None:
        raise NotFound(GONE)
    if opened >= MOST_OPEN:
        return
    if await reports.at_address(db, comment_id, address) < MOST_AT_ADDRESS:
        await reports.add(db, comment_id, report, reporter=reporter, address=address)
