"""The thread around a comment: what it answers, what came next, what answers it."""

from __future__ import annotations

import pytest

from afterword.core.errors import NotFound
from afterword.core.model import Act, Comment, Member, Policy, Role, Site
from afterword.services.context import Context
from afterword.services.moderating.comment_around import ABOVE, BESIDE, comment_around
from afterword.services.sites.manage_sites import add_site
from tests.services.builders import NOW, add, decide, write


def ids(found: tuple[Comment, ...]) -> list[int]:
    return [each.id for each in found]


async def test_the_neighbours_of_an_answer(ctx: Context, open_site: Site, owner: Member) -> None:
    top = await write(ctx, now=NOW)
    await write(ctx, now=NOW + 1)
    middle = await write(ctx, parent_id=top.id, now=NOW + 2)
    before = await write(ctx, parent_id=middle.id, now=NOW + 3)
    here = await write(ctx, parent_id=middle.id, now=NOW + 4)
    answer = await write(ctx, parent_id=here.id, now=NOW + 5)
    cousin = await write(ctx, parent_id=before.id, now=NOW + 6)
    after = [await write(ctx, parent_id=middle.id, now=NOW + 10 + at) for at in range(BESIDE + 2)]
    await decide(ctx, owner, Act.SPAM, after[0], answer)
    found = await comment_around(ctx, owner, here.id, now=NOW)
    assert ids(found.above) == [top.id, middle.id]
    assert ids(found.below) == [answer.id]
    assert ids(found.beside) == [each.id for each in after[:BESIDE]]
    assert cousin.id not in ids(found.beside)


async def test_the_neighbours_of_a_top_level_comment(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    await write(ctx, now=NOW)
    here, after = await write(ctx, now=NOW + 1), await write(ctx, now=NOW + 2)
    await write(ctx, now=NOW + 3, url="https://blog.example.org/elsewhere")
    found = await comment_around(ctx, owner, here.id, now=NOW)
    assert (ids(found.above), ids(found.below), ids(found.beside)) == ([], [], [after.id])


async def test_of_a_deep_thread_the_nearest_are_shown(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    chain = [await write(ctx, now=NOW)]
    for at in range(ABOVE + 3):
        chain.append(await write(ctx, parent_id=chain[-1].id, now=NOW + at))
    found = await comment_around(ctx, owner, chain[-1].id, now=NOW)
    assert ids(found.above) == [each.id for each in chain[-1 - ABOVE : -1]]


async def test_others_find_no_such_comment(ctx: Context, open_site: Site, owner: Member) -> None:
    comment = await write(ctx)
    other = await add_site(ctx.store, "other", ["https://other.example"], Policy(), NOW)
    stranger = await add(ctx, Role.OWNER, other)
    for member, comment_id in ((stranger, comment.id), (owner, 999)):
        with pytest.raises(NotFound):
            await comment_around(ctx, member, comment_id, now=NOW)
