"""A trusted author is not held for being new; that is noted, and undone."""

from __future__ import annotations

import pytest

from afterword.core.errors import Conflict, Forbidden, NotFound
from afterword.core.model import Member, Role, Site, Status
from afterword.services.audit.undo_act import undo
from afterword.services.context import Context
from afterword.services.moderating.trust_author import distrust_author, trust_author
from afterword.storage import audit
from tests.services.builders import NOW, add, write

TOKEN = "a" * 22


async def status(ctx: Context, token: str = TOKEN) -> Status:
    return (await write(ctx, visitor_token=token)).status


async def test_a_trusted_author_is_published_and_nobody_else(
    ctx: Context, site: Site, owner: Member
) -> None:
    comment = await write(ctx, visitor_token=TOKEN)
    assert await status(ctx) == Status.PENDING
    trusted = await trust_author(ctx, owner, comment.id, now=NOW)
    assert trusted is not None
    assert await trust_author(ctx, owner, comment.id, now=NOW) is None
    assert await status(ctx) == Status.APPROVED
    assert await status(ctx, "b" * 22) == Status.PENDING


async def test_trusting_and_its_end_are_noted_and_undone(
    ctx: Context, site: Site, owner: Member
) -> None:
    comment = await write(ctx, visitor_token=TOKEN)
    trusted = await trust_author(ctx, owner, comment.id, now=NOW)
    assert trusted is not None
    assert (await undo(ctx, owner, trusted, now=NOW)).changed == (comment.id,)
    assert await status(ctx) == Status.PENDING
    assert await distrust_author(ctx, owner, comment.id, now=NOW) is None
    await trust_author(ctx, owner, comment.id, now=NOW)
    ended = await distrust_author(ctx, owner, comment.id, now=NOW)
    assert ended is not None
    assert await status(ctx) == Status.PENDING
    await undo(ctx, owner, ended, now=NOW)
    assert await status(ctx) == Status.APPROVED
    noted = await audit.recent(ctx.store, member_id=owner.id, limit=9)
    assert [each.act for each in noted] == ["undo", "distrust", "trust", "undo", "trust"]
    assert comment.author.key is not None
    assert comment.author.key not in repr(noted)


async def test_whom_nothing_tells_from_others_cannot_be_trusted(
    ctx: Context, site: Site, owner: Member
) -> None:
    comment = await write(ctx)
    with pytest.raises(Conflict):
        await trust_author(ctx, owner, comment.id, now=NOW)
    with pytest.raises(NotFound):
        await trust_author(ctx, owner, comment.id + 1, now=NOW)


async def test_trusting_is_for_moderators_of_the_site(ctx: Context, site: Site) -> None:
    comment = await write(ctx, visitor_token=TOKEN)
    for act in (trust_author, distrust_author):
        with pytest.raises(Forbidden):
            await act(ctx, await add(ctx, Role.VIEWER, site), comment.id, now=NOW)
        with pytest.raises(NotFound):
            await act(ctx, Member(99, "Nobody", ""), comment.id, now=NOW)
    assert await trust_author(ctx, await add(ctx, Role.MODERATOR, site), comment.id, now=NOW)
