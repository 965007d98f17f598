"""Members say themselves how much they hear by mail, by each of their roles."""

from __future__ import annotations

import pytest

from afterword.core.errors import Forbidden, NotFound
from afterword.core.model import Member, Role, Site
from afterword.services.audit.read_audit import read_audit
from afterword.services.context import Context
from afterword.services.members.manage_staff import change_role
from afterword.services.permission import COMMAND_LINE
from afterword.services.telling.change_notices import change_notices, list_notices
from afterword.storage import audit
from tests.services.builders import NOW, add


async def test_a_change_is_kept_and_noted(ctx: Context, site: Site, owner: Member) -> None:
    member = await add(ctx, Role.MODERATOR, site)
    assert await list_notices(ctx, member) == {site.id: "waiting"}
    assert await change_notices(ctx, member, member.id, site.id, "daily", now=NOW)
    assert not await change_notices(ctx, member, member.id, site.id, "daily", now=NOW)
    assert await list_notices(ctx, member) == {site.id: "daily"}
    (line,) = (await read_audit(ctx, owner, audit.Wanted(act="change_notices"), now=NOW)).lines
    assert (line.member_name, line.before, line.after) == (member.name, "waiting", "daily")


async def test_nobody_decides_for_others_but_the_command_line(
    ctx: Context, site: Site, owner: Member
) -> None:
    member = await add(ctx, Role.MODERATOR, site)
    with pytest.raises(Forbidden):
        await change_notices(ctx, owner, member.id, site.id, "none", now=NOW)
    assert await change_notices(ctx, COMMAND_LINE, member.id, site.id, "none", now=NOW)


async def test_there_has_to_be_a_role(ctx: Context, site: Site, owner: Member) -> None:
    with pytest.raises(NotFound):
        await change_notices(ctx, owner, owner.id, site.id, "none", now=NOW)


async def test_another_role_changes_nothing_of_it(ctx: Context, site: Site, owner: Member) -> None:
    member = await add(ctx, Role.MODERATOR, site)
    await change_notices(ctx, member, member.id, site.id, "hourly", now=NOW)
    await change_role(ctx, owner, member.id, site.id, Role.OWNER, now=NOW)
    assert await list_notices(ctx, member) == {site.id: "hourly"}
