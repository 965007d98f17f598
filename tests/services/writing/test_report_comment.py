"""Reports reach the moderators alone, once a device, and stay until somebody decides."""

from __future__ import annotations

import asyncio

import pytest

from afterword.core.errors import Invalid, NotFound, UnknownOrigin
from afterword.core.model import Act, Comment, Member, ReportReason, Role, Site, Status, Tab
from afterword.services.audit.undo_act import undo
from afterword.services.context import Context
from afterword.services.moderating.review_queue import QueueFilter, QueueItem, counts, review_queue
from afterword.services.readers.reader import Reader
from afterword.services.running.housekeeping import REMEMBERED, tidy_up
from afterword.services.writing.report_comment import MOST_AT_ADDRESS, MOST_OPEN, report_comment
from afterword.storage.reports import Report
from tests.services.builders import DAY, NOW, ORIGIN, add, decide, read_bytes, write

SPAM: ReportReason = "spam"
ABUSE: ReportReason = "abuse"
REPORTED = QueueFilter(Tab.REPORTED)


async def report(
    ctx: Context,
    comment: Comment,
    reason: ReportReason = SPAM,
    text: str = "",
    *,
    device: int = 0,
    address: str | None = None,
    origin: str | None = ORIGIN,
    now: int = NOW,
) -> None:
    reader = Reader(f"device-{device:020}", address or f"192.0.2.{device}", origin)
    await report_comment(ctx, comment.id, reason, text, reader, now=now)


async def reported(ctx: Context, member: Member) -> list[QueueItem]:
    return list((await review_queue(ctx, member, REPORTED, now=NOW)).items)


async def test_moderators_are_told_why_and_readers_nothing(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    comment = await write(ctx)
    before = await read_bytes(ctx)
    await report(ctx, comment, ABUSE, "  It calls\r\nher names. ", device=1)
    await report(ctx, comment, SPAM, device=2, now=NOW + 1)
    (item,) = await reported(ctx, owner)
    assert item.reports == (Report(ABUSE, "It calls\nher names.", NOW), Report(SPAM, "", NOW + 1))
    assert (item.comment.id, item.comment.reports) == (comment.id, 2)
    assert (await counts(ctx, owner))[Tab.REPORTED] == 1
    assert await read_bytes(ctx) == before, "not even the version of the page"


async def test_a_device_reports_once(ctx: Context, open_site: Site, owner: Member) -> None:
    comment = await write(ctx)
    await asyncio.gather(*(report(ctx, comment) for _ in range(10)))
    await report(ctx, comment, ABUSE, "Again", address="198.51.100.9")
    (item,) = await reported(ctx, owner)
    assert (item.reports, item.comment.reports) == ((Report(SPAM, "", NOW),), 1)


async def test_many_devices_at_once_are_counted_right(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    comment = await write(ctx)
    await asyncio.gather(*(report(ctx, comment, device=n) for n in range(20)))
    (item,) = await reported(ctx, owner)
    assert len(item.reports) == item.comment.reports == 20


async def test_neither_one_address_nor_a_crowd_fills_the_queue(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    comment = await write(ctx)
    for device in range(MOST_AT_ADDRESS + 2):
        await report(ctx, comment, device=device, address="192.0.2.77")
    (item,) = await reported(ctx, owner)
    assert item.comment.reports == MOST_AT_ADDRESS
    for device in range(10, MOST_OPEN + 20):
        await report(ctx, comment, device=device)
    (item,) = await reported(ctx, owner)
    assert len(item.reports) == item.comment.reports == MOST_OPEN


@pytest.mark.parametrize(
    ("act", "status"),
    [(Act.APPROVE, "approved"), (Act.SPAM, "spam"), (Act.REMOVE, "removed")],
)
async def test_a_decision_closes_the_reports_and_undo_opens_them_again(
    ctx: Context, open_site: Site, owner: Member, act: Act, status: str
) -> None:
    first, other = await write(ctx), await write(ctx)
    for comment in (first, other):
        await report(ctx, comment)
    decision = await decide(ctx, owner, act, first, now=NOW + 5)
    assert decision.changed == (first.id,)
    assert [item.comment.id for item in await reported(ctx, owner)] == [other.id]
    queue = await review_queue(ctx, owner, QueueFilter(Tab(status)), now=NOW)
    assert [item.reports for item in queue.items if item.comment.id == first.id] == [()]
    assert decision.audit_id is not None
    await undo(ctx, owner, decision.audit_id, now=NOW + 6)
    items = await reported(ctx, owner)
    assert [item.comment.id for item in items] == [first.id, other.id]
    assert [item.comment.reports for item in items] == [1, 1]


async def test_what_was_closed_earlier_stays_closed_when_a_later_act_is_undone(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    comment = await write(ctx)
    await report(ctx, comment)
    await decide(ctx, owner, Act.APPROVE, comment, now=NOW + 1)
    await report(ctx, comment, ABUSE, device=2, now=NOW + 2)
    later = await decide(ctx, owner, Act.REMOVE, comment, now=NOW + 3)
    assert later.audit_id is not None
    await undo(ctx, owner, later.audit_id, now=NOW + 4)
    (item,) = await reported(ctx, owner)
    assert item.reports == (Report(ABUSE, "", NOW + 2),)


async def test_keeping_what_nobody_reported_is_no_decision(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    comment = await write(ctx)
    assert (await decide(ctx, owner, Act.APPROVE, comment)).audit_id is None


async def test_what_is_held_takes_its_reports_along(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    comment = await write(ctx)
    await report(ctx, comment)
    await decide(ctx, owner, Act.HOLD, comment)
    assert await reported(ctx, owner) == []
    (item,) = (await review_queue(ctx, owner, QueueFilter(), now=NOW)).items
    assert item.reports == (Report(SPAM, "", NOW),)
    assert (await counts(ctx, owner))[Tab.REPORTED] == 0
    await decide(ctx, owner, Act.APPROVE, comment)
    assert await reported(ctx, owner) == []


async def test_a_viewer_reads_reasons_and_no_words_of_readers(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    comment = await write(ctx)
    await report(ctx, comment, "private", "My address is in it")
    viewer = await add(ctx, Role.VIEWER, open_site)
    (item,) = await reported(ctx, viewer)
    assert item.reports == (Report("private", "", NOW),)


@pytest.mark.parametrize("act", [Act.HOLD, Act.SPAM, Act.REMOVE])
async def test_only_what_is_public_can_be_reported(
    ctx: Context, open_site: Site, owner: Member, act: Act
) -> None:
    comment = await write(ctx)
    await decide(ctx, owner, act, comment)
    with pytest.raises(NotFound):
        await report(ctx, comment)
    assert await ctx.store.fetch_all("SELECT * FROM report") == []


async def test_a_report_that_cannot_be_read_or_comes_from_elsewhere_is_refused(
    ctx: Context, open_site: Site
) -> None:
    comment = await write(ctx)
    for text in ("x" * 501, "a\x00b", "\ud800", "a\x07"):
        with pytest.raises(Invalid) as refused:
            await report(ctx, comment, text=text)
        assert [each.field for each in refused.value.fields] == ["text"]
    with pytest.raises(UnknownOrigin):
        await report(ctx, comment, origin="https://evil.example")
    await report(ctx, comment, text="x" * 500)


async def test_a_report_forgets_the_address_and_goes_with_its_comment(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    comment = await write(ctx)
    await report(ctx, comment, text="Mine", device=5)
    ((reporter, address),) = await ctx.store.fetch_all("SELECT reporter, address FROM report")
    assert "device" not in reporter
    assert address != "192.0.2.5"
    await tidy_up(ctx, now=NOW + REMEMBERED + 1)
    assert await ctx.store.fetch_all("SELECT address FROM report") == [(None,)]
    await decide(ctx, owner, Act.REMOVE, comment)
    await tidy_up(ctx, now=NOW + 31 * DAY)
    assert await ctx.store.fetch_all("SELECT * FROM report") == []
    assert await ctx.store.fetch_all("SELECT status, reports FROM comment") == [(Status.REMOVED, 0)]
