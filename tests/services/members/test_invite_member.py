"""Invitations: a role and a site fixed in a link that one person uses once."""

from __future__ import annotations

import asyncio

import pytest

from afterword.core.errors import Conflict, Forbidden, Invalid, NotFound
from afterword.core.model import Member, Role, Site
from afterword.services.context import Context
from afterword.services.members.invite_member import (
    GOOD_FOR,
    accept_as_member,
    accept_as_new,
    find_invitation,
    invite_member,
    list_invitations,
    withdraw_invitation,
)
from afterword.services.members.manage_staff import change_role, set_disabled
from afterword.services.members.sign_in import restore_session, sign_in
from afterword.services.permission import COMMAND_LINE
from afterword.services.running.housekeeping import tidy_up
from afterword.storage import members
from tests.services.builders import NOW, PASSWORD, add


async def link(ctx: Context, owner: Member, site: Site | None, role: Role = Role.MODERATOR) -> str:
    made = await invite_member(ctx, owner, site.id if site else None, role, "Mira", now=NOW)
    address, _, token = made.link.partition("?token=")
    assert address == f"{ctx.settings.public_url}/dashboard/invitation"
    return token


async def accept(
    ctx: Context, token: str, *, now: int = NOW, email: str = "mira@example.org"
) -> Member:
    return await accept_as_new(ctx, token, "Mira Osei", email, PASSWORD, now=now)


async def test_a_link_makes_a_member_with_its_role_once(
    ctx: Context, owner: Member, site: Site
) -> None:
    token = await link(ctx, owner, site)
    assert (await find_invitation(ctx.store, token, now=NOW)).role is Role.MODERATOR
    mira = await accept(ctx, token)
    assert (await members.get(ctx.store, mira.id)) == mira
    assert mira.roles == {site.id: Role.MODERATOR}
    with pytest.raises(NotFound):
        await accept(ctx, token, email="other@example.org")
    assert await list_invitations(ctx, owner, now=NOW) == []


async def test_of_two_who_use_it_at_one_moment_one_gets_in(ctx: Context, owner: Member) -> None:
    token = await link(ctx, owner, None)
    answers = await asyncio.gather(
        accept(ctx, token), accept(ctx, token, email="b@example.org"), return_exceptions=True
    )
    assert sorted(isinstance(answer, NotFound) for answer in answers) == [False, True]


async def test_a_link_ends_after_seven_days_and_when_it_is_withdrawn(
    ctx: Context, owner: Member, site: Site
) -> None:
    token, other = await link(ctx, owner, site), await link(ctx, owner, site)
    with pytest.raises(NotFound):
        await accept(ctx, token, now=NOW + GOOD_FOR)
    first, second = await list_invitations(ctx, owner, now=NOW)
    stranger = await add(ctx, Role.MODERATOR, site)
    with pytest.raises(NotFound):
        await withdraw_invitation(ctx, stranger, first.id, now=NOW)
    await withdraw_invitation(ctx, owner, first.id, now=NOW)
    with pytest.raises(NotFound):
        await accept(ctx, token)
    assert [each.id for each in await list_invitations(ctx, owner, now=NOW)] == [second.id]
    await tidy_up(ctx, now=NOW + GOOD_FOR + 1)
    assert await ctx.store.fetch_one("SELECT count(*) FROM invitation") == (0,)
    with pytest.raises(NotFound):
        await accept(ctx, other)


async def test_nobody_invites_to_what_they_do_not_own(
    ctx: Context, owner: Member, site: Site
) -> None:
    mine, moderator = await add(ctx, Role.OWNER, site), await add(ctx, Role.MODERATOR)
    for member, where in ((mine, None), (moderator, None), (moderator, site)):
        with pytest.raises(Forbidden):
            await link(ctx, member, where, Role.VIEWER)
    assert (await accept(ctx, await link(ctx, mine, site, Role.OWNER))).roles == {
        site.id: Role.OWNER
    }


async def test_a_link_is_worth_what_whoever_made_it_is(
    ctx: Context, owner: Member, site: Site
) -> None:
    mine, gone = await add(ctx, Role.OWNER, site), await add(ctx, Role.OWNER)
    tokens = [await link(ctx, mine, site), await link(ctx, gone, None)]
    lasting = await link(ctx, COMMAND_LINE, None)
    await change_role(ctx, owner, mine.id, site.id, Role.MODERATOR, now=NOW)
    await set_disabled(ctx, owner, gone.id, True, now=NOW)
    for token in tokens:
        with pytest.raises(NotFound):
            await accept(ctx, token)
    assert (await accept(ctx, lasting)).roles == {None: Role.MODERATOR}


async def test_what_is_wrong_uses_nothing_up(ctx: Context, owner: Member, site: Site) -> None:
    token = await link(ctx, owner, site)
    with pytest.raises(Invalid):
        await accept_as_new(ctx, token, "Mira", "mira@example.org", "short", now=NOW)
    with pytest.raises(Conflict):
        await accept(ctx, token, email=owner.email.upper())
    assert (await accept(ctx, token)).roles == {site.id: Role.MODERATOR}


async def test_a_member_gets_the_role_and_keeps_what_is_more(
    ctx: Context, owner: Member, site: Site
) -> None:
    viewer = await add(ctx, Role.VIEWER, site)
    here, there = [
        await sign_in(ctx, viewer.email, PASSWORD, address="192.0.2.7", agent="", now=NOW)
        for _ in range(2)
    ]
    for role, becomes in ((Role.MODERATOR, Role.MODERATOR), (Role.VIEWER, Role.MODERATOR)):
        token = await link(ctx, owner, site, role)
        member = await members.get(ctx.store, viewer.id)
        assert member is not None
        await accept_as_member(ctx, member, here.session, token, now=NOW)
        again = await members.get(ctx.store, viewer.id)
        assert again is not None
        assert again.roles == {site.id: becomes}
        with pytest.raises(NotFound):
            await accept_as_member(ctx, member, here.session, token, now=NOW)
    assert await restore_session(ctx, here.cookie_value, now=NOW) is not None
    assert await restore_session(ctx, there.cookie_value, now=NOW) is None


async def test_what_opens_it_is_stored_nowhere(ctx: Context, owner: Member) -> None:
    token = await link(ctx, owner, None)
    row = await ctx.store.fetch_one("SELECT token_hash FROM invitation")
    assert row is not None
    assert token not in row[0]
    for wrong in ("", "x", token[:-1], row[0]):
        with pytest.raises(NotFound):
            await accept(ctx, wrong)
