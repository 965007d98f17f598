"""Feeds show what everybody may read, the newest first, in bounds; the queue's shows what a viewer sees."""

from __future__ import annotations

from dataclasses import replace

import pytest

from afterword.core.errors import NotFound, UnknownOrigin
from afterword.core.model import Act, Hold, Member, Role, Site
from afterword.core.page_key import PageClaim
from afterword.services.context import Context
from afterword.services.reading import read_feed
from afterword.services.reading.read_feed import answers_feed, queue_feed, site_feed, thread_feed
from afterword.services.reading.read_thread import ThreadQuery
from afterword.services.sites import manage_sites
from tests.services.builders import (
    NOW,
    ORIGIN,
    POST,
    UNHURRIED,
    add,
    add_site,
    approved,
    decide,
    reply,
    submit,
    write,
)
from tests.support.atom import entries, faults, feed_text


async def of_page(ctx: Context, url: str = POST, lang: str | None = None) -> bytes:
    query = ThreadQuery(PageClaim(url), lang=lang)
    return (await thread_feed(ctx, f"{url} {lang}".encode(), query, own=url)).identity


async def of_site(ctx: Context, site: Site) -> bytes:
    return (await site_feed(ctx, site, None, own=ORIGIN)).identity


async def of_answers(ctx: Context, comment_id: int) -> bytes:
    return (await answers_feed(ctx, comment_id, None, own=POST)).identity


async def test_a_thread_s_feed_has_its_comments_the_newest_first(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    first = await write(ctx, "Stones & *herons*.", name="Mira")
    await write(ctx, "More.", name="Ola", parent_id=first.id, now=NOW + 1000)
    data = await of_page(ctx)
    assert faults(data) == []
    assert feed_text(data, "title") == "A post"
    newest, oldest = entries(data)
    assert (newest.author, newest.title) == ("Ola", "Ola: More.")
    assert oldest.content == "<p>Stones &amp; <em>herons</em>.</p>"
    assert oldest.link == f"{ctx.settings.public_url}/c/{first.id}"
    assert b"thr:in-reply-to" in data


async def test_what_is_written_or_taken_away_is_seen_at_once(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    assert entries(await of_page(ctx)) == []
    comment = await write(ctx)
    assert len(entries(await of_page(ctx))) == len(entries(await of_site(ctx, open_site))) == 1
    for act in (Act.HOLD, Act.SPAM, Act.REMOVE):
        await decide(ctx, owner, act, comment)
        assert entries(await of_page(ctx)) == entries(await of_site(ctx, open_site)) == []
        with pytest.raises(NotFound):
            await of_answers(ctx, comment.id)


async def test_a_page_where_nobody_was_published_tells_nothing_of_who_waits(
    ctx: Context, site: Site, owner: Member
) -> None:
    before = await of_page(ctx)
    await write(ctx, claim=PageClaim(POST, title="Buy this"))
    assert await of_page(ctx) == before
    assert faults(before) == []
    assert feed_text(before, "title") == POST


async def test_answers_are_those_to_that_comment(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    first, other = await write(ctx, "One."), await write(ctx, "Two.")
    answer = await write(ctx, "To one.", parent_id=first.id)
    await write(ctx, "To two.", parent_id=other.id)
    await write(ctx, "To that.", parent_id=answer.id)
    data = await of_answers(ctx, first.id)
    assert faults(data) == []
    assert [each.content for each in entries(data)] == ["<p>To one.</p>"]


async def test_a_site_s_feed_has_all_its_pages_and_no_other_site_s(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    await add_site(ctx, "shop", "https://shop.example.org", hold="none")
    await write(ctx, name="Mira")
    await write(ctx, url=f"{ORIGIN}/two", name="Ola", now=NOW + 1)
    await write(ctx, url="https://shop.example.org/a", origin=None, name="Kim")
    data = await of_site(ctx, open_site)
    assert faults(data) == []
    assert [each.title for each in entries(data)] == ["Ola · A post", "Mira · A post"]


async def test_no_address_and_no_website_of_an_author_is_in_a_feed(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    await submit(ctx, email="canary@example.org", website="https://canary.example")
    for data in (await of_page(ctx), await of_site(ctx, open_site)):
        assert b"canary" not in data


async def test_ids_stay_when_text_or_server_move(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    await write(ctx)
    (before,) = entries(await of_site(ctx, open_site))
    moved = replace(ctx, settings=replace(ctx.settings, public_url="https://new.example.org"))
    (after,) = entries(await of_site(moved, open_site))
    assert after.id == before.id
    assert after.link != before.link


async def test_a_feed_has_bounds(
    ctx: Context, open_site: Site, owner: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_feed, "MOST", 3)
    for number in range(5):
        await write(ctx, f"Number {number}.", now=NOW + number)
    assert [each.content for each in entries(await of_site(ctx, open_site))] == [
        f"<p>Number {number}.</p>" for number in (4, 3, 2)
    ]
    monkeypatch.setattr(read_feed, "MOST_TEXT", 20)
    assert len(entries(await of_site(ctx, open_site))) == 2
    monkeypatch.setattr(read_feed, "MOST_TEXT", 5)
    assert len(entries(await of_site(ctx, open_site))) == 1


async def test_who_gave_no_name_is_called_so_in_the_language_asked_for(
    ctx: Context, owner: Member
) -> None:
    policy = replace(UNHURRIED, hold=Hold.NONE, name="optional")
    await manage_sites.add_site(ctx.store, "blog", [ORIGIN], policy, NOW)
    await ctx.sites.refresh(ctx.store)
    await submit(ctx, name="")
    english, german = entries(await of_page(ctx)), entries(await of_page(ctx, lang="de"))
    assert english[0].author == "Anonymous"
    assert german[0].author not in ("", "Anonymous")


async def test_an_address_of_no_site_has_no_feed(ctx: Context, open_site: Site) -> None:
    with pytest.raises(UnknownOrigin):
        await of_page(ctx, "https://elsewhere.example/a")


async def test_the_queue_s_feed_is_what_waits_on_one_s_own_sites(
    ctx: Context, site: Site, owner: Member
) -> None:
    await add_site(ctx, "shop", "https://shop.example.org", hold="all")
    viewer = await add(ctx, Role.VIEWER, site)
    await submit(ctx, "Is it <b>?", name="Mira", email="canary@example.org")
    await write(ctx, url="https://shop.example.org/a", origin=None, name="Kim")
    await approved(ctx, owner, name="Ola")
    data = (await queue_feed(ctx, viewer)).identity
    assert faults(data) == []
    (entry,) = entries(data)
    assert (entry.author, entry.title) == ("Mira", "Mira · A post")
    assert entry.content.startswith(
        "<p>Is it &lt;b&gt;?</p><hr><ul><li>First comment of this author"
    )
    assert "/dashboard/comments/" in entry.link
    assert b"canary" not in data
    assert len(entries((await queue_feed(ctx, owner)).identity)) == 2


async def test_an_answer_of_staff_is_in_the_feed_by_name(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    comment = await write(ctx)
    await reply(ctx, owner, comment, "Thank you.")
    assert [each.author for each in entries(await of_answers(ctx, comment.id))] == [owner.name]
