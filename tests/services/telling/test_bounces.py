"""Where mails come back from, none go, and owners see and take it back."""

from __future__ import annotations

import pytest

from afterword.core.errors import Forbidden, Invalid
from afterword.core.model import Act, Member, Role, Site
from afterword.core.telling import Outcome
from afterword.services.context import Context
from afterword.services.members.manage_staff import list_staff
from afterword.services.moderating.list_authors import read_author
from afterword.services.permission import COMMAND_LINE
from afterword.services.telling.bounces import (
    TAKE_BACK,
    note_bounce,
    take_back_bounce,
    take_back_of_author,
    take_back_of_member,
)
from afterword.services.telling.check_mail import check_mail
from afterword.services.telling.deliver_outbox import note
from afterword.services.telling.mails import MAILS
from afterword.storage import audit
from tests.services.builders import NOW, add, decide, write
from tests.services.telling.test_tell_members import told

EMAIL = "ana@readers.example"


async def bounced(ctx: Context, owner: Member) -> list[str]:
    return [each.member.name for each in await list_staff(ctx, owner) if each.bounced_at]


async def acts(ctx: Context) -> list[tuple[int | None, int | None, tuple[int, ...]]]:
    found = await audit.find(ctx.store, audit.Wanted(act=TAKE_BACK), 9)
    return [(each.member_id, each.site_id, tuple(each.subject)) for each in found]


@pytest.mark.parametrize("how", ["by the mail server", "by a mail service"])
async def test_to_a_member_whose_mails_come_back_no_notices_go(
    ctx: Context, site: Site, owner: Member, how: str
) -> None:
    await write(ctx)
    (waits,) = await told(ctx)
    assert await MAILS[waits.purpose](ctx, waits, NOW) is not None
    if how == "by a mail service":
        assert await note_bounce(ctx, owner.email.upper(), now=NOW)
        assert not await note_bounce(ctx, owner.email, now=NOW)
    else:
        async with ctx.store.write() as db:
            outcome = Outcome("failed", "550 5.1.1 No such user", bounced=True)
            await note(db, waits, outcome, now=NOW)
    assert await MAILS[waits.purpose](ctx, waits, NOW) is None
    before = len(await told(ctx))
    await write(ctx, "Another.")
    assert len(await told(ctx)) == before
    assert await bounced(ctx, owner) == [owner.name]
    found = {each.code: each for each in await check_mail(ctx, now=NOW)}
    assert owner.name in found["member_bounced"].text


async def test_an_owner_takes_it_back_of_a_member_and_mails_go_again(
    ctx: Context, site: Site, owner: Member
) -> None:
    jonas = await add(ctx, Role.MODERATOR, site)
    await note_bounce(ctx, jonas.email, now=NOW)
    with pytest.raises(Forbidden):
        await take_back_of_member(ctx, await add(ctx, Role.OWNER, site), owner.id, now=NOW)
    for _ in range(2):
        await take_back_of_member(ctx, owner, jonas.id, now=NOW)
    assert await bounced(ctx, owner) == []
    assert await acts(ctx) == [(owner.id, None, (jonas.id,))]
    await write(ctx)
    assert jonas.id in {each.member_id for each in await told(ctx)}


async def test_a_moderator_takes_back_the_bounce_of_an_author(
    ctx: Context, site: Site, owner: Member
) -> None:
    comment = await write(ctx, email=EMAIL, notify="thread", visitor_token="a" * 22)
    await decide(ctx, owner, Act.APPROVE, comment)
    jonas, viewer = await add(ctx, Role.MODERATOR, site), await add(ctx, Role.VIEWER, site)
    await note_bounce(ctx, EMAIL, now=NOW)
    assert (await read_author(ctx, jonas, comment.id, now=NOW)).bounced
    assert not (await read_author(ctx, viewer, comment.id, now=NOW)).bounced
    with pytest.raises(Forbidden):
        await take_back_of_author(ctx, viewer, comment.id, now=NOW)
    for _ in range(2):
        await take_back_of_author(ctx, jonas, comment.id, now=NOW)
    assert not (await read_author(ctx, jonas, comment.id, now=NOW)).bounced
    assert await acts(ctx) == [(jonas.id, site.id, (comment.id,))]
    with pytest.raises(Invalid):
        await take_back_of_author(ctx, jonas, (await write(ctx)).id, now=NOW)


async def test_a_moderator_takes_back_nothing_of_a_member_by_a_comment_with_their_address(
    ctx: Context, site: Site, owner: Member
) -> None:
    jonas = await add(ctx, Role.MODERATOR, site)
    comment = await write(ctx, email=owner.email, notify="thread")
    await note_bounce(ctx, owner.email, now=NOW)
    await take_back_of_author(ctx, jonas, comment.id, now=NOW)
    assert await bounced(ctx, owner) == [owner.name]


async def test_the_command_line_takes_back_what_came_back_from_whomever(
    ctx: Context, site: Site, owner: Member
) -> None:
    await write(ctx, email=EMAIL, notify="thread")
    for email in (EMAIL, owner.email):
        assert not await take_back_bounce(ctx, COMMAND_LINE, email, now=NOW)
        await note_bounce(ctx, email, now=NOW)
        assert await take_back_bounce(ctx, COMMAND_LINE, f"{email.title()}", now=NOW)
        assert await note_bounce(ctx, email, now=NOW)
