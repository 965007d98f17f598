"""A page is closed, slowed down, given a note and pinned to by those who may, and each can be undone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import pytest

from afterword.core.errors import Conflict, Forbidden, Invalid, NotFound
from afterword.core.model import Act, Comment, Member, Page, Policy, Role, Site
from afterword.services.audit.undo_act import find_act, undo
from afterword.services.context import Context
from afterword.services.pages import change_page
from afterword.services.pages.change_page import PageChange, pin_comment
from afterword.services.sites.manage_sites import add_site
from afterword.storage import audit, comments, pages
from tests.services.builders import NOW, add, approved, decide, read, write
from tests.services.ear import ear

Change: TypeAlias = Callable[[Context, Member, int], Awaitable[PageChange]]


async def close(ctx: Context, member: Member, page_id: int) -> PageChange:
    return await change_page.close_page(ctx, member, page_id, now=NOW)


async def reopen(ctx: Context, member: Member, page_id: int) -> PageChange:
    return await change_page.open_page(ctx, member, page_id, now=NOW + 1)


async def slow(ctx: Context, member: Member, page_id: int) -> PageChange:
    return await change_page.slow_page(ctx, member, page_id, 90, now=NOW)


async def note(ctx: Context, member: Member, page_id: int) -> PageChange:
    return await change_page.note_page(ctx, member, page_id, " Be *kind*.\r\n", now=NOW)


CHANGES: dict[str, tuple[Change, dict[str, object]]] = {
    "close_page": (close, {"closed": True, "opened_at": None}),
    "open_page": (reopen, {"closed": False, "opened_at": NOW + 1}),
    "slow_page": (slow, {"slow": 90}),
    "note_page": (note, {"note": " Be *kind*."}),
}


async def page_of(ctx: Context, comment: Comment) -> Page:
    page = await pages.get(ctx.store, comment.page_id)
    assert page is not None
    return page


async def is_pinned(ctx: Context, comment: Comment) -> bool:
    found = await comments.get(ctx.store, comment.id)
    assert found is not None
    return found.pinned


def undoable(change: PageChange) -> int:
    assert change.audit_id is not None
    return change.audit_id


@pytest.mark.parametrize("act", CHANGES)
async def test_each_change_is_one_audit_row_and_can_be_undone(
    ctx: Context, site: Site, owner: Member, act: str
) -> None:
    change, values = CHANGES[act]
    comment = await write(ctx)
    before = await page_of(ctx, comment)
    changed = await change(ctx, owner, comment.page_id)
    after = await page_of(ctx, comment)
    assert {name: getattr(after, name) for name in values} == values
    assert after == changed.page
    assert after.version == before.version + 1
    (entry,) = await audit.recent(ctx.store, member_id=owner.id, limit=9)
    assert (entry.id, entry.act, entry.site_id) == (changed.audit_id, act, site.id)
    assert entry.subject == (comment.page_id,)
    seen = await find_act(ctx, owner, entry.id, now=NOW)
    assert seen is not None
    assert seen.may_undo
    await undo(ctx, owner, entry.id, now=NOW)
    undone = await page_of(ctx, comment)
    assert {name: getattr(undone, name) for name in values} == {
        name: getattr(before, name) for name in values
    }


@pytest.mark.parametrize("act", ["close_page", "slow_page", "note_page"])
async def test_what_is_so_already_writes_nothing(
    ctx: Context, site: Site, owner: Member, act: str
) -> None:
    page_id = (await write(ctx)).page_id
    await CHANGES[act][0](ctx, owner, page_id)
    again = await CHANGES[act][0](ctx, owner, page_id)
    assert again.audit_id is None
    assert len(await audit.recent(ctx.store, member_id=owner.id, limit=9)) == 1


async def test_a_closed_page_takes_no_comment_and_an_opened_one_does(
    ctx: Context, site: Site, owner: Member
) -> None:
    page_id = (await write(ctx)).page_id
    await close(ctx, owner, page_id)
    assert (await read(ctx)).page.closed
    with pytest.raises(Forbidden):
        await write(ctx)
    await reopen(ctx, owner, page_id)
    assert not (await read(ctx)).page.closed
    await write(ctx)


async def test_undo_leaves_alone_what_somebody_has_changed_since(
    ctx: Context, site: Site, owner: Member
) -> None:
    comment = await write(ctx)
    first = undoable(await slow(ctx, owner, comment.page_id))
    await change_page.slow_page(ctx, owner, comment.page_id, 5, now=NOW)
    with pytest.raises(Conflict, match="since"):
        await undo(ctx, owner, first, now=NOW)
    assert (await page_of(ctx, comment)).slow == 5
    await note(ctx, owner, comment.page_id)
    assert (await page_of(ctx, comment)).slow == 5


@pytest.mark.parametrize("seconds", [-1, 86_401])
async def test_a_wait_has_its_limits(ctx: Context, site: Site, owner: Member, seconds: int) -> None:
    page_id = (await write(ctx)).page_id
    with pytest.raises(Invalid):
        await change_page.slow_page(ctx, owner, page_id, seconds, now=NOW)


@pytest.mark.parametrize("text", ["x" * 2001, "a\x00b", "[//]: #"])
async def test_a_note_is_checked_like_a_comment(
    ctx: Context, site: Site, owner: Member, text: str
) -> None:
    page_id = (await write(ctx)).page_id
    with pytest.raises(Invalid):
        await change_page.note_page(ctx, owner, page_id, text, now=NOW)
    assert (await change_page.note_page(ctx, owner, page_id, " \n", now=NOW)).audit_id is None
    await change_page.note_page(ctx, owner, page_id, "x" * 2000, now=NOW)


async def test_pinning_is_told_to_listeners_and_undone(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    comment = await write(ctx)
    async with ear(ctx) as reader:
        pinned = await pin_comment(ctx, owner, comment.id, pinned=True, now=NOW)
        (event,) = await reader.heard()
        assert event.name == "edited"
    assert await is_pinned(ctx, comment)
    again = await pin_comment(ctx, owner, comment.id, pinned=True, now=NOW)
    assert again.audit_id is None
    await undo(ctx, owner, undoable(pinned), now=NOW)
    assert not await is_pinned(ctx, comment)


async def test_unpinning_is_undone_as_far_as_there_is_room(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    first, *others = [await write(ctx) for _ in range(4)]
    await pin_comment(ctx, owner, first.id, pinned=True, now=NOW)
    lifted = await pin_comment(ctx, owner, first.id, pinned=False, now=NOW)
    for comment in others:
        await pin_comment(ctx, owner, comment.id, pinned=True, now=NOW)
    with pytest.raises(Conflict, match="3 comments are pinned"):
        await undo(ctx, owner, undoable(lifted), now=NOW)
    await pin_comment(ctx, owner, others[0].id, pinned=False, now=NOW)
    await undo(ctx, owner, undoable(lifted), now=NOW)
    assert await is_pinned(ctx, first)


async def test_three_public_top_level_comments_can_be_pinned(
    ctx: Context, site: Site, owner: Member
) -> None:
    tops = [await approved(ctx, owner) for _ in range(4)]
    reply = await approved(ctx, owner, parent_id=tops[0].id)
    held = await write(ctx)
    for comment in (reply, held):
        with pytest.raises(Conflict):
            await pin_comment(ctx, owner, comment.id, pinned=True, now=NOW)
    for comment in tops[:3]:
        await pin_comment(ctx, owner, comment.id, pinned=True, now=NOW)
    with pytest.raises(Conflict, match="Unpin one"):
        await pin_comment(ctx, owner, tops[3].id, pinned=True, now=NOW)
    await decide(ctx, owner, Act.REMOVE, tops[0])
    await pin_comment(ctx, owner, tops[0].id, pinned=False, now=NOW)
    await pin_comment(ctx, owner, tops[3].id, pinned=True, now=NOW)


ROLES = {
    "owner": (None, ""),
    "moderator": (None, ""),
    "moderator of the site": (None, "own"),
    "viewer": (Forbidden, ""),
    "viewer of the site": (Forbidden, "own"),
    "owner of another site": (NotFound, "other"),
}


@pytest.mark.parametrize("who", ROLES)
async def test_who_may_change_a_page(ctx: Context, site: Site, owner: Member, who: str) -> None:
    other = await add_site(ctx.store, "other", ["https://other.example.org"], Policy(), NOW)
    await ctx.sites.refresh(ctx.store)
    refused, where = ROLES[who]
    role = Role(who.split(maxsplit=1)[0])
    member = await add(ctx, role, {"own": site, "other": other}.get(where))
    comment = await approved(ctx, owner)

    async def pin(ctx: Context, member: Member, page_id: int) -> PageChange:
        return await pin_comment(ctx, member, comment.id, pinned=True, now=NOW)

    for change in (pin, *(change for change, _ in CHANGES.values())):
        if refused is None:
            done = undoable(await change(ctx, member, comment.page_id))
            await undo(ctx, member, done, now=NOW)
        else:
            with pytest.raises(refused):
                await change(ctx, member, comment.page_id)
            done = undoable(await change(ctx, owner, comment.page_id))
            with pytest.raises(refused):
                await undo(ctx, member, done, now=NOW)


async def test_a_page_that_is_not_there_is_said_to_be_so(
    ctx: Context, site: Site, owner: Member
) -> None:
    for change, _ in CHANGES.values():
        with pytest.raises(NotFound):
            await change(ctx, owner, 99_999)
    with pytest.raises(NotFound):
        await pin_comment(ctx, owner, 99_999, pinned=True, now=NOW)
