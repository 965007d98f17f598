"""Owners answer who asks for a copy or an erasure, on their own sites, and it is noted without the name."""

from __future__ import annotations

import pytest

from afterword.core.errors import Conflict, Forbidden, Invalid, NotFound
from afterword.core.model import Member, Role, Site
from afterword.services.context import Context
from afterword.services.permission import COMMAND_LINE
from afterword.services.persons.person_requests import author_of, copy_of, erase, person_with
from afterword.storage import audit, contacts, mailboxes, subscriptions
from tests.services.builders import NOW, add, add_site, bodies, read, reply, write

EMAIL = "ines@example.org"
TOKEN = "i" * 22


async def test_an_author_is_one_browser_and_what_has_their_address_only_when_that_is_asked_for(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    first = await write(ctx, "By her browser", email=EMAIL, visitor_token=TOKEN)
    await write(ctx, "By another", email=EMAIL.upper(), visitor_token="j" * 22)
    await write(ctx, "An answer", parent_id=first.id)
    person, site_id = await author_of(ctx, owner, first.id, by_email=False)
    found = await copy_of(ctx, owner, person, site_id, now=NOW)
    assert [each["text"] for each in found["comments"]] == ["By her browser"]
    both, _ = await author_of(ctx, owner, first.id, by_email=True)
    found = await copy_of(ctx, owner, both, site_id, now=NOW)
    assert [each["text"] for each in found["comments"]] == ["By her browser", "By another"]
    assert await erase(ctx, owner, person, site_id, now=NOW) == 1
    assert bodies(await read(ctx)) == ["-", "An answer", "By another"]
    assert await contacts.of(ctx.store, first.id) is None


async def test_the_audit_log_says_how_much_and_not_of_whom(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    written = await write(ctx, email=EMAIL, visitor_token=TOKEN)
    person, site_id = await author_of(ctx, owner, written.id, by_email=True)
    await copy_of(ctx, owner, person, site_id, now=NOW)
    await erase(ctx, owner, person, site_id, now=NOW)
    erased, copied = await audit.recent(ctx.store, limit=2)
    assert (copied.act, erased.act) == ("copy_person", "erase_person")
    assert (erased.site_id, erased.subject, erased.after) == (open_site.id, (), {"comments": 1})
    assert EMAIL not in repr((copied, erased))


async def test_only_owners_of_the_site_may(ctx: Context, open_site: Site) -> None:
    written = await write(ctx, email=EMAIL, visitor_token=TOKEN)
    other = await add_site(ctx, "other", "https://other.example")
    own, moderator = (
        await add(ctx, Role.OWNER, open_site),
        await add(ctx, Role.MODERATOR, open_site),
    )
    stranger = await add(ctx, Role.OWNER, other)
    for member, refusal in ((moderator, Forbidden), (stranger, NotFound)):
        with pytest.raises(refusal):
            await author_of(ctx, member, written.id, by_email=False)
    person, site_id = await author_of(ctx, own, written.id, by_email=False)
    for elsewhere, refusal in ((None, Forbidden), (other.id, NotFound)):
        with pytest.raises(refusal):
            await erase(ctx, own, person, elsewhere, now=NOW)
    with pytest.raises(Forbidden):
        await person_with(ctx, own, EMAIL)
    assert await erase(ctx, own, person, site_id, now=NOW) == 1


async def test_who_cannot_be_told_is_said_so(ctx: Context, open_site: Site, owner: Member) -> None:
    with pytest.raises(NotFound):
        await author_of(ctx, owner, 10**9, by_email=False)
    nobody = await write(ctx)
    with pytest.raises(Conflict, match="not known who wrote"):
        await author_of(ctx, owner, nobody.id, by_email=False)
    with pytest.raises(Invalid, match="gave no email"):
        await author_of(ctx, owner, nobody.id, by_email=True)
    await reply(ctx, owner, nobody)
    with pytest.raises(Conflict, match="A member of this site"):
        await author_of(ctx, owner, nobody.id + 1, by_email=False)
    with pytest.raises(Invalid, match="one email address"):
        await person_with(ctx, COMMAND_LINE, "nonsense")


async def test_by_an_address_everything_goes_on_every_site(ctx: Context, open_site: Site) -> None:
    await add_site(ctx, "other", "https://other.example", hold="none")
    first = await write(ctx, "Here", email=EMAIL)
    there = {"url": "https://other.example/a", "origin": "https://other.example"}
    await write(ctx, "There", email=EMAIL, **there)
    key = ctx.hashes.mailbox(EMAIL)
    async with ctx.store.write() as db:
        mailboxes.meet(db, key, EMAIL, "de", now=NOW)
        subscriptions.wish(
            db, key, open_site.id, first.page_id, None, author_key=None, lang="de", now=NOW
        )
    person = await person_with(ctx, COMMAND_LINE, f" {EMAIL} ")
    assert await erase(ctx, COMMAND_LINE, person, None, now=NOW) == 2
    assert bodies(await read(ctx)) == bodies(await read(ctx, "https://other.example/a")) == []
    assert await mailboxes.by_key(ctx.store, key) is None
