"""Members are added with a role, one for each address."""

from __future__ import annotations

import pytest

from afterword.core.errors import Conflict, Invalid, NotFound
from afterword.core.model import Role, Site
from afterword.services.context import Context
from afterword.services.members.manage_members import add_member, list_members, set_password
from tests.services.builders import NOW, PASSWORD


async def test_the_first_member_is_an_owner_and_later_ones_are_moderators(
    ctx: Context, site: Site
) -> None:
    first = await add_member(ctx, "Priya", "priya@example.org", PASSWORD, now=NOW)
    second = await add_member(ctx, "Tom", "tom@example.org", PASSWORD, now=NOW)
    third = await add_member(
        ctx, "Noa", "noa@example.org", PASSWORD, role=Role.VIEWER, site=site, now=NOW
    )
    assert first.roles == {None: Role.OWNER}
    assert second.roles == {None: Role.MODERATOR}
    assert third.roles == {site.id: Role.VIEWER}
    assert await list_members(ctx) == [first, second, third]


async def test_an_address_has_one_member(ctx: Context) -> None:
    await add_member(ctx, "Priya", "priya@example.org", PASSWORD, now=NOW)
    with pytest.raises(Conflict):
        await add_member(ctx, "Other", "PRIYA@example.org", PASSWORD, now=NOW)


async def test_a_password_that_is_guessed_easily_is_refused(ctx: Context) -> None:
    for password in ("short", "passwordpassword", "priya@example.org"):
        with pytest.raises(Invalid) as refused:
            await add_member(ctx, "Priya", "priya@example.org", password, now=NOW)
        assert [each.field for each in refused.value.fields] == ["password"]


async def test_a_password_is_stored_as_argon2id(ctx: Context) -> None:
    await add_member(ctx, "Priya", "priya@example.org", PASSWORD, now=NOW)
    row = await ctx.store.fetch_one("SELECT password_hash FROM member")
    assert row is not None
    assert row[0].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_nobody_gets_no_password(ctx: Context) -> None:
    with pytest.raises(NotFound):
        await set_password(ctx, "nobody@example.org", PASSWORD, now=NOW)
