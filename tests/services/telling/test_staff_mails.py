"""What mails to members say, made from what is so when they are sent."""

from __future__ import annotations

import pytest

from afterword.core.mail import Action, Mail, Paragraph, Quote
from afterword.core.model import Act, Member, Role, Site
from afterword.core.notices import HOUR
from afterword.services.context import Context
from afterword.services.members.manage_staff import change_role, set_disabled
from afterword.services.permission import COMMAND_LINE
from afterword.services.readers.reader import Reader
from afterword.services.telling.mails import MAILS
from afterword.services.telling.staff_mails import STALE
from afterword.services.writing.report_comment import report_comment
from afterword.storage import edits
from tests.services.builders import NOW, add, decide, submit, write
from tests.services.telling.test_tell_members import told, wants


async def mails(ctx: Context, *, now: int = NOW) -> list[Mail]:
    """What would be sent."""
    made = [await MAILS[each.purpose](ctx, each, now) for each in await told(ctx, now=now)]
    return [each for each in made if each is not None]


def words(mail: Mail) -> str:
    return "\n".join(str(block) for block in (mail.subject, *mail.blocks))


async def test_a_mail_says_who_wrote_what_where_and_why_it_waits(
    ctx: Context, site: Site, owner: Member
) -> None:
    await submit(ctx, "Is **this** <b>bold</b>?", name="Mira", email="mira.osei@readers.example")
    (mail,) = await mails(ctx)
    assert mail.to == owner.email
    assert mail.subject == "Waiting: Mira on A post"
    assert Quote("Mira", "Is this <b>bold</b>?") in mail.blocks
    said = words(mail)
    assert "A comment on “A post” (blog) waits for a decision." in said
    assert "Why it waits: First comment of this author" in said
    assert "m…@readers.example" in said
    assert "mira.osei" not in said
    (link,) = [block for block in mail.blocks if isinstance(block, Action)]
    assert link.url.startswith(f"{ctx.settings.public_url}/moderate?token=")


async def test_what_it_answers_stands_there(ctx: Context, site: Site, owner: Member) -> None:
    first = await write(ctx, "Thirty-one stones.", name="Ola")
    await decide(ctx, owner, Act.APPROVE, first)
    await write(ctx, "Thirty-four.", parent_id=first.id)
    (mail,) = await mails(ctx)
    assert Paragraph("In reply to Ola: Thirty-one stones.") in mail.blocks


async def test_a_report_says_what_readers_say_but_not_in_their_words(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    comment = await write(ctx)
    for number, reason in enumerate(("abuse", "spam", "abuse")):
        reader = Reader(f"device-{number:020}", f"192.0.2.{number}", None)
        await report_comment(ctx, comment.id, reason, "my street", reader, now=NOW)
    (mail,) = await mails(ctx)
    assert mail.subject.startswith("Reported: ")
    said = words(mail)
    assert "Reported: 2 readers say that it is abusive; 1 reader says that it is spam." in said
    assert "my street" not in said


@pytest.mark.parametrize("act", [Act.APPROVE, Act.SPAM, Act.REMOVE])
async def test_what_is_decided_before_it_is_sent_is_not_sent(
    ctx: Context, site: Site, owner: Member, act: Act
) -> None:
    comment = await write(ctx)
    await told(ctx)
    await decide(ctx, owner, act, comment)
    assert await mails(ctx) == []


@pytest.mark.parametrize("how", ["disabled", "no role", "viewer", "wants none"])
async def test_who_may_not_decide_or_wants_no_mail_gets_none(
    ctx: Context, site: Site, owner: Member, how: str
) -> None:
    await wants(ctx, owner, "none")
    member = await add(ctx, Role.MODERATOR, site)
    await write(ctx)
    assert len(await mails(ctx)) == 1
    if how == "disabled":
        await set_disabled(ctx, COMMAND_LINE, member.id, True, now=NOW)
    elif how == "wants none":
        await wants(ctx, member, "none", site)
    else:
        role = Role.VIEWER if how == "viewer" else None
        await change_role(ctx, COMMAND_LINE, member.id, site.id, role, now=NOW)
    assert await mails(ctx) == []


async def test_what_waited_for_days_to_be_sent_is_no_news(
    ctx: Context, site: Site, owner: Member
) -> None:
    await wants(ctx, await add(ctx, Role.MODERATOR), "hourly")
    await write(ctx)
    found = await told(ctx)
    assert len(found) == 2
    for late, sent in ((0, True), (STALE, True), (STALE + 1, False)):
        for each in found:
            mail = await MAILS[each.purpose](ctx, each, each.due_at + late)
            assert (mail is not None) == sent


async def test_the_same_link_goes_out_at_each_try(ctx: Context, site: Site, owner: Member) -> None:
    await write(ctx)
    assert words((await mails(ctx))[0]) == words((await mails(ctx))[0])


async def test_a_digest_counts_what_waits_and_links_to_each_of_the_newest(
    ctx: Context, site: Site, owner: Member
) -> None:
    await wants(ctx, owner, "hourly")
    for number in range(12):
        await write(ctx, f"Stone {number}.", now=NOW + number)
    (mail,) = await mails(ctx, now=NOW + HOUR)
    assert mail.subject == "12 comments wait on blog"
    quotes = [block.text for block in mail.blocks if isinstance(block, Quote)]
    assert quotes == [f"Stone {number}." for number in range(11, 1, -1)]
    links = [block.url for block in mail.blocks if isinstance(block, Action)]
    assert len(set(links)) == 11
    assert links[-1].endswith("/dashboard/queue")


async def test_a_digest_of_nothing_is_not_sent(ctx: Context, site: Site, owner: Member) -> None:
    await wants(ctx, owner, "daily")
    comment = await write(ctx)
    assert len(await mails(ctx)) == 1
    await decide(ctx, owner, Act.SPAM, comment)
    assert await mails(ctx) == []


async def test_a_digest_is_of_the_sites_for_which_it_is_wanted(
    ctx: Context, site: Site, owner: Member
) -> None:
    member = await add(ctx, Role.MODERATOR, site)
    await wants(ctx, owner, "none")
    await wants(ctx, member, "daily", site)
    await write(ctx)
    assert len(await mails(ctx)) == 1
    await wants(ctx, member, "none", site)
    assert await mails(ctx) == []


async def test_an_edited_comment_is_told_as_it_is_now(
    ctx: Context, site: Site, owner: Member
) -> None:
    comment = await write(ctx, "Before.")
    await told(ctx)
    async with ctx.store.write() as db:
        edits.add(db, comment.id, "Before.", now=NOW)
        await db.execute(
            "UPDATE comment SET source = 'After.', tree = :tree WHERE id = :id",
            {"id": comment.id, "tree": '[["p","After."]]'},
        )
    (mail,) = await mails(ctx)
    assert any(isinstance(block, Quote) and block.text == "After." for block in mail.blocks)
