"""Members answer with their badge, and approve what they answer by the same act."""

from __future__ import annotations

import pytest

from afterword.core.errors import Conflict, Forbidden, Invalid
from afterword.core.model import Act, Comment, Member, Role, Site, Status
from afterword.services.audit.undo_act import undo
from afterword.services.context import Context
from afterword.services.moderating.reply_as_member import Replied, reply_as_member
from tests.services.builders import NOW, add, bodies, client_id, decide, read, write


async def reply(
    ctx: Context,
    member: Member,
    to: Comment,
    body: str = "Thank you",
    *,
    approve: bool = True,
    same: str = "",
) -> Replied:
    return await reply_as_member(
        ctx, member, to.id, body, client_id=same or client_id(), approve=approve, now=NOW
    )


async def test_an_answer_bears_the_badge_and_is_public_at_once(
    ctx: Context, site: Site, owner: Member
) -> None:
    comment = await write(ctx, "Is there a feed?")
    replied = await reply(ctx, owner, comment, "Yes, see https://blog.example.org/feed")
    thread = await read(ctx)
    assert [each.id for each in thread.comments] == [comment.id, replied.comment.id]
    author = thread.comments[1].author
    assert author is not None
    assert (author.name, author.staff) == (owner.name, True)


async def test_the_approval_that_came_with_it_can_be_undone(
    ctx: Context, site: Site, owner: Member
) -> None:
    replied = await reply(ctx, owner, await write(ctx, "Is there a feed?"))
    assert replied.decision is not None
    assert replied.decision.audit_id is not None
    undone = await undo(ctx, owner, replied.decision.audit_id, now=NOW)
    assert undone.changed == replied.decision.changed


async def test_undo_of_an_answer_removes_it_and_takes_back_its_approval(
    ctx: Context, site: Site, owner: Member
) -> None:
    comment = await write(ctx, "Is there a feed?")
    replied = await reply(ctx, owner, comment)
    assert replied.audit_id is not None
    undone = await undo(ctx, owner, replied.audit_id, now=NOW + 1)
    assert undone.changed == (comment.id,)
    assert (await read(ctx)).comments == []


async def test_undo_of_an_answer_to_what_was_public_leaves_that_public(
    ctx: Context, site: Site, owner: Member
) -> None:
    comment = await write(ctx, "Is there a feed?")
    await decide(ctx, owner, Act.APPROVE, comment)
    replied = await reply(ctx, owner, comment)
    assert replied.audit_id is not None
    assert (await undo(ctx, owner, replied.audit_id, now=NOW + 1)).changed == ()
    assert bodies(await read(ctx)) == ["Is there a feed?"]


async def test_without_approving_only_what_is_public_can_be_answered(
    ctx: Context, site: Site, owner: Member
) -> None:
    comment = await write(ctx)
    with pytest.raises(Conflict):
        await reply(ctx, owner, comment, approve=False)
    assert (await read(ctx)).count == 0
    await decide(ctx, owner, Act.APPROVE, comment)
    assert (await reply(ctx, owner, comment, approve=False)).decision is None


async def test_what_was_removed_is_not_answered(ctx: Context, site: Site, owner: Member) -> None:
    comment = await write(ctx)
    await decide(ctx, owner, Act.REMOVE, comment)
    with pytest.raises(Conflict):
        await reply(ctx, owner, comment)


async def test_the_same_answer_twice_is_one(ctx: Context, site: Site, owner: Member) -> None:
    comment, same = await write(ctx, "Is there a feed?"), client_id()
    first = await reply(ctx, owner, comment, same=same)
    assert (await reply(ctx, owner, comment, same=same)).comment == first.comment
    assert bodies(await read(ctx)) == ["Is there a feed?", "Thank you"]


async def test_a_viewer_answers_nobody(ctx: Context, site: Site) -> None:
    comment = await write(ctx)
    with pytest.raises(Forbidden):
        await reply(ctx, await add(ctx, Role.VIEWER, site), comment)
    assert comment.status == Status.PENDING


async def test_an_empty_answer_approves_nothing(ctx: Context, site: Site, owner: Member) -> None:
    comment = await write(ctx)
    with pytest.raises(Invalid):
        await reply(ctx, owner, comment, " ")
    assert (await read(ctx)).count == 0
