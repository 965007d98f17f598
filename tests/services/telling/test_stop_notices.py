"""A link in a mail to a member ends what the mail was about, and nothing else."""

from __future__ import annotations

import pytest

from afterword.core.errors import NotFound
from afterword.core.mail import Mail
from afterword.core.model import Member, Role, Site
from afterword.core.telling import Notices
from afterword.services.context import Context
from afterword.services.members.manage_staff import set_disabled
from afterword.services.permission import COMMAND_LINE
from afterword.services.telling.change_notices import CHANGE_NOTICES
from afterword.services.telling.mails import MAILS
from afterword.services.telling.stop_notices import PATH, see_hearing, stop_notices
from afterword.storage import audit, notices
from tests.services.builders import NOW, add, write
from tests.services.telling.test_tell_members import told, wants


def token(mail: Mail) -> str:
    assert mail.unsubscribe is not None
    return mail.unsubscribe.partition(PATH)[2]


async def mail_to(ctx: Context, member: Member) -> Mail | None:
    """The mail to a member that waits now."""
    (message,) = [each for each in await told(ctx) if each.member_id == member.id]
    return await MAILS[message.purpose](ctx, message, message.due_at)


async def link(ctx: Context, member: Member) -> str:
    mail = await mail_to(ctx, member)
    assert mail is not None
    return token(mail)


async def heard(ctx: Context, member: Member) -> dict[int | None, Notices]:
    return await notices.of_member(ctx.store, member.id)


async def test_it_ends_the_mails_of_the_site_and_what_waits_is_not_sent(
    ctx: Context, site: Site, owner: Member
) -> None:
    jonas = await add(ctx, Role.MODERATOR, site)
    await write(ctx)
    end = await link(ctx, jonas)
    assert not (await see_hearing(ctx, end)).is_over("this")
    assert (await heard(ctx, jonas))[site.id] == "waiting"
    for _ in range(2):
        hearing = await stop_notices(ctx, end, "this", now=NOW)
        assert (hearing.site, hearing.is_over("this")) == ("blog", True)
    assert await heard(ctx, jonas) == {site.id: "none"}
    assert (await heard(ctx, owner))[None] == "waiting"
    assert await mail_to(ctx, jonas) is None


async def test_who_has_a_role_on_every_site_hears_of_none_by_that_role(
    ctx: Context, site: Site, owner: Member
) -> None:
    await write(ctx)
    await stop_notices(ctx, await link(ctx, owner), "this", now=NOW)
    assert await heard(ctx, owner) == {None: "none"}


async def test_a_role_on_the_site_is_meant_before_one_on_every_site(
    ctx: Context, site: Site, owner: Member
) -> None:
    async with ctx.store.write() as db:
        await db.execute(
            "INSERT INTO membership (member_id, site_id, role) VALUES (:id, :site, 'owner')",
            {"id": owner.id, "site": site.id},
        )
    await write(ctx)
    end = await link(ctx, owner)
    await stop_notices(ctx, end, "this", now=NOW)
    assert await heard(ctx, owner) == {None: "waiting", site.id: "none"}
    hearing = await stop_notices(ctx, end, "everything", now=NOW)
    assert hearing.is_over("everything")
    assert await heard(ctx, owner) == {None: "none", site.id: "none"}


async def test_of_a_digest_it_ends_what_that_digest_is_made_of(
    ctx: Context, site: Site, owner: Member
) -> None:
    await wants(ctx, owner, "daily")
    await write(ctx)
    end = await link(ctx, owner)
    assert (await see_hearing(ctx, end)).every == "day"
    await wants(ctx, owner, "hourly")
    await stop_notices(ctx, end, "this", now=NOW)
    assert await heard(ctx, owner) == {None: "hourly"}
    await wants(ctx, owner, "daily")
    await stop_notices(ctx, end, "this", now=NOW)
    assert await heard(ctx, owner) == {None: "none"}


async def test_the_audit_log_says_that_it_came_by_mail_and_once(
    ctx: Context, site: Site, owner: Member
) -> None:
    await write(ctx)
    end = await link(ctx, owner)
    for _ in range(2):
        await stop_notices(ctx, end, "this", now=NOW)
    entries = await audit.find(ctx.store, audit.Wanted(act=CHANGE_NOTICES), 9)
    assert [(each.member_id, each.before, each.after, each.via) for each in entries] == [
        (owner.id, "waiting", "none", "mail")
    ]


async def test_of_a_member_who_signs_in_no_more_nothing_is_told(
    ctx: Context, site: Site, owner: Member
) -> None:
    jonas = await add(ctx, Role.MODERATOR, site)
    await write(ctx)
    end = await link(ctx, jonas)
    await set_disabled(ctx, COMMAND_LINE, jonas.id, True, now=NOW)
    assert (await see_hearing(ctx, end)).is_over("everything")


@pytest.mark.parametrize("wrong", ["", "x", "a.b"])
async def test_what_was_not_made_here_ends_nothing(ctx: Context, site: Site, wrong: str) -> None:
    with pytest.raises(NotFound):
        await see_hearing(ctx, wrong)
    with pytest.raises(NotFound):
        await stop_notices(ctx, wrong, "everything", now=NOW)
