"""A new password by link: once, for a day, and every session ends."""

from __future__ import annotations

import pytest

from afterword.core.errors import Forbidden, Invalid, NotFound, SignInNeeded
from afterword.core.model import Member, Role, Site
from afterword.services.context import Context
from afterword.services.members.invite_member import accept_as_new
from afterword.services.members.manage_staff import set_disabled
from afterword.services.members.reset_password import (
    GOOD_FOR,
    find_reset,
    make_reset_link,
    reset_password,
)
from afterword.services.members.sign_in import SignedIn, change_password, restore_session, sign_in
from afterword.services.permission import COMMAND_LINE
from tests.services.builders import NOW, PASSWORD, add

NEW = "nine patient otters"


async def link(ctx: Context, owner: Member, member: Member) -> str:
    made = await make_reset_link(ctx, owner, member.id, now=NOW)
    address, _, token = made.partition("?token=")
    assert address == f"{ctx.settings.public_url}/dashboard/reset"
    return token


async def enter(ctx: Context, member: Member, password: str = PASSWORD) -> SignedIn:
    return await sign_in(ctx, member.email, password, address="192.0.2.7", agent="", now=NOW)


async def test_a_link_changes_the_password_once_and_ends_every_session(
    ctx: Context, owner: Member, site: Site
) -> None:
    member = await add(ctx, Role.MODERATOR, site)
    session, token = await enter(ctx, member), await link(ctx, owner, member)
    assert (await find_reset(ctx, token, now=NOW)).id == member.id
    await reset_password(ctx, token, NEW, now=NOW)
    assert await restore_session(ctx, session.cookie_value, now=NOW) is None
    await enter(ctx, member, NEW)
    with pytest.raises(SignInNeeded):
        await enter(ctx, member)
    with pytest.raises(NotFound):
        await reset_password(ctx, token, "another quiet heron", now=NOW)


async def test_a_link_ends_after_a_day_with_a_newer_one_and_with_another_password(
    ctx: Context, owner: Member, site: Site
) -> None:
    member = await add(ctx, Role.MODERATOR, site)
    first = await link(ctx, owner, member)
    second = await link(ctx, owner, member)
    for token, now in ((first, NOW), (second, NOW + GOOD_FOR)):
        with pytest.raises(NotFound):
            await reset_password(ctx, token, NEW, now=now)
    session = (await enter(ctx, member)).session
    await change_password(ctx, member, session, PASSWORD, NEW, now=NOW)
    with pytest.raises(NotFound):
        await reset_password(ctx, second, PASSWORD, now=NOW)


async def test_a_weak_password_uses_nothing_up(ctx: Context, owner: Member) -> None:
    token = await link(ctx, COMMAND_LINE, owner)
    with pytest.raises(Invalid):
        await reset_password(ctx, token, "short", now=NOW)
    await reset_password(ctx, token, NEW, now=NOW)


async def test_nobody_takes_over_who_is_more_than_they_are(
    ctx: Context, owner: Member, site: Site
) -> None:
    mine, viewer = await add(ctx, Role.OWNER, site), await add(ctx, Role.VIEWER, site)
    with pytest.raises(Forbidden):
        await link(ctx, mine, owner)
    for member in (viewer, await add(ctx, Role.MODERATOR)):
        with pytest.raises(NotFound):
            await link(ctx, member, owner)
    await link(ctx, mine, viewer)


async def test_a_disabled_member_gets_no_password(ctx: Context, owner: Member, site: Site) -> None:
    member = await add(ctx, Role.MODERATOR, site)
    token = await link(ctx, owner, member)
    await set_disabled(ctx, owner, member.id, True, now=NOW)
    with pytest.raises(NotFound):
        await reset_password(ctx, token, NEW, now=NOW)
    with pytest.raises(NotFound):
        await link(ctx, owner, member)


async def test_a_link_to_a_password_is_no_invitation(ctx: Context, owner: Member) -> None:
    token = await link(ctx, COMMAND_LINE, owner)
    with pytest.raises(NotFound):
        await accept_as_new(ctx, token, "Mira", "mira@example.org", PASSWORD, now=NOW)
