"""An address hears nothing before its owner confirmed, and is asked once a day, in words of ours alone."""

from __future__ import annotations

from typing import Any

import pytest

from afterword.core.errors import NotFound
from afterword.core.model import Act, Comment, Member, Site, Status
from afterword.core.page_key import PageClaim
from afterword.services.context import Context
from afterword.services.moderating.switch_surge import switch_surge
from afterword.services.running.housekeeping import tidy_up
from afterword.services.telling.bounces import note_bounce
from afterword.services.telling.manage_subscriptions import (
    LASTS,
    confirm_wishes,
    refuse_wishes,
    see_wishes,
)
from tests.services.builders import DAY, MINUTE, NOW, ORIGIN, decide, submit, write
from tests.services.post_office import PostOffice, token, words

ANA = "ana@readers.example"
BROWSER = "a" * 22
OTHER = "b" * 22


@pytest.fixture
def post(ctx: Context) -> PostOffice:
    return PostOffice(ctx)


async def wish(
    ctx: Context,
    notify: str = "replies",
    *,
    browser: str = BROWSER,
    now: int = NOW,
    **more: Any,
) -> Comment:
    more = {"email": ANA, "visitor_token": browser, "notify": notify, **more}
    return await write(ctx, now=now, **more)


async def confirm(ctx: Context, opened: str, now: int = NOW) -> int:
    wishes = await see_wishes(ctx, opened, now=now)
    return await confirm_wishes(
        ctx, opened, [each.subscription.id for each in wishes.waiting], now=now
    )


async def test_an_address_is_asked_and_hears_nothing_before_it_confirmed(
    ctx: Context, open_site: Site, post: PostOffice
) -> None:
    comment = await wish(ctx)
    (asked,) = await post.deliver()
    assert asked.to == ANA and asked.unsubscribe is None
    await write(ctx, parent_id=comment.id)
    assert await post.deliver() == []
    assert await confirm(ctx, token(asked)) == 1
    reply = await write(ctx, "You are right.", parent_id=comment.id)
    (told,) = await post.deliver()
    assert told.to == ANA and "You are right." in words(told)
    assert f"/c/{reply.id}" in words(told)


async def test_without_an_email_or_a_wish_nobody_is_asked(
    ctx: Context, open_site: Site, post: PostOffice
) -> None:
    await write(ctx, notify="thread")
    await write(ctx, email=ANA)
    assert await post.deliver() == []


async def test_the_mail_that_asks_says_nothing_that_a_stranger_wrote(
    ctx: Context, site: Site, post: PostOffice, owner: Member
) -> None:
    claim = PageClaim(f"{ORIGIN}/cheap-pills?x=evil.example", title="Cheap pills at evil.example")
    comment = await wish(ctx, body="Cheap pills", name="Cheap pills", claim=claim)
    ((_, looked),) = await post.look()
    assert looked is not None
    assert "pills" not in words(looked) and "evil" not in words(looked)
    assert "blog.example.org" in words(looked)
    await decide(ctx, owner, Act.APPROVE, comment)
    ((_, looked),) = await post.look()
    assert looked is not None and "Cheap pills at evil.example" in words(looked)


async def test_a_thousand_wishes_for_one_victim_are_one_mail(
    ctx: Context, open_site: Site, post: PostOffice
) -> None:
    for number in range(100):
        more = {"url": f"{ORIGIN}/{number}", "address": f"192.0.2.{number}"}
        await wish(ctx, "thread", browser=f"{number:022}", **more)
    assert len(await post.deliver()) == 1
    assert len(await post.deliver(NOW + 2 * DAY)) == 0
    await wish(ctx, now=NOW + DAY, url=f"{ORIGIN}/later")
    assert len(await post.deliver(NOW + DAY)) == 1


async def test_comments_from_one_address_have_three_mailboxes_asked_in_an_hour(
    ctx: Context, open_site: Site, post: PostOffice
) -> None:
    async def somebody(number: int, now: int) -> None:
        email = f"reader{number}@readers.example"
        await write(ctx, email=email, notify="thread", address="192.0.2.9", now=now)

    for number in range(6):
        await somebody(number, NOW)
    assert len(await post.deliver()) == 3
    await write(ctx, email="other@readers.example", notify="thread", address="198.51.100.1")
    assert len(await post.deliver()) == 1
    await somebody(7, NOW + 61 * MINUTE)
    assert len(await post.deliver(NOW + 61 * MINUTE)) == 1


async def test_in_a_surge_nobody_is_asked_before_their_comment_is_approved(
    ctx: Context, open_site: Site, post: PostOffice, owner: Member
) -> None:
    """A flood from many addresses would ask as many strangers."""
    await switch_surge(ctx, owner, open_site.id, on=True, now=NOW)
    comment = await wish(ctx)
    assert comment.status is Status.PENDING
    assert await post.deliver() == []
    await decide(ctx, owner, Act.APPROVE, comment)
    assert [each.to for each in await post.deliver()] == [ANA]


async def test_a_known_browser_of_a_confirmed_mailbox_is_not_asked_and_another_is(
    ctx: Context, open_site: Site, post: PostOffice
) -> None:
    await wish(ctx)
    (asked,) = await post.deliver()
    await confirm(ctx, token(asked))
    second = await wish(ctx, url=f"{ORIGIN}/second", now=NOW + DAY)
    assert await post.deliver(NOW + DAY) == []
    third = await wish(ctx, url=f"{ORIGIN}/third", browser=OTHER, now=NOW + DAY)
    (again,) = await post.deliver(NOW + DAY)
    for comment, url in ((second, "second"), (third, "third")):
        await write(ctx, parent_id=comment.id, url=f"{ORIGIN}/{url}", now=NOW + DAY)
    told = await post.deliver(NOW + DAY)
    assert len(told) == 1
    await confirm(ctx, token(again), NOW + DAY)
    await wish(ctx, url=f"{ORIGIN}/fourth", browser=OTHER, now=NOW + 3 * DAY)
    assert await post.deliver(NOW + 3 * DAY) == []


async def test_the_wish_of_a_new_browser_is_asked_about_when_the_day_is_over(
    ctx: Context, open_site: Site, post: PostOffice
) -> None:
    await wish(ctx)
    (asked,) = await post.deliver()
    await confirm(ctx, token(asked))
    for number in range(3):
        await wish(ctx, browser=OTHER, url=f"{ORIGIN}/{number}", now=NOW + MINUTE)
    assert await post.deliver(NOW + MINUTE) == []
    assert len(await post.deliver(NOW + DAY)) == 1
    assert await post.deliver(NOW + 9 * DAY) == []


async def test_mails_that_could_not_be_sent_do_not_ask_twice_once_they_can(
    ctx: Context, open_site: Site, post: PostOffice
) -> None:
    for day in range(3):
        await wish(ctx, url=f"{ORIGIN}/{day}", now=NOW + day * DAY)
        assert len(await post.look(NOW + day * DAY)) == 1
    late = NOW + 3 * DAY - MINUTE
    (asked,) = await post.deliver(late)
    await wish(ctx, url=f"{ORIGIN}/later", now=late + MINUTE)
    assert await post.deliver(late + MINUTE) == []
    assert await confirm(ctx, token(asked), late + MINUTE) == 4
    await wish(ctx, browser=OTHER, url=f"{ORIGIN}/other", now=late + 2 * MINUTE)
    assert await post.deliver(late + DAY - MINUTE) == []
    assert len(await post.deliver(late + DAY)) == 1


async def test_nobody_can_tell_whose_browser_a_wish_is_that_two_have(
    ctx: Context, open_site: Site, post: PostOffice
) -> None:
    await wish(ctx, "thread", browser=OTHER)
    (asked,) = await post.deliver()
    await wish(ctx, "thread", browser=BROWSER)
    assert await confirm(ctx, token(asked)) == 1
    for browser in (BROWSER, OTHER):
        await wish(ctx, "thread", browser=browser, url=f"{ORIGIN}/{browser}", now=NOW + 2 * DAY)
        assert len(await post.look(NOW + 2 * DAY)) == 1


async def test_spam_has_nobody_asked_until_it_is_approved(
    ctx: Context, site: Site, post: PostOffice, owner: Member
) -> None:
    comment = await wish(ctx, trap="x")
    assert await post.deliver() == []
    await decide(ctx, owner, Act.APPROVE, comment)
    assert len(await post.deliver()) == 1


async def test_who_refused_or_bounced_is_never_asked(
    ctx: Context, open_site: Site, post: PostOffice
) -> None:
    await wish(ctx)
    (asked,) = await post.deliver()
    await refuse_wishes(ctx, token(asked), now=NOW)
    assert await confirm(ctx, token(asked)) == 0
    await wish(ctx, "thread", now=NOW + 2 * DAY)
    assert await post.deliver(NOW + 2 * DAY) == []
    await write(ctx, email="ben@readers.example", notify="thread", now=NOW)
    assert await note_bounce(ctx, "Ben@Readers.Example", now=NOW)
    assert not await note_bounce(ctx, "ben@readers.example", now=NOW)
    assert not await note_bounce(ctx, "nobody@readers.example", now=NOW)
    assert await post.deliver(NOW + 3 * DAY) == []


async def test_only_what_was_ticked_is_confirmed(
    ctx: Context, open_site: Site, post: PostOffice
) -> None:
    first = await wish(ctx)
    second = await wish(ctx, browser=OTHER)
    (asked,) = await post.deliver()
    waiting = (await see_wishes(ctx, token(asked), now=NOW)).waiting
    chosen = [each.subscription.id for each in waiting if each.subscription.comment_id == first.id]
    assert await confirm_wishes(ctx, token(asked), [*chosen, 999_999], now=NOW) == 1
    for comment in (first, second):
        await write(ctx, parent_id=comment.id)
    assert len(await post.deliver()) == 1
    await wish(ctx, browser=OTHER, url=f"{ORIGIN}/b", now=NOW + 2 * DAY)
    assert len(await post.deliver(NOW + 2 * DAY)) == 1


async def test_a_link_is_good_for_a_week_and_made_here(
    ctx: Context, open_site: Site, post: PostOffice
) -> None:
    await wish(ctx)
    (asked,) = await post.deliver()
    for opened, now in ((token(asked), NOW + LASTS), (token(asked)[:-1] + "_", NOW), ("x", NOW)):
        with pytest.raises(NotFound):
            await see_wishes(ctx, opened, now=now)
        with pytest.raises(NotFound):
            await confirm_wishes(ctx, opened, [1], now=now)
        with pytest.raises(NotFound):
            await refuse_wishes(ctx, opened, now=now)


async def test_what_nobody_confirmed_is_forgotten_and_a_refusal_is_not(
    ctx: Context, open_site: Site, post: PostOffice
) -> None:
    await wish(ctx)
    (asked,) = await post.deliver()
    await write(ctx, email="ben@readers.example", notify="thread")
    await tidy_up(ctx, now=NOW + LASTS)
    assert len(await ctx.store.fetch_all("SELECT id FROM mailbox")) == 2
    await refuse_wishes(ctx, token(asked), now=NOW)
    await tidy_up(ctx, now=NOW + LASTS + 1)
    assert len(await ctx.store.fetch_all("SELECT id FROM mailbox")) == 1
    assert await ctx.store.fetch_all("SELECT id FROM subscription") == []
    await wish(ctx, now=NOW + 9 * DAY)
    assert await post.deliver(NOW + 9 * DAY) == []


async def test_the_answer_is_the_same_whatever_is_known_of_the_address(
    ctx: Context, open_site: Site, post: PostOffice
) -> None:
    """Unknown, asked, confirmed, refused, bounced."""

    async def answer() -> tuple[object, ...]:
        more = {"email": ANA, "name": "Ana", "visitor_token": OTHER, "url": f"{ORIGIN}/x"}
        sent = await submit(ctx, notify="thread", **more)
        comment = sent.comment
        return comment.status, comment.author, comment.created_at, sent.expires_at, sent.created

    answers = [await answer()]
    (asked,) = await post.deliver()
    answers.append(await answer())
    await confirm(ctx, token(asked))
    answers.append(await answer())
    await refuse_wishes(ctx, token(asked), now=NOW)
    answers.append(await answer())
    await note_bounce(ctx, ANA, now=NOW)
    answers.append(await answer())
    assert len(set(answers)) == 1
