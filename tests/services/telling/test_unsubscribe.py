"""A link of a mail ends mails for ever, as much of them as its reader says, and brings them back."""

from __future__ import annotations

import pytest

from afterword.core.errors import NotFound
from afterword.core.model import Member, Site
from afterword.services.context import Context
from afterword.services.sites.change_site import delete_site
from afterword.services.telling.unsubscribe import (
    WHATS,
    What,
    see_mails,
    subscribe_again,
    unsubscribe,
)
from afterword.storage import mailboxes
from tests.services.builders import NOW, ORIGIN, POST, add_site, write
from tests.services.moving import merge
from tests.services.post_office import PostOffice, stop
from tests.services.telling.test_tell_readers import subscriber, told

SHOP = "https://shop.example.org"


@pytest.fixture
def post(ctx: Context) -> PostOffice:
    return PostOffice(ctx)


async def talk(post: PostOffice) -> tuple[str, dict[str, int]]:
    """Ana wants replies to one comment, the thread of another page, and replies on another site; the link
    is in the mail about the first."""
    await add_site(post.ctx, "shop", SHOP, hold="none")
    wishes = {
        "comment": (await subscriber(post, "ana")).id,
        "same page": (await subscriber(post, "ana")).id,
        "other page": (await subscriber(post, "ana", url=f"{ORIGIN}/other")).id,
    }
    shop = await subscriber(post, "ana", url=f"{SHOP}/a", origin=SHOP)
    async with post.ctx.store.write() as db:
        await db.execute("UPDATE subscription SET confirmed_at = 1 WHERE confirmed_at IS NULL")
    wishes["other site"] = shop.id
    await write(post.ctx, parent_id=wishes["comment"])
    (mail,) = await post.deliver()
    return stop(mail), wishes


async def hears(post: PostOffice, wishes: dict[str, int]) -> list[str]:
    """Of which replies Ana hears."""
    heard = []
    for name, parent_id in wishes.items():
        origin = SHOP if name == "other site" else ORIGIN
        path = {"other page": "/other", "other site": "/a"}.get(name, "/post")
        await write(post.ctx, parent_id=parent_id, url=origin + path, origin=origin)
        if await told(post):
            heard.append(name)
    return heard


LEFT: dict[What, list[str]] = {
    "replies": ["same page", "other page", "other site"],
    "thread": ["other page", "other site"],
    "site": ["other site"],
    "everything": [],
}


@pytest.mark.parametrize("what", WHATS)
async def test_as_much_is_ended_as_is_said_and_comes_back_as_it_was(
    ctx: Context, open_site: Site, post: PostOffice, what: What
) -> None:
    link, wishes = await talk(post)
    assert not (await see_mails(ctx, link)).is_over(what)
    for _ in range(2):
        assert (await unsubscribe(ctx, link, what, now=NOW + 1)).is_over(what)
    assert await hears(post, wishes) == LEFT[what]
    for _ in range(2):
        assert not (await subscribe_again(ctx, link, what, now=NOW + 2)).is_over(what)
    assert await hears(post, wishes) == list(wishes)


async def test_the_link_works_when_the_address_is_forgotten(
    ctx: Context, open_site: Site, post: PostOffice
) -> None:
    link, wishes = await talk(post)
    mailbox = (await see_mails(ctx, link)).mailbox
    async with ctx.store.write() as db:
        mailboxes.forget_address(db, mailbox.id)
    assert await hears(post, wishes) == []
    mails = await unsubscribe(ctx, link, "everything", now=NOW)
    assert mails.mailbox.email is None and mails.is_over("everything")
    await subscriber(post, "ana")
    assert (await see_mails(ctx, link)).mailbox.email is None


async def test_the_thread_is_ended_where_it_is_now(
    ctx: Context, open_site: Site, post: PostOffice, owner: Member
) -> None:
    link, wishes = await talk(post)
    await merge(ctx, owner, POST, f"{ORIGIN}/other")
    await unsubscribe(ctx, link, "thread", now=NOW)
    del wishes["comment"], wishes["same page"]
    assert await hears(post, wishes) == ["other site"]


async def test_the_link_works_when_comment_and_site_are_gone(
    ctx: Context, open_site: Site, post: PostOffice, owner: Member
) -> None:
    link, _ = await talk(post)
    await delete_site(ctx, owner, open_site.id, typed="blog", now=NOW)
    mails = await see_mails(ctx, link)
    assert mails.subscription is None and mails.site is None
    for what in WHATS:
        await unsubscribe(ctx, link, what, now=NOW)
    assert (await see_mails(ctx, link)).is_over("everything")


async def test_a_link_that_was_not_made_here_ends_nothing(
    ctx: Context, open_site: Site, post: PostOffice
) -> None:
    link, wishes = await talk(post)
    for wrong in (
        "",
        "x",
        link[:-1],
        link[:-1] + "_",
        ctx.tokens.mailbox.sign_confirm(1, ends_at=NOW * 2),
    ):
        with pytest.raises(NotFound):
            await unsubscribe(ctx, wrong, "everything", now=NOW)
        with pytest.raises(NotFound):
            await subscribe_again(ctx, wrong, "everything", now=NOW)
    assert await hears(post, wishes) == list(wishes)
