"""What moderators look for is found on their sites alone, and no search takes longer than it may."""

from __future__ import annotations

from typing import Any

import pytest

from afterword.core.errors import Invalid, Malformed
from afterword.core.model import Act, Hold, Member, Policy, Role, Site, Tab
from afterword.services.context import Context
from afterword.services.moderating import find_in_queue
from afterword.services.moderating.find_in_queue import QueueFilter, find_ids, order_of
from afterword.services.moderating.queue_news import queue_news
from afterword.services.moderating.review_queue import review_queue
from afterword.services.sites.manage_sites import add_site
from afterword.storage import review
from tests.services.builders import NOW, add, decide, write

OTHER = "https://other.example.org"
ANA = "a" * 22


@pytest.fixture
async def other(ctx: Context, site: Site) -> Site:
    """A second site, which holds as the first does."""
    made = await add_site(ctx.store, "other", [OTHER], Policy(hold=Hold.FIRST), NOW)
    await ctx.sites.refresh(ctx.store)
    return made


async def found(ctx: Context, member: Member, tab: Tab = Tab.PENDING, **more: Any) -> list[int]:
    return await find_ids(ctx, member, QueueFilter(tab, **more))


async def test_an_email_is_found_whole_and_by_those_who_may_decide_there(
    ctx: Context, site: Site, other: Site, owner: Member
) -> None:
    here = await write(ctx, email="noa@readers.example")
    there = await write(ctx, url=f"{OTHER}/a", origin=OTHER, email="noa@readers.example")
    moderator = await add(ctx, Role.MODERATOR, other)
    viewer = await add(ctx, Role.VIEWER, other)
    assert await found(ctx, owner, text="Noa@readers.example") == [here.id, there.id]
    assert await found(ctx, moderator, text="noa@readers.example") == [there.id]
    assert await found(ctx, viewer, text="noa@readers.example") == []
    assert await found(ctx, owner, text="readers.example") == []


async def test_all_that_an_author_wrote_on_a_site_is_found_by_one_of_their_comments(
    ctx: Context, site: Site, other: Site, owner: Member
) -> None:
    first = await write(ctx, visitor_token=ANA, name="Ana")
    second = await write(ctx, visitor_token=ANA)
    await write(ctx, visitor_token="b" * 22)
    await write(ctx, url=f"{OTHER}/a", origin=OTHER, visitor_token=ANA)
    assert await found(ctx, owner, author_of=second.id) == [first.id, second.id]
    queue = await review_queue(ctx, owner, QueueFilter(author_of=first.id), now=NOW)
    assert queue.author == "Ana"
    assert {item.author.since for item in queue.items if item.author} == {NOW}
    for member in (await add(ctx, Role.MODERATOR, other), owner):
        unknown = first.id if member is not owner else 999
        assert await found(ctx, member, author_of=unknown) == []


async def test_a_page_of_others_has_no_name(
    ctx: Context, site: Site, other: Site, owner: Member
) -> None:
    comment = await write(ctx)
    wanted = QueueFilter(page_id=comment.page_id)
    assert await find_ids(ctx, owner, wanted) == [comment.id]
    seen = await review_queue(ctx, owner, wanted, now=NOW)
    stranger = await add(ctx, Role.MODERATOR, other)
    hidden = await review_queue(ctx, stranger, wanted, now=NOW)
    assert seen.page is not None
    assert (hidden.page, hidden.items) == (None, ())


async def test_a_search_says_how_far_it_looked_and_goes_on_from_there(
    ctx: Context, site: Site, owner: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find_in_queue, "DEPTH", 4)
    ids = [(await write(ctx, f"Stone {at}", now=NOW + at)).id for at in range(10)]
    wanted = QueueFilter(text="stone 9")
    first = await review_queue(ctx, owner, wanted, now=NOW)
    assert (first.items, first.next, first.looked_to) == ((), None, NOW + 3)
    second = await review_queue(
        ctx, owner, QueueFilter(text="stone 9", after=first.further), now=NOW
    )
    assert second.looked_to == NOW + 7
    third = await review_queue(
        ctx, owner, QueueFilter(text="stone 9", after=second.further), now=NOW
    )
    assert [item.comment.id for item in third.items] == ids[9:]
    assert (third.further, third.looked_to) == (None, None)


async def test_without_a_search_nothing_is_cut_off(
    ctx: Context, site: Site, owner: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find_in_queue, "DEPTH", 2)
    ids = [(await write(ctx, now=NOW + at)).id for at in range(5)]
    queue = await review_queue(ctx, owner, QueueFilter(), now=NOW)
    assert [item.comment.id for item in queue.items] == ids
    assert (queue.further, queue.matching) == (None, 5)


@pytest.mark.parametrize("order", ["score", "oldest"])
async def test_slices_in_each_order_are_the_whole(
    ctx: Context, site: Site, owner: Member, order: Any
) -> None:
    words = ("one", "[a](https://a.example) [b](https://b.example) [c](https://c.example)")
    ids = {(await write(ctx, words[at % 2] + f" {at}", now=NOW + at)).id for at in range(33)}
    first = await review_queue(ctx, owner, QueueFilter(order=order), now=NOW)
    rest = await review_queue(ctx, owner, QueueFilter(order=order, after=first.next), now=NOW)
    shown = [item.comment.id for item in (*first.items, *rest.items)]
    assert (len(shown), set(shown)) == (33, ids)
    scores = [sum(each.weight for each in item.reasons) for item in (*first.items, *rest.items)]
    if order == "score":
        assert scores == sorted(scores, reverse=True)


async def test_a_place_of_one_order_is_none_of_another(ctx: Context, owner: Member) -> None:
    for order, after in (("score", "1.2"), ("oldest", "1.5~1.2"), ("score", "nan~1.2")):
        with pytest.raises(Malformed):
            await find_ids(ctx, owner, QueueFilter(order=order, after=after))


@pytest.mark.parametrize(
    ("wanted", "order"),
    [
        (QueueFilter(), "oldest"),
        (QueueFilter(Tab.SPAM), "newest"),
        (QueueFilter(Tab.SPAM, order="score"), "score"),
        (QueueFilter(Tab.SPAM, order="score", page_id=1), "newest"),
        (QueueFilter(Tab.REPORTED, order="reports"), "reports"),
        (QueueFilter(Tab.APPROVED, order="reports"), "newest"),
    ],
)
def test_an_order_that_a_tab_does_not_have_is_its_own(wanted: QueueFilter, order: str) -> None:
    assert order_of(wanted) == order


@pytest.mark.parametrize("text", ["x", " x ", "x" * 101])
async def test_a_search_that_is_too_short_or_too_long_is_refused(
    ctx: Context, owner: Member, text: str
) -> None:
    with pytest.raises(Invalid):
        await find_ids(ctx, owner, QueueFilter(text=text))


@pytest.mark.parametrize("rule", ["", "Links", "a b", "%", "a" * 41])
async def test_what_can_be_no_rule_is_refused(ctx: Context, owner: Member, rule: str) -> None:
    with pytest.raises(Malformed):
        await find_ids(ctx, owner, QueueFilter(rule=rule))


async def test_what_came_since_is_counted_and_found(
    ctx: Context, site: Site, owner: Member
) -> None:
    old = await write(ctx)
    newer = await review.latest(ctx.store)
    new = await write(ctx, "weir")
    spam = await write(ctx)
    await decide(ctx, owner, Act.SPAM, spam)
    news = await queue_news(ctx, owner, QueueFilter(newer=newer))
    assert (news.new, news.counts[Tab.PENDING]) == (1, 2)
    assert (await queue_news(ctx, owner, QueueFilter(newer=newer, text="river"))).new == 0
    assert (await queue_news(ctx, owner, QueueFilter(newer=newer, text="weir"))).new == 1
    assert await found(ctx, owner, newer=newer) == [new.id]
    assert await found(ctx, owner, up_to=old.id) == [old.id]
    nobody = Member(99, "Nobody", "nobody@example.org")
    assert (await queue_news(ctx, nobody, QueueFilter(newer=newer))).new == 0
