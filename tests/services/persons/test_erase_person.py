"""What is kept of a person goes, all of it, and can be had as a copy before; the thread keeps its shape."""

from __future__ import annotations

import msgspec

from afterword.core.known_reader import Person
from afterword.core.model import Member, Site
from afterword.services.context import Context
from afterword.services.moderating.trust_author import trust_author
from afterword.services.persons.copy_person import copy_person
from afterword.services.persons.erase_person import erase_person, person_of
from afterword.services.writing.revise_comment import revise_comment
from afterword.storage import mailboxes, persons, readers, subscriptions
from tests.services.builders import NOW, ORIGIN, POST, add_site, bodies, read, submit, write
from tests.services.known import known

EMAIL = "ines@example.org"
ADD_OUTBOX = """
INSERT INTO outbox (channel, purpose, site_id, mailbox_id, message_id, created_at, due_at)
VALUES ('mail', 'reply', :site_id, :mailbox_id, 'one', 1, 1)
"""
WAITING = "SELECT count(*) FROM outbox"


async def test_erasing_a_person_leaves_the_shape_of_the_thread(
    ctx: Context, open_site: Site
) -> None:
    session = await known(ctx, open_site)
    mine = await write(ctx, "Mine", name="Inês Moura", reader_token=session.token)
    await write(ctx, "An answer", parent_id=mine.id)
    await write(ctx, "Before I was known", email="INES@example.org", visitor_token="a" * 22)
    await write(ctx, "Somebody else's", email="max@example.org")
    person = await person_of(ctx, ctx.store, EMAIL)
    assert await erase_person(ctx, person, now=NOW) == 2
    thread = await read(ctx)
    assert bodies(thread) == ["-", "An answer", "Somebody else's"]
    assert b"Moura" not in msgspec.json.encode(thread)
    assert await erase_person(ctx, person, now=NOW) == 0


async def test_nothing_is_left_by_which_the_person_is_known(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    session = await known(ctx, open_site)
    comment = await write(ctx, reader_token=session.token)
    await trust_author(ctx, owner, comment.id, now=NOW)
    mailbox_id = session.reader.mailbox_id
    assert mailbox_id is not None
    async with ctx.store.write() as db:
        await db.execute(ADD_OUTBOX, {"site_id": open_site.id, "mailbox_id": mailbox_id})
    await erase_person(ctx, await person_of(ctx, ctx.store, EMAIL), now=NOW)
    assert await mailboxes.get(ctx.store, mailbox_id) is None
    assert await readers.of_mailbox(ctx.store, mailbox_id) == []
    waiting = await ctx.store.fetch_one(WAITING)
    assert waiting and waiting[0] == 0
    again = await known(ctx, open_site)
    held = await write(ctx, reader_token=again.token)
    assert held.author.key == session.reader.author_key


async def test_who_wants_no_mails_still_gets_none_after_it(ctx: Context, open_site: Site) -> None:
    session = await known(ctx, open_site)
    mailbox_id = session.reader.mailbox_id
    assert mailbox_id is not None
    async with ctx.store.write() as db:
        mailboxes.refuse(db, mailbox_id, now=NOW)
    await erase_person(ctx, await person_of(ctx, ctx.store, EMAIL), now=NOW)
    mailbox = await mailboxes.get(ctx.store, mailbox_id)
    assert mailbox is not None
    assert (mailbox.email, mailbox.confirmed_at, mailbox.refused_at) == (None, None, NOW)


async def test_on_one_site_the_others_keep_what_they_have(ctx: Context, open_site: Site) -> None:
    other = await add_site(ctx, "other", "https://other.example", hold="none")
    here, there = await known(ctx, open_site), await known(ctx, other)
    await write(ctx, reader_token=here.token)
    elsewhere = {"url": "https://other.example/a", "origin": "https://other.example"}
    await write(ctx, "Kept", reader_token=there.token, **elsewhere)
    person = await person_of(ctx, ctx.store, EMAIL)
    assert await erase_person(ctx, person, [open_site.id], now=NOW) == 1
    assert bodies(await read(ctx, "https://other.example/a")) == ["Kept"]
    await write(ctx, "Still known", reader_token=there.token, **elsewhere)


async def test_a_person_can_be_known_by_one_browser_alone(ctx: Context, open_site: Site) -> None:
    guest = await write(ctx, "As a guest", visitor_token="g" * 22)
    await write(ctx, "Another", visitor_token="h" * 22)
    assert guest.author.key is not None
    person = Person(author_keys=(guest.author.key,))
    copied = await copy_person(ctx, person, now=NOW)
    assert [each["text"] for each in copied["comments"]] == ["As a guest"]
    assert await erase_person(ctx, person, now=NOW) == 1
    assert bodies(await read(ctx)) == ["Another"]


async def test_a_copy_holds_what_is_kept_and_nothing_of_others(
    ctx: Context, open_site: Site
) -> None:
    session = await known(ctx, open_site)
    first = await submit(ctx, "The weri", name="Inês", reader_token=session.token)
    await revise_comment(ctx, first.comment.id, session.token, "The weir", origin=ORIGIN, now=NOW)
    await write(ctx, "By typing", email=EMAIL, name="Somebody")
    await write(ctx, "Not hers", email="max@example.org")
    async with ctx.store.write() as db:
        subscriptions.wish(
            db, ctx.hashes.mailbox(EMAIL), open_site.id, first.comment.page_id, None,
            author_key=None, lang="de", now=NOW,
        )  # fmt: skip
    copied = await copy_person(ctx, await person_of(ctx, ctx.store, EMAIL), now=NOW)
    assert [(each["text"], each["verified"]) for each in copied["comments"]] == [
        ("The weir", True),
        ("By typing", False),
    ]
    assert copied["comments"][0]["earlier_texts"] == [{"text": "The weri", "replaced_at": NOW}]
    assert [each["page"] for each in copied["mails"]["wishes"]] == [POST]
    assert copied["readers"][0]["signed_in_on"][0]["device"] == "Firefox on Linux"
    assert "Not hers" not in str(copied)
    msgspec.json.encode(copied)


async def test_a_copy_for_one_site_tells_nothing_of_what_was_said_to_others(
    ctx: Context, open_site: Site
) -> None:
    await known(ctx, open_site)
    shop = await add_site(ctx, "shop", "https://shop.example.org")
    await write(ctx, "A trap", url="https://shop.example.org/", email=EMAIL, origin=None)
    person = await person_of(ctx, ctx.store, EMAIL)
    copied = await copy_person(ctx, person, [shop.id], now=NOW)
    assert (len(copied["comments"]), copied["mails"], copied["readers"]) == (1, None, [])
    everything = await copy_person(ctx, person, now=NOW)
    assert everything["mails"]["confirmed_at"] == NOW


async def test_what_was_scrubbed_is_nobodys(ctx: Context, open_site: Site) -> None:
    session = await known(ctx, open_site)
    await write(ctx, reader_token=session.token)
    person = await person_of(ctx, ctx.store, EMAIL)
    await erase_person(ctx, person, now=NOW)
    assert await persons.comments_of(ctx.store, person, [open_site.id], limit=9) == []
