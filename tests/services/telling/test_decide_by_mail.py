"""A link of a mail decides once, for who got it, about what it was about, while that is so."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from afterword.core.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from afterword.core.model import Act, Comment, Member, Role, Site, Status
from afterword.core.tokens import DecisionClaim
from afterword.services.audit.read_audit import read_audit
from afterword.services.context import Context
from afterword.services.members.manage_staff import change_role, set_disabled
from afterword.services.moderating.edit_as_member import edit_as_member
from afterword.services.permission import COMMAND_LINE
from afterword.services.telling.decide_by_mail import (
    UNDO_FOR,
    Done,
    MailAct,
    Standing,
    Wish,
    decide_by_mail,
    look_at,
    undo_by_mail,
)
from afterword.services.telling.staff_mails import GOOD_FOR
from afterword.storage import audit, bans, comments
from tests.services.builders import NOW, add, decide, write

APPROVE = Wish(MailAct.APPROVE, None)
STATUSES = {
    MailAct.APPROVE: Status.APPROVED,
    MailAct.SPAM: Status.SPAM,
    MailAct.REMOVE: Status.REMOVED,
    MailAct.REPLY: Status.APPROVED,
    MailAct.BAN: Status.SPAM,
}


def link(ctx: Context, member: Member, comment: Comment, site: Site, **other: object) -> str:
    claim = DecisionClaim(member.id, comment.id, site.id, "waiting", "a nonce", NOW + GOOD_FOR)
    return ctx.tokens.decisions.sign(replace(claim, **other))


async def status(ctx: Context, comment: Comment) -> Status:
    found = await comments.get(ctx.store, comment.id)
    assert found is not None
    return found.status


async def standing(ctx: Context, token: str, *, now: int = NOW) -> Standing:
    return (await look_at(ctx, token, now=now)).standing


@pytest.mark.parametrize("act", MailAct)
async def test_each_act_is_done_noted_as_by_mail_and_can_be_taken_back(
    ctx: Context, site: Site, owner: Member, act: MailAct
) -> None:
    comment = await write(ctx, visitor_token="v" * 22)
    token = link(ctx, owner, comment, site)
    done = await decide_by_mail(ctx, token, Wish(act, None, "Thank you."), now=NOW)
    assert await status(ctx, comment) is STATUSES[act]
    lines = (await read_audit(ctx, owner, audit.Wanted(), now=NOW)).lines
    newest = lines[0] if act is not MailAct.BAN else lines[1]
    assert (newest.act, newest.member_name, newest.by_mail) == (act.value, owner.name, True)
    assert await standing(ctx, token) is Standing.USED
    await undo_by_mail(ctx, done.undo, now=NOW + UNDO_FOR - 1)
    assert await status(ctx, comment) is Status.PENDING
    assert await bans.active(ctx.store, site.id, before_id=None, limit=9, now=NOW + UNDO_FOR) == []
    assert (await read_audit(ctx, owner, audit.Wanted(), now=NOW)).lines[0].by_mail
    with pytest.raises(Conflict):
        await undo_by_mail(ctx, done.undo, now=NOW)


async def test_taking_back_is_over_after_an_hour(ctx: Context, site: Site, owner: Member) -> None:
    comment = await write(ctx)
    done = await decide_by_mail(ctx, link(ctx, owner, comment, site), APPROVE, now=NOW)
    for now, ticket in ((NOW + UNDO_FOR, done.undo), (NOW, done.undo + "x"), (NOW, "")):
        with pytest.raises(Conflict):
            await undo_by_mail(ctx, ticket, now=now)
    assert await status(ctx, comment) is Status.APPROVED


async def test_a_link_decides_once_even_after_it_was_taken_back(
    ctx: Context, site: Site, owner: Member
) -> None:
    comment = await write(ctx)
    token = link(ctx, owner, comment, site)
    done = await decide_by_mail(ctx, token, APPROVE, now=NOW)
    await undo_by_mail(ctx, done.undo, now=NOW)
    assert await standing(ctx, token) is Standing.USED
    with pytest.raises(Conflict):
        await decide_by_mail(ctx, token, APPROVE, now=NOW)
    assert await status(ctx, comment) is Status.PENDING


async def test_of_many_at_the_same_moment_one_decides(
    ctx: Context, site: Site, owner: Member
) -> None:
    comment = await write(ctx)
    token = link(ctx, owner, comment, site)
    wishes = [Wish(act, None) for act in (MailAct.SPAM, MailAct.APPROVE, MailAct.REMOVE) * 2]
    tries = [decide_by_mail(ctx, token, wish, now=NOW) for wish in wishes]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(each, Done) for each in results) == 1
    assert sum(isinstance(each, Conflict) for each in results) == 5


@pytest.mark.parametrize("why", ["over", "disabled", "viewer", "no role", "decided", "forged"])
async def test_a_link_that_is_good_no_more_does_nothing_and_shows_nothing(
    ctx: Context, site: Site, owner: Member, why: str
) -> None:
    member = await add(ctx, Role.MODERATOR, site)
    comment = await write(ctx)
    token, now = link(ctx, member, comment, site), NOW
    expected = {
        "over": Standing.OVER,
        "decided": Standing.DECIDED,
        "forged": Standing.UNREADABLE,
    }.get(why, Standing.NOT_YOURS)
    if why == "over":
        now = NOW + GOOD_FOR
    elif why == "disabled":
        await set_disabled(ctx, COMMAND_LINE, member.id, True, now=NOW)
    elif why in ("viewer", "no role"):
        role = Role.VIEWER if why == "viewer" else None
        await change_role(ctx, COMMAND_LINE, member.id, site.id, role, now=NOW)
    elif why == "decided":
        await decide(ctx, owner, Act.SPAM, comment)
    else:
        token = token[:-3] + "abc"
    found = await look_at(ctx, token, now=now)
    assert (found.standing, found.item) == (expected, None)
    before = await status(ctx, comment)
    with pytest.raises((Conflict, Forbidden, NotFound)):
        await decide_by_mail(ctx, token, APPROVE, now=now)
    assert await status(ctx, comment) is before


async def test_what_happened_instead_is_told(ctx: Context, site: Site, owner: Member) -> None:
    member = await add(ctx, Role.MODERATOR)
    comment = await write(ctx)
    await decide(ctx, owner, Act.SPAM, comment, now=NOW + 5)
    found = await look_at(ctx, link(ctx, member, comment, site), now=NOW + 9)
    assert found.happened is not None
    assert (found.happened.act, found.happened.by, found.happened.at) == (
        "spam",
        owner.name,
        NOW + 5,
    )


async def test_a_link_is_about_its_own_comment_of_its_own_site(
    ctx: Context, site: Site, owner: Member
) -> None:
    comment, other = await write(ctx), await write(ctx)
    await decide_by_mail(ctx, link(ctx, owner, comment, site), APPROVE, now=NOW)
    assert await status(ctx, other) is Status.PENDING
    for wrong in ({"site_id": site.id + 1}, {"comment_id": 10**9}):
        token = link(ctx, owner, other, site, nonce="another", **wrong)
        assert await standing(ctx, token) is Standing.GONE
        with pytest.raises(Refused):
            await decide_by_mail(ctx, token, APPROVE, now=NOW)


async def test_a_text_that_was_changed_is_decided_by_who_has_seen_it(
    ctx: Context, site: Site, owner: Member
) -> None:
    comment = await write(ctx, "Kind words.")
    token = link(ctx, owner, comment, site)
    await edit_as_member(ctx, owner, comment.id, "Other words.", now=NOW + 7)
    with pytest.raises(Conflict):
        await decide_by_mail(ctx, token, APPROVE, now=NOW + 8)
    found = await look_at(ctx, token, now=NOW + 8)
    assert found.standing is Standing.OPEN
    assert found.item is not None
    await decide_by_mail(
        ctx, token, Wish(MailAct.APPROVE, found.item.comment.edited_at), now=NOW + 8
    )
    assert await status(ctx, comment) is Status.APPROVED


async def test_a_reply_that_cannot_be_published_leaves_the_link_good(
    ctx: Context, site: Site, owner: Member
) -> None:
    comment = await write(ctx)
    token = link(ctx, owner, comment, site)
    with pytest.raises(Invalid):
        await decide_by_mail(ctx, token, Wish(MailAct.REPLY, None, " "), now=NOW)
    assert await standing(ctx, token) is Standing.OPEN


@pytest.mark.parametrize("told", ["reported", "published"])
async def test_links_about_public_comments_end_with_what_they_were_about(
    ctx: Context, open_site: Site, owner: Member, told: str
) -> None:
    comment = await write(ctx)
    token = link(ctx, owner, comment, open_site, told=told)
    assert (await standing(ctx, token) is Standing.OPEN) == (told == "published")
    if told == "published":
        with pytest.raises(Conflict):
            await decide_by_mail(ctx, token, APPROVE, now=NOW)
    await decide(ctx, owner, Act.HOLD, comment)
    assert await standing(ctx, token) is Standing.DECIDED


async def test_a_ban_by_mail_ends_and_is_told_to_the_author(
    ctx: Context, site: Site, owner: Member
) -> None:
    comment = await write(ctx, visitor_token="v" * 22)
    wish = Wish(MailAct.BAN, None, days=30)
    await decide_by_mail(ctx, link(ctx, owner, comment, site), wish, now=NOW)
    (ban,) = await bans.active(ctx.store, site.id, before_id=None, limit=9, now=NOW)
    assert (ban.kind, ban.shadow, ban.ends_at) == ("author", False, NOW + 30 * 86_400_000)
