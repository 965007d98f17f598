"""Two pages become one without losing a comment or an address, and two again."""

from __future__ import annotations

import pytest

from afterword.core.errors import Conflict, Invalid, NotFound
from afterword.core.model import Act, Member, Policy
from afterword.core.page_key import PageClaim
from afterword.services.audit.undo_act import UNDOABLE, find_act, undo
from afterword.services.context import Context
from afterword.services.pages.change_page import close_page, pin_comment
from afterword.services.pages.move_pages import merge_pages, rename_page, split_page
from afterword.services.readers.reader import Reader
from afterword.services.reading.find_permalink import find_permalink
from afterword.services.sites.manage_sites import add_site
from afterword.services.writing.react_to_page import Reaction, react_to_page
from afterword.services.writing.report_comment import report_comment
from afterword.storage import audit, comments, pages, reports
from tests.services.builders import (
    NOW,
    ORIGIN,
    approved,
    bodies,
    decide,
    read,
    vote,
    write,
)
from tests.services.ear import ear
from tests.services.moving import (
    NEW,
    OLD,
    THIRD,
    Two,
    as_read,
    merge,
    page_id,
    seen,
)


async def test_merged_pages_are_one_thread_at_every_address(
    ctx: Context, owner: Member, two: Two
) -> None:
    before, into = await read(ctx, OLD), await page_id(ctx, NEW)
    await merge(ctx, owner)
    old, new = await read(ctx, OLD), await read(ctx, NEW)
    assert as_read(old) == as_read(new) == [*as_read(before), (two.other.id, None, None, 0)]
    assert old.page.id == new.page.id == into
    assert old.page.url == new.page.url == NEW
    assert new.count == 5
    for comment in two.public:
        assert await find_permalink(ctx, comment.id) == f"{NEW}#comment-{comment.id}"
    held = await comments.get(ctx.store, two.held.id)
    assert held is not None
    assert held.page_id == into
    await decide(ctx, owner, Act.APPROVE, two.held)
    assert (await read(ctx, OLD)).count == 6


async def test_undo_gives_each_page_its_own_thread_again(
    ctx: Context, owner: Member, two: Two
) -> None:
    before = await seen(ctx, OLD, NEW)
    act = await merge(ctx, owner)
    assert await seen(ctx, OLD, NEW) != before
    await undo(ctx, owner, act, now=NOW)
    assert await seen(ctx, OLD, NEW) == before
    held = await comments.get(ctx.store, two.held.id)
    assert held is not None
    assert held.page_id == two.held.page_id
    assert await find_permalink(ctx, two.deeper.id) == f"{OLD}#comment-{two.deeper.id}"
    with pytest.raises(Conflict, match="undone already"):
        await undo(ctx, owner, act, now=NOW)


async def test_undo_takes_replies_along_and_leaves_what_was_written_on_the_other_page(
    ctx: Context, owner: Member, two: Two
) -> None:
    act = await merge(ctx, owner)
    answer = await approved(ctx, owner, "Answer", url=NEW, parent_id=two.deeper.id, now=NOW + 6)
    late = await approved(ctx, owner, "Late", url=OLD, now=NOW + 7)
    await undo(ctx, owner, act, now=NOW + 8)
    assert [each.id for each in (await read(ctx, OLD)).comments] == [
        two.first.id,
        two.reply.id,
        two.deeper.id,
        answer.id,
        two.second.id,
    ]
    assert [each.id for each in (await read(ctx, NEW)).comments] == [two.other.id, late.id]
    assert (await read(ctx, OLD)).count == 5


async def test_undo_leaves_alone_what_has_moved_on(ctx: Context, owner: Member, two: Two) -> None:
    act = await merge(ctx, owner)
    await split_page(ctx, owner, [two.second.id], url=THIRD, now=NOW)
    await undo(ctx, owner, act, now=NOW)
    assert bodies(await read(ctx, OLD)) == ["First", "Reply", "Deeper"]
    assert bodies(await read(ctx, NEW)) == ["Other"]
    assert bodies(await read(ctx, THIRD)) == ["Second"]


async def test_a_merge_into_what_was_merged_since_waits_for_the_undo_of_that(
    ctx: Context, owner: Member, two: Two
) -> None:
    await approved(ctx, owner, "Third", url=THIRD, now=NOW + 9)
    before = await seen(ctx, OLD, NEW, THIRD)
    first = await merge(ctx, owner)
    second = await merge(ctx, owner, NEW, THIRD)
    assert (await read(ctx, OLD)).count == 6
    assert (await read(ctx, OLD)).page.url == THIRD
    with pytest.raises(Conflict, match="since"):
        await undo(ctx, owner, first, now=NOW)
    await undo(ctx, owner, second, now=NOW)
    await undo(ctx, owner, first, now=NOW)
    assert await seen(ctx, OLD, NEW, THIRD) == before


async def test_votes_and_reports_follow_their_comment(
    ctx: Context, owner: Member, two: Two
) -> None:
    await vote(ctx, two.first, device=1)
    reader = Reader("device-00000000000000000002", "192.0.2.2", ORIGIN)
    await report_comment(ctx, two.first.id, "spam", "Look", reader, now=NOW)
    act = await merge(ctx, owner)
    shown = (await read(ctx, NEW)).comments[0]
    assert (shown.id, shown.up) == (two.first.id, 1)
    assert (await vote(ctx, two.first, 0, device=1)).up == 0
    assert len((await reports.open_of(ctx.store, [two.first.id]))[two.first.id]) == 1
    await undo(ctx, owner, act, now=NOW)
    assert (await vote(ctx, two.first, device=1)).up == 1


async def react(ctx: Context, url: str, chosen: str, device: int) -> dict[str, int]:
    reader = Reader(f"device-{device:020}", f"192.0.2.{device}", ORIGIN)
    reacted = await react_to_page(ctx, Reaction(PageClaim(url), None, chosen, reader), now=NOW)
    return dict(reacted.counts)


async def test_reactions_add_up_but_for_those_of_one_address(ctx: Context, owner: Member) -> None:
    policy = Policy(reactions=("+", "-"))
    await add_site(ctx.store, "blog", [ORIGIN], policy, NOW)
    await ctx.sites.refresh(ctx.store)
    for device, chosen in ((1, "+"), (2, "+"), (3, "-")):
        await react(ctx, OLD, chosen, device)
    await react(ctx, NEW, "+", 1)
    act = await merge(ctx, owner)

    async def counts(url: str) -> dict[str, int]:
        found = (await read(ctx, url)).page.reactions
        return {each.reaction: each.count for each in found if each.count}

    assert await counts(NEW) == await counts(OLD) == {"+": 2, "-": 1}
    assert await react(ctx, OLD, "-", 4) == {"+": 2, "-": 2}
    await undo(ctx, owner, act, now=NOW)
    assert await counts(OLD) == {"+": 2, "-": 1}
    assert await counts(NEW) == {"+": 1, "-": 1}


async def test_pins_of_the_page_that_goes_are_lifted_and_come_back(
    ctx: Context, owner: Member, two: Two
) -> None:
    for comment in (two.first, two.other):
        await pin_comment(ctx, owner, comment.id, pinned=True, now=NOW)
    act = await merge(ctx, owner)

    async def pinned() -> list[int]:
        found = await comments.get_many(ctx.store, [each.id for each in (*two.public, two.other)])
        return [each.id for each in found.values() if each.pinned]

    assert await pinned() == [two.other.id]
    await undo(ctx, owner, act, now=NOW)
    assert sorted(await pinned()) == [two.first.id, two.other.id]


async def test_listeners_of_both_pages_are_told_to_read_anew(
    ctx: Context, owner: Member, two: Two
) -> None:
    known = (await read(ctx, OLD)).version
    async with ear(ctx, OLD) as old, ear(ctx, NEW) as new:
        await old.heard(), await new.heard()
        act = await merge(ctx, owner)
        for reader in (old, new):
            (event,) = await reader.heard()
            assert (event.name, event.data) == ("count", {"count": 5, "reload": True})
        await undo(ctx, owner, act, now=NOW)
        for reader, count in ((old, 4), (new, 1)):
            (event,) = await reader.heard()
            assert event.data == {"count": count, "reload": True}
    async with ear(ctx, NEW, since=known) as late:
        assert b'"reload":true' in late.missed


async def test_pages_of_two_sites_or_one_alone_are_not_merged(
    ctx: Context, owner: Member, two: Two
) -> None:
    other = "https://other.example.org"
    await add_site(ctx.store, "other", [other], Policy(), NOW)
    await ctx.sites.refresh(ctx.store)
    foreign = await write(ctx, url=f"{other}/a", origin=other)
    for into in (foreign.page_id, two.first.page_id):
        with pytest.raises(Invalid):
            await merge_pages(ctx, owner, two.first.page_id, into, now=NOW)
    with pytest.raises(NotFound):
        await merge_pages(ctx, owner, two.first.page_id, 99_999, now=NOW)


async def test_what_is_merged_is_no_page_any_more(ctx: Context, owner: Member, two: Two) -> None:
    gone, into = two.first.page_id, two.other.page_id
    await merge(ctx, owner)
    with pytest.raises(NotFound):
        await merge_pages(ctx, owner, gone, into, now=NOW)
    with pytest.raises(NotFound):
        await close_page(ctx, owner, gone, now=NOW)
    with pytest.raises(NotFound):
        await rename_page(ctx, owner, gone, url=THIRD, title="", now=NOW)


async def test_who_had_looked_the_page_up_before_writes_where_it_is_now(
    ctx: Context, owner: Member, two: Two
) -> None:
    """What a submission does that had found its page when the merge was committed."""
    await merge(ctx, owner)
    async with ctx.store.write() as db, pages.changing(db, two.first.page_id, NOW) as page:
        assert page.id == two.other.page_id
    async with ctx.store.write() as db:
        gone = await pages.get(db, two.first.page_id)
        assert gone is not None
        await pages.learn_keys(db, gone, ["url:blog.example.org/fourth"], NOW)
    assert await page_id(ctx, f"{ORIGIN}/fourth") == two.other.page_id


async def test_moving_is_one_audit_row_and_undone_within_thirty_days(
    ctx: Context, owner: Member, two: Two
) -> None:
    act = await merge(ctx, owner)
    entry = (await audit.recent(ctx.store, limit=1))[0]
    assert (entry.id, entry.act) == (act, "merge_pages")
    assert (entry.subject, entry.after) == ((two.first.page_id,), [two.other.page_id])
    with pytest.raises(Conflict, match="older than 30 days"):
        await undo(ctx, owner, act, now=NOW + UNDOABLE + 1)
    shown = await find_act(ctx, owner, act, now=NOW)
    assert shown is not None
    assert shown.may_undo
