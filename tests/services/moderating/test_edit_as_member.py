"""A moderator changes the text of a comment: readers are told, and undo gives back what it said."""

from __future__ import annotations

import pytest

from afterword.core.errors import Conflict, Forbidden, Invalid, NotFound
from afterword.core.model import Act, Comment, Member, Role, Site, Status, Tab
from afterword.services.audit.undo_act import undo
from afterword.services.context import Context
from afterword.services.moderating.edit_as_member import Edited, edit_as_member
from afterword.services.moderating.find_in_queue import QueueFilter
from afterword.services.moderating.review_queue import Earlier, review_queue
from afterword.services.writing.revise_comment import revise_comment, withdraw_comment
from afterword.storage import audit, comments, edits
from tests.services.builders import NOW, ORIGIN, add, bodies, decide, read, submit, write


async def edit(
    ctx: Context, member: Member, comment: Comment, body: str, *, now: int = NOW + 9
) -> Edited:
    return await edit_as_member(ctx, member, comment.id, body, now=now)


async def test_readers_see_the_new_text_and_that_it_was_edited(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    comment = await write(ctx, "My number is 555-0100.")
    edited = await edit(ctx, owner, comment, "My number is *gone*.")
    assert (edited.comment.status, edited.comment.edited_at) == (Status.APPROVED, NOW + 9)
    (shown,) = (await read(ctx)).comments
    assert shown.body == [["p", "My number is ", ["em", "gone"], "."]]
    assert shown.edited_at is not None


@pytest.mark.parametrize("act", [None, Act.SPAM])
async def test_the_status_stays_and_nobody_reads_what_is_held(
    ctx: Context, site: Site, owner: Member, act: Act | None
) -> None:
    comment = await write(ctx, "held")
    if act:
        await decide(ctx, owner, act, comment)
    before = await comments.get(ctx.store, comment.id)
    assert before is not None
    assert (await edit(ctx, owner, comment, "other")).comment.status == before.status
    assert bodies(await read(ctx)) == []


async def test_moderators_see_what_it_said_before_and_who_replaced_it(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    mine = await submit(ctx, "first")
    await revise_comment(ctx, mine.comment.id, mine.author_token, "second", origin=ORIGIN, now=NOW)
    await edit(ctx, owner, mine.comment, "third")
    (item,) = (await review_queue(ctx, owner, QueueFilter(Tab.APPROVED), now=NOW)).items
    assert item.earlier == (Earlier("first", NOW), Earlier("second", NOW, owner.name))


async def test_undo_gives_back_the_text_and_the_time_and_tells_the_audit_log(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    comment = await write(ctx, "The *old* text")
    edited = await edit(ctx, owner, comment, "The new text")
    assert edited.audit_id is not None
    undone = await undo(ctx, owner, edited.audit_id, now=NOW + 20)
    assert undone.changed == (comment.id,)
    assert await comments.get(ctx.store, comment.id) == comment
    assert await edits.of(ctx.store, comment.id) == []
    assert [each.act for each in await audit.recent(ctx.store, member_id=owner.id, limit=9)] == [
        "undo",
        "edit_comment",
    ]


async def test_undo_leaves_alone_what_has_changed_since(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    comment = await write(ctx, "one")
    first = await edit(ctx, owner, comment, "two")
    await edit(ctx, owner, comment, "three", now=NOW + 10)
    assert first.audit_id is not None
    assert (await undo(ctx, owner, first.audit_id, now=NOW + 20)).changed == ()
    assert bodies(await read(ctx)) == ["three"]


async def test_what_an_author_took_back_is_nowhere_and_does_not_come_back(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    mine = await submit(ctx, "a secret")
    edited = await edit(ctx, owner, mine.comment, "no secret")
    await withdraw_comment(ctx, mine.comment.id, mine.author_token, origin=ORIGIN, now=NOW)
    assert edited.audit_id is not None
    kept = await audit.get(ctx.store, edited.audit_id)
    assert "secret" not in repr(kept)
    assert (await undo(ctx, owner, edited.audit_id, now=NOW + 20)).changed == ()
    scrubbed = await comments.get(ctx.store, mine.comment.id)
    assert scrubbed is not None
    assert (scrubbed.source, scrubbed.tree) == ("", [])


async def test_the_same_text_is_no_act(ctx: Context, open_site: Site, owner: Member) -> None:
    comment = await write(ctx, "the same")
    assert (await edit(ctx, owner, comment, "the same")).audit_id is None
    assert await audit.recent(ctx.store, member_id=owner.id, limit=9) == []


@pytest.mark.parametrize("body", ["", "   ", "x" * 10_001])
async def test_a_text_that_no_author_might_send_is_refused(
    ctx: Context, open_site: Site, owner: Member, body: str
) -> None:
    comment = await write(ctx, "stays")
    with pytest.raises(Invalid):
        await edit(ctx, owner, comment, body)
    assert bodies(await read(ctx)) == ["stays"]


async def test_a_removed_comment_is_not_edited(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    comment = await write(ctx)
    await decide(ctx, owner, Act.REMOVE, comment)
    with pytest.raises(Conflict):
        await edit(ctx, owner, comment, "other")


async def test_viewers_and_strangers_edit_and_undo_nothing(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    comment = await write(ctx, "stays")
    edited = await edit(ctx, owner, comment, "edited")
    viewer = await add(ctx, Role.VIEWER, open_site)
    nobody = Member(99, "Nobody", "nobody@example.org")
    assert edited.audit_id is not None
    for member, refusal in ((viewer, Forbidden), (nobody, NotFound)):
        with pytest.raises(refusal):
            await edit(ctx, member, comment, "other")
        with pytest.raises(refusal):
            await undo(ctx, member, edited.audit_id, now=NOW + 20)
    with pytest.raises(NotFound):
        await edit_as_member(ctx, owner, 999, "other", now=NOW)
    assert bodies(await read(ctx)) == ["edited"]
