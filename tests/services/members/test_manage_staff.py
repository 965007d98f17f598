"""What owners decide about members, and what nobody may decide."""

from __future__ import annotations

import asyncio

import pytest

from afterword.core.errors import Conflict, Forbidden, NotFound
from afterword.core.model import Hold, Member, Policy, Role, Site
from afterword.services.audit.undo_act import undo
from afterword.services.context import Context
from afterword.services.members.manage_staff import (
    change_role,
    end_sessions_of,
    list_staff,
    set_disabled,
)
from afterword.services.members.sign_in import SignedIn, restore_session, sign_in
from afterword.services.permission import COMMAND_LINE
from afterword.services.sites.manage_sites import add_site
from afterword.storage import members
from tests.services.builders import DAY, NOW, PASSWORD, add


async def other_site(ctx: Context) -> Site:
    policy = Policy(hold=Hold.FIRST)
    site = await add_site(ctx.store, "shop", ["https://shop.example.org"], policy, NOW)
    await ctx.sites.refresh(ctx.store)
    return site


async def enter(ctx: Context, member: Member) -> SignedIn:
    return await sign_in(ctx, member.email, PASSWORD, address="192.0.2.7", agent="", now=NOW)


async def is_alive(ctx: Context, session: SignedIn) -> bool:
    return await restore_session(ctx, session.cookie_value, now=NOW) is not None


async def roles_of(ctx: Context, member: Member) -> dict[int | None, Role]:
    found = await members.find(ctx.store, member.id)
    assert found is not None
    return found.member.roles


async def test_an_owner_sees_the_members_of_their_sites_and_their_roles_there(
    ctx: Context, owner: Member, site: Site
) -> None:
    shop = await other_site(ctx)
    mine, theirs = await add(ctx, Role.OWNER, site), await add(ctx, Role.MODERATOR, shop)
    both = await add(ctx, Role.VIEWER, site)
    await change_role(ctx, owner, both.id, shop.id, Role.OWNER, now=NOW)
    seen = {each.member.id: each.member.roles for each in await list_staff(ctx, mine)}
    assert seen == {
        owner.id: {None: Role.OWNER},
        mine.id: {site.id: Role.OWNER},
        both.id: {site.id: Role.VIEWER},
    }
    everybody = {each.member.id for each in await list_staff(ctx, owner)}
    assert everybody == {owner.id, mine.id, theirs.id, both.id}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MODERATOR])
async def test_members_are_for_owners(ctx: Context, owner: Member, site: Site, role: Role) -> None:
    for member in (await add(ctx, role, site), await add(ctx, role)):
        for act in (
            list_staff(ctx, member),
            change_role(ctx, member, member.id, site.id, Role.OWNER, now=NOW),
            change_role(ctx, member, member.id, None, Role.OWNER, now=NOW),
        ):
            with pytest.raises(Forbidden):
                await act
        for act in (
            set_disabled(ctx, member, owner.id, True, now=NOW),
            end_sessions_of(ctx, member, owner.id, now=NOW),
        ):
            with pytest.raises((Forbidden, NotFound)):
                await act


async def test_the_owner_of_a_site_gives_nothing_elsewhere(
    ctx: Context, owner: Member, site: Site
) -> None:
    shop = await other_site(ctx)
    mine, theirs = await add(ctx, Role.OWNER, site), await add(ctx, Role.MODERATOR, shop)
    with pytest.raises(NotFound):
        await change_role(ctx, mine, mine.id, shop.id, Role.VIEWER, now=NOW)
    with pytest.raises(NotFound):
        await change_role(ctx, mine, theirs.id, site.id, Role.VIEWER, now=NOW)
    with pytest.raises(Forbidden):
        await change_role(ctx, mine, mine.id, None, Role.OWNER, now=NOW)
    with pytest.raises(Forbidden):
        await set_disabled(ctx, mine, owner.id, True, now=NOW)
    with pytest.raises(Forbidden):
        await end_sessions_of(ctx, mine, owner.id, now=NOW)


async def test_a_role_on_a_site_takes_nothing_from_one_on_every_site(
    ctx: Context, owner: Member, site: Site
) -> None:
    mine = await add(ctx, Role.OWNER, site)
    await change_role(ctx, mine, owner.id, site.id, Role.VIEWER, now=NOW)
    again = await members.get(ctx.store, owner.id)
    assert again is not None
    assert again.role_on(site.id) is Role.OWNER


async def test_another_role_ends_the_sessions_and_can_be_undone(
    ctx: Context, owner: Member, site: Site
) -> None:
    member = await add(ctx, Role.VIEWER, site)
    session = await enter(ctx, member)
    number = await change_role(ctx, owner, member.id, site.id, Role.MODERATOR, now=NOW)
    assert number is not None
    assert not await is_alive(ctx, session)
    assert await change_role(ctx, owner, member.id, site.id, Role.MODERATOR, now=NOW) is None
    with pytest.raises((Forbidden, NotFound)):
        await undo(ctx, await add(ctx, Role.MODERATOR, site), number, now=NOW)
    await undo(ctx, owner, number, now=NOW + DAY)
    assert await roles_of(ctx, member) == {site.id: Role.VIEWER}
    taken = await change_role(ctx, owner, member.id, site.id, None, now=NOW)
    assert taken is not None
    assert await roles_of(ctx, member) == {}
    await undo(ctx, owner, taken, now=NOW)
    assert await roles_of(ctx, member) == {site.id: Role.VIEWER}
    later = await change_role(ctx, owner, member.id, site.id, Role.OWNER, now=NOW)
    assert later is not None
    await change_role(ctx, owner, member.id, site.id, Role.MODERATOR, now=NOW)
    with pytest.raises(Conflict):
        await undo(ctx, owner, later, now=NOW)


async def test_a_disabled_member_is_out_at_once_and_can_come_back(
    ctx: Context, owner: Member, site: Site
) -> None:
    member = await add(ctx, Role.MODERATOR, site)
    session = await enter(ctx, member)
    await set_disabled(ctx, owner, member.id, True, now=NOW)
    assert not await is_alive(ctx, session)
    assert [each.disabled_at for each in await list_staff(ctx, owner)] == [None, NOW]
    await set_disabled(ctx, owner, member.id, False, now=NOW)
    assert await is_alive(ctx, await enter(ctx, member))
    assert not await is_alive(ctx, session)


async def test_all_sessions_of_a_member_end(ctx: Context, owner: Member, site: Site) -> None:
    member = await add(ctx, Role.MODERATOR, site)
    mine, theirs = await enter(ctx, owner), [await enter(ctx, member) for _ in range(2)]
    await end_sessions_of(ctx, owner, member.id, now=NOW)
    assert [await is_alive(ctx, each) for each in (mine, *theirs)] == [True, False, False]


async def test_somebody_owns_every_site_always(ctx: Context, owner: Member, site: Site) -> None:
    with pytest.raises(Forbidden):
        await set_disabled(ctx, owner, owner.id, True, now=NOW)
    for role in (None, Role.VIEWER, Role.MODERATOR):
        for who in (owner, COMMAND_LINE):
            with pytest.raises(Conflict):
                await change_role(ctx, who, owner.id, None, role, now=NOW)
    with pytest.raises(Conflict):
        await set_disabled(ctx, COMMAND_LINE, owner.id, True, now=NOW)
    second = await add(ctx, Role.OWNER)
    await set_disabled(ctx, owner, second.id, True, now=NOW)
    with pytest.raises(Conflict):
        await change_role(ctx, owner, owner.id, None, Role.VIEWER, now=NOW)
    assert await roles_of(ctx, owner) == {None: Role.OWNER}


async def test_two_owners_who_leave_at_one_moment_do_not_both(ctx: Context, owner: Member) -> None:
    second = await add(ctx, Role.OWNER)
    answers = await asyncio.gather(
        change_role(ctx, owner, owner.id, None, None, now=NOW),
        change_role(ctx, second, second.id, None, None, now=NOW),
        return_exceptions=True,
    )
    assert sorted(isinstance(answer, Conflict) for answer in answers) == [False, True]
    assert await members.owners(ctx.store) == 1
