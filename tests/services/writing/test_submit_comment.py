"""A submission is stored once, on one page, by the rules of its site, or refused with reasons."""

from __future__ import annotations

import asyncio

import pytest

from afterword.core.errors import Forbidden, Invalid, UnknownOrigin
from afterword.core.model import Act, Member, Role, Site, Status
from afterword.core.page_key import PageClaim
from afterword.services.context import Context
from afterword.services.screening.gather_facts import SHORTLY
from afterword.storage import contacts, pages, verdicts
from tests.services.builders import (
    DAY,
    NOW,
    ORIGIN,
    POST,
    add,
    approved,
    client_id,
    decide,
    read,
    submit,
    write,
)

TOKEN = "a" * 22
KEY = "url:blog.example.org/post"


async def refused(ctx: Context, **more: str | int) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refusal:
        await submit(ctx, **more)
    return [(field.field, field.code) for field in refusal.value.fields]


async def test_a_first_comment_is_held_and_its_reason_kept(ctx: Context, site: Site) -> None:
    submitted = await submit(ctx, visitor_token=TOKEN)
    assert submitted.comment.status == Status.PENDING
    verdict = (await verdicts.of(ctx.store, [submitted.comment.id]))[submitted.comment.id]
    assert [reason.rule for reason in verdict.reasons] == ["new_author"]


async def test_an_author_is_known_by_the_browser_and_not_by_the_name(
    ctx: Context, site: Site, owner: Member
) -> None:
    await approved(ctx, owner, name="Noa", visitor_token=TOKEN)
    assert (await write(ctx, name="Other", visitor_token=TOKEN)).status == Status.APPROVED
    assert (await write(ctx, name="Noa", visitor_token="b" * 22)).status == Status.PENDING
    assert (await write(ctx, name="Noa")).status == Status.PENDING


async def test_the_same_client_id_again_is_the_same_comment(ctx: Context, site: Site) -> None:
    same = client_id()
    first = await submit(ctx, client_id=same)
    again = await submit(ctx, client_id=same, now=NOW + DAY)
    assert again.comment == first.comment
    assert (again.author_token, again.expires_at) == (first.author_token, first.expires_at)
    assert (first.created, again.created) == (True, False)


async def test_the_same_client_id_ten_times_at_once_is_one_comment(
    ctx: Context, open_site: Site
) -> None:
    same = client_id()
    submitted = await asyncio.gather(*(submit(ctx, "Once", client_id=same) for _ in range(10)))
    assert len({each.comment.id for each in submitted}) == 1
    assert [each.created for each in submitted].count(True) == 1
    assert (await read(ctx)).count == 1


async def test_two_first_comments_at_once_open_one_page(ctx: Context, open_site: Site) -> None:
    written = await asyncio.gather(*(write(ctx) for _ in range(12)))
    assert len({comment.page_id for comment in written}) == 1
    assert (await read(ctx)).count == 12


async def test_a_page_is_opened_by_its_first_comment_and_by_nothing_else(
    ctx: Context, open_site: Site
) -> None:
    await read(ctx)
    assert await refused(ctx, body=" ") == [("body", "missing")]
    assert await pages.find(ctx.store, open_site.id, [KEY]) is None
    await write(ctx)
    page = await pages.find(ctx.store, open_site.id, [KEY])
    assert page is not None
    assert (page.url, page.title, page.comment_count) == (POST, "A post", 1)


async def test_no_commenter_changes_the_title_or_the_address_of_a_page(
    ctx: Context, open_site: Site
) -> None:
    await write(ctx)
    await write(ctx, claim=PageClaim(f"{POST}/?utm_source=x#y", title="Buy pills"))
    thread = await read(ctx)
    assert (thread.count, thread.page.url, thread.page.title) == (2, POST, "A post")


async def test_the_first_comment_that_everybody_reads_names_the_page(
    ctx: Context, open_site: Site
) -> None:
    waiting = await write(ctx, claim=PageClaim(POST, title="Buy now"), trap="filled")
    assert waiting.status == Status.SPAM
    await write(ctx, claim=PageClaim(POST, title="What the river gauge told us"))
    await write(ctx, claim=PageClaim(POST, title="Buy later"))
    page = await pages.find(ctx.store, open_site.id, [KEY])
    assert page is not None
    assert page.title == "What the river gauge told us"


async def test_a_comment_that_everybody_reads_teaches_its_page_another_key(
    ctx: Context, site: Site, owner: Member
) -> None:
    await approved(ctx, owner, visitor_token=TOKEN)
    moved = PageClaim(f"{ORIGIN}/moved", canonical=POST)
    await write(ctx, claim=moved)
    assert (await read(ctx, f"{ORIGIN}/moved")).page.id is None
    await write(ctx, claim=moved, visitor_token=TOKEN)
    assert (await read(ctx, f"{ORIGIN}/moved")).count == 2


async def test_two_threads_are_never_merged_silently(ctx: Context, open_site: Site) -> None:
    await write(ctx, "On a", url=f"{ORIGIN}/a")
    await write(ctx, "On b", url=f"{ORIGIN}/b")
    await write(ctx, "Again", claim=PageClaim(f"{ORIGIN}/a", canonical=f"{ORIGIN}/b"))
    assert (await read(ctx, f"{ORIGIN}/a")).count == 1
    assert (await read(ctx, f"{ORIGIN}/b")).count == 2


async def test_a_page_of_no_site_is_refused_with_the_command_that_adds_it(
    ctx: Context, site: Site
) -> None:
    with pytest.raises(UnknownOrigin) as refusal:
        await submit(ctx, url="https://other.example/a")
    assert refusal.value.command == "afterword site add NAME --origin https://other.example"


@pytest.mark.parametrize(
    ("origin", "code"),
    [
        ("https://evil.example", "unknown_origin"),
        ("http://blog.example.org", "unknown_origin"),
        ("null", "opaque_origin"),
        ("", "opaque_origin"),
    ],
)
async def test_what_another_website_sends_is_refused(
    ctx: Context, site: Site, origin: str, code: str
) -> None:
    with pytest.raises(Forbidden) as refusal:
        await submit(ctx, origin=origin)
    assert refusal.value.code == code
    assert await pages.find(ctx.store, site.id, [KEY]) is None


async def test_every_wrong_field_is_named_at_once(ctx: Context, site: Site) -> None:
    wrong = await refused(ctx, body=" ", name="", email="x", website="javascript:alert(1)")
    assert [field for field, _ in wrong] == ["body", "name", "email", "website"]


async def test_markdown_that_shows_nothing_is_no_comment(ctx: Context, site: Site) -> None:
    assert await refused(ctx, body="[only]: https://example.org") == [("body", "missing")]


async def test_a_guest_may_not_look_like_a_member(ctx: Context, site: Site) -> None:
    await add(ctx, Role.MODERATOR, name="Priya Raman")
    await ctx.sites.refresh(ctx.store)
    for name in ("Priya Raman", "priya raman", "Рriya Raman", "Priya.Raman ✓"):
        assert await refused(ctx, name=name) == [("name", "taken")]
    await write(ctx, name="Priya Rao")


async def test_a_closed_page_takes_no_comments(ctx: Context, open_site: Site) -> None:
    comment = await write(ctx)
    async with ctx.store.write() as db, pages.changing(db, comment.page_id, NOW):
        await pages.close(db, comment.page_id, closed=True)
    with pytest.raises(Forbidden, match="takes no more comments"):
        await submit(ctx)
    assert (await read(ctx)).page.closed


@pytest.mark.parametrize("act", [Act.HOLD, Act.SPAM, Act.REMOVE])
async def test_only_what_everybody_reads_can_be_answered(
    ctx: Context, open_site: Site, owner: Member, act: Act
) -> None:
    parent = await write(ctx)
    reply = await write(ctx, parent_id=parent.id)
    assert (reply.parent_id, reply.root_id) == (parent.id, parent.id)
    await decide(ctx, owner, act, parent)
    assert await refused(ctx, parent_id=parent.id) == [("parent", "not_there")]


async def test_a_reply_is_on_the_page_of_its_parent(ctx: Context, open_site: Site) -> None:
    elsewhere = await write(ctx, url=f"{ORIGIN}/other")
    await write(ctx)
    assert await refused(ctx, parent_id=elsewhere.id) == [("parent", "not_there")]
    assert await refused(ctx, parent_id=99_999) == [("parent", "not_there")]


async def test_the_trap_marks_spam_and_whoever_filled_it_sees_nothing_of_it(
    ctx: Context, open_site: Site
) -> None:
    submitted = await submit(ctx, trap="https://pills.example")
    assert submitted.comment.status == Status.SPAM
    assert (await read(ctx)).count == 0


async def test_the_same_text_again_is_held(ctx: Context, open_site: Site) -> None:
    await write(ctx, "Nice post")
    assert (await write(ctx, "Nice post")).status == Status.PENDING
    assert (await write(ctx, "Nice post", now=NOW + SHORTLY + 1)).status == Status.APPROVED


async def test_an_email_address_is_kept_apart(ctx: Context, site: Site) -> None:
    comment = await write(ctx, email="noa@example.org")
    contact = await contacts.of(ctx.store, comment.id)
    assert contact is not None
    assert contact.email == "noa@example.org"
    assert await contacts.of(ctx.store, (await write(ctx)).id) is None


async def test_the_author_token_ends_with_the_window_of_the_site(ctx: Context, site: Site) -> None:
    submitted = await submit(ctx)
    assert submitted.expires_at == NOW + 900_000
    claim = ctx.tokens.read_author(submitted.author_token, now=submitted.expires_at - 1)
    assert (claim.comment_id, claim.site_id) == (submitted.comment.id, site.id)
