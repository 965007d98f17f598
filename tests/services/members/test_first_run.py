"""The first account is made once, by whoever has seen the link."""

from __future__ import annotations

import asyncio

import pytest

from afterword.core.errors import Invalid, NotFound
from afterword.core.model import Member, Role
from afterword.services.context import Context
from afterword.services.members.first_run import (
    GOOD_FOR,
    PATH,
    check_set_up,
    create_first_member,
    set_up_link,
)
from afterword.services.members.manage_members import list_members
from tests.services.builders import NOW, PASSWORD

WISH = ("Priya Raman", "priya@example.org", PASSWORD)


async def token_of(ctx: Context, now: int = NOW) -> str:
    link = await set_up_link(ctx, now=now)
    assert link is not None
    assert link.startswith(ctx.settings.public_url + PATH)
    return link.removeprefix(ctx.settings.public_url + PATH)


async def test_the_link_makes_an_owner_of_every_site_once(ctx: Context) -> None:
    token = await token_of(ctx)
    assert await check_set_up(ctx, token, NOW)
    member = await create_first_member(ctx, token, *WISH, now=NOW)
    assert member.roles == {None: Role.OWNER}
    assert await list_members(ctx) == [member]
    assert not await check_set_up(ctx, token, NOW)
    assert await set_up_link(ctx, now=NOW) is None
    with pytest.raises(NotFound):
        await create_first_member(ctx, token, *WISH, now=NOW)


async def test_of_two_at_the_same_time_one_wins(ctx: Context) -> None:
    token = await token_of(ctx)
    both = await asyncio.gather(
        create_first_member(ctx, token, *WISH, now=NOW),
        create_first_member(ctx, token, "Mallory", "mallory@example.org", PASSWORD, now=NOW),
        return_exceptions=True,
    )
    assert {type(each) for each in both} == {Member, NotFound}
    assert len(await list_members(ctx)) == 1


async def test_a_newer_link_ends_the_older_one(ctx: Context) -> None:
    older, newer = await token_of(ctx), await token_of(ctx)
    assert not await check_set_up(ctx, older, NOW)
    assert await check_set_up(ctx, newer, NOW)


async def test_a_link_ends_after_a_day(ctx: Context) -> None:
    token = await token_of(ctx)
    assert await check_set_up(ctx, token, NOW + GOOD_FOR)
    assert not await check_set_up(ctx, token, NOW + GOOD_FOR + 1)
    with pytest.raises(NotFound):
        await create_first_member(ctx, token, *WISH, now=NOW + GOOD_FOR + 1)


async def test_a_guessed_link_opens_nothing(ctx: Context) -> None:
    await token_of(ctx)
    for guess in ("", "x", "é", "0" * 10_000):
        assert not await check_set_up(ctx, guess, NOW)
        with pytest.raises(NotFound):
            await create_first_member(ctx, guess, *WISH, now=NOW)


async def test_the_database_does_not_hold_the_link(ctx: Context) -> None:
    token = await token_of(ctx)
    (row,) = await ctx.store.fetch_all("SELECT * FROM setup_link")
    assert token not in str(row)


async def test_every_wrong_field_is_named_and_the_link_stays_good(ctx: Context) -> None:
    token = await token_of(ctx)
    with pytest.raises(Invalid) as refused:
        await create_first_member(ctx, token, " ", "not an address", "short", now=NOW)
    assert [each.field for each in refused.value.fields] == ["name", "email", "password"]
    await create_first_member(ctx, token, *WISH, now=NOW)
