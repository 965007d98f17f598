"""Personal tokens: shown once, never more than their member, dead when that one or their time is over."""

from __future__ import annotations

import pytest

from afterword.core.errors import Conflict, Forbidden, Invalid, NotFound
from afterword.core.model import Member, Role, Site
from afterword.services.context import Context
from afterword.services.members.issue_api_token import (
    MOST,
    SEEN_EVERY,
    issue_api_token,
    list_api_tokens,
    member_of_token,
    revoke_api_token,
)
from afterword.storage import members
from tests.services.builders import DAY, NOW, add


async def test_a_token_is_its_member_with_no_more_than_its_role(
    ctx: Context, owner: Member, site: Site
) -> None:
    token = await issue_api_token(ctx, owner, "backup", Role.VIEWER, 30, now=NOW)
    found = await member_of_token(ctx, token.text, now=NOW)
    assert found is not None
    assert (found.id, found.roles) == (owner.id, {None: Role.VIEWER})
    viewer = await add(ctx, Role.VIEWER, site)
    async with ctx.store.write() as db:
        await members.give_role(db, viewer.id, site.id, Role.OWNER)
    viewer = await members.get(ctx.store, viewer.id) or viewer
    owning = await issue_api_token(ctx, viewer, "owning", Role.OWNER, 30, now=NOW)
    async with ctx.store.write() as db:
        await members.give_role(db, viewer.id, site.id, Role.VIEWER)
    found = await member_of_token(ctx, owning.text, now=NOW)
    assert found is not None
    assert found.roles == {site.id: Role.VIEWER}


async def test_nobody_gives_a_token_more_than_they_have(ctx: Context, site: Site) -> None:
    moderator = await add(ctx, Role.MODERATOR, site)
    with pytest.raises(Forbidden):
        await issue_api_token(ctx, moderator, "more", Role.OWNER, 30, now=NOW)
    for days in (0, -1, 367):
        with pytest.raises(Invalid):
            await issue_api_token(ctx, moderator, "longer", Role.VIEWER, days, now=NOW)
    with pytest.raises(Invalid):
        await issue_api_token(ctx, moderator, " ", Role.VIEWER, 1, now=NOW)
    assert await list_api_tokens(ctx, moderator, now=NOW) == []


async def test_what_opens_a_token_is_stored_nowhere(ctx: Context, owner: Member) -> None:
    text = (await issue_api_token(ctx, owner, "backup", Role.VIEWER, 30, now=NOW)).text
    assert text.startswith("afw_")
    row = await ctx.store.fetch_one("SELECT name, token_hash FROM api_token")
    assert row is not None
    assert text.removeprefix("afw_") not in row[1]


async def test_a_token_ends_at_its_day_when_revoked_and_with_its_member(
    ctx: Context, owner: Member
) -> None:
    other = await add(ctx, Role.MODERATOR)
    first, second = [
        await issue_api_token(ctx, other, "backup", Role.VIEWER, 30, now=NOW) for _ in range(2)
    ]
    assert await member_of_token(ctx, first.text, now=NOW + 30 * DAY - 1) is not None
    assert await member_of_token(ctx, first.text, now=NOW + 30 * DAY) is None
    with pytest.raises(NotFound):
        await revoke_api_token(ctx, owner, first.token.id, now=NOW)
    await revoke_api_token(ctx, other, first.token.id, now=NOW)
    assert await member_of_token(ctx, first.text, now=NOW) is None
    assert [each.id for each in await list_api_tokens(ctx, other, now=NOW)] == [second.token.id]
    async with ctx.store.write() as db:
        await members.disable(db, other.id, now=NOW)
    assert await member_of_token(ctx, second.text, now=NOW) is None


async def test_what_is_no_token_opens_nothing(ctx: Context, owner: Member) -> None:
    text = (await issue_api_token(ctx, owner, "backup", Role.VIEWER, 30, now=NOW)).text
    for wrong in ("", "afw_", text[:-1], text + "x", text.removeprefix("afw_"), text.upper()):
        assert await member_of_token(ctx, wrong, now=NOW) is None


async def test_the_last_use_is_written_down_now_and_then(ctx: Context, owner: Member) -> None:
    text = (await issue_api_token(ctx, owner, "backup", Role.VIEWER, 30, now=NOW)).text
    seen = []
    for now in (NOW, NOW + SEEN_EVERY - 1, NOW + SEEN_EVERY):
        await member_of_token(ctx, text, now=now)
        seen.append((await list_api_tokens(ctx, owner, now=NOW))[0].seen_at)
    assert seen == [NOW, NOW, NOW + SEEN_EVERY]


async def test_a_member_has_twenty_at_most(ctx: Context, owner: Member) -> None:
    for number in range(MOST):
        await issue_api_token(ctx, owner, f"token {number}", Role.VIEWER, 1, now=NOW)
    with pytest.raises(Conflict):
        await issue_api_token(ctx, owner, "one more", Role.VIEWER, 1, now=NOW)
    await issue_api_token(ctx, owner, "the next day", Role.VIEWER, 1, now=NOW + DAY)
