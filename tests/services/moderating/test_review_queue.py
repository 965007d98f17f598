"""The queue shows what waits on the member's sites, with reasons, and contacts only to moderators."""

from __future__ import annotations

import pytest

from afterword.core.errors import Malformed
from afterword.core.model import Act, Member, Policy, Role, Site, Status, Tab
from afterword.services.context import Context
from afterword.services.moderating.ban_author import Terms, ban_author
from afterword.services.moderating.find_in_queue import QueueFilter
from afterword.services.moderating.review_queue import SLICE, Earlier, counts, review_queue
from afterword.services.moderating.trust_author import trust_author
from afterword.services.sites.manage_sites import add_site
from afterword.services.writing.revise_comment import revise_comment
from afterword.storage.glances import Glance
from tests.services.builders import NOW, ORIGIN, POST, add, approved, decide, submit, write

OTHER = "https://other.example.org"
TOKEN = "a" * 22


async def test_each_item_has_what_is_needed_to_decide(
    ctx: Context, site: Site, owner: Member
) -> None:
    parent = await approved(ctx, owner, "The *weir*", name="Tom")
    seen = await approved(ctx, owner, visitor_token=TOKEN)
    held = await write(
        ctx,
        "See https://a.example https://b.example https://c.example",
        parent_id=parent.id,
        email="noa@example.org",
        visitor_token=TOKEN,
    )
    (item,) = (await review_queue(ctx, owner, QueueFilter(), now=NOW)).items
    assert item.comment == held
    assert (item.page.url, item.site, item.email) == (POST, site, "noa@example.org")
    assert (item.parent_author, item.parent_tree) == ("Tom", [["p", "The ", ["em", "weir"]]])
    assert [reason.rule for reason in item.reasons] == ["links"]
    assert item.author_history == {Status.APPROVED: 1, Status.PENDING: 1}
    assert seen.status == Status.PENDING


async def test_what_waits_longest_comes_first_in_slices(
    ctx: Context, site: Site, owner: Member
) -> None:
    held = [(await write(ctx, now=NOW + at)).id for at in range(SLICE + 3)]
    first = await review_queue(ctx, owner, QueueFilter(), now=NOW)
    second = await review_queue(ctx, owner, QueueFilter(after=first.next), now=NOW)
    assert [item.comment.id for item in (*first.items, *second.items)] == held
    assert second.next is None
    assert first.counts[Tab.PENDING] == SLICE + 3


async def test_what_is_decided_is_listed_newest_first(
    ctx: Context, site: Site, owner: Member
) -> None:
    early, late = await write(ctx, now=NOW), await write(ctx, now=NOW + 1)
    await decide(ctx, owner, Act.REMOVE, early, late)
    queue = await review_queue(ctx, owner, QueueFilter(Tab.REMOVED), now=NOW)
    assert [item.comment.id for item in queue.items] == [late.id, early.id]


async def test_a_member_sees_the_queue_of_their_sites_alone(
    ctx: Context, site: Site, owner: Member
) -> None:
    other = await add_site(ctx.store, "other", [OTHER], Policy(), NOW)
    await ctx.sites.refresh(ctx.store)
    mine = await write(ctx, email="noa@example.org")
    await write(ctx, url=f"{OTHER}/a", origin=OTHER)
    viewer = await add(ctx, Role.VIEWER, site)
    queue = await review_queue(ctx, viewer, QueueFilter(), now=NOW)
    assert [item.comment.id for item in queue.items] == [mine.id]
    assert queue.items[0].email is None, "a viewer sees no addresses"
    assert queue.counts == {Tab.PENDING: 1, Tab.REPORTED: 0, Tab.SPAM: 0}
    assert await counts(ctx, viewer, other.id) == {Tab.PENDING: 0, Tab.REPORTED: 0, Tab.SPAM: 0}
    foreign = await review_queue(ctx, viewer, QueueFilter(site_id=other.id), now=NOW)
    assert foreign.items == ()
    assert (await counts(ctx, owner))[Tab.PENDING] == 2
    assert (await counts(ctx, owner, site.id))[Tab.PENDING] == 1


async def test_a_member_without_any_role_sees_nothing(ctx: Context, site: Site) -> None:
    await write(ctx)
    nobody = Member(99, "Nobody", "nobody@example.org")
    assert (await review_queue(ctx, nobody, QueueFilter(), now=NOW)).items == ()


async def test_an_edited_comment_comes_with_what_it_said_before_and_since_when(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    mine = await submit(ctx, "first")
    other = await write(ctx, "never edited", now=NOW + 9)
    for at, text in ((NOW + 5, "second"), (NOW + 7, "third")):
        await revise_comment(ctx, mine.comment.id, mine.author_token, text, origin=ORIGIN, now=at)
    newest, edited = (await review_queue(ctx, owner, QueueFilter(Tab.APPROVED), now=NOW)).items
    assert edited.earlier == (Earlier("first", NOW), Earlier("second", NOW + 5))
    assert edited.comment.source == "third"
    assert (newest.comment.id, newest.earlier) == (other.id, ())


@pytest.mark.parametrize("after", ["", "x", "1", "1.", "٣.١", "9" * 17 + ".1", "1.2.3"])
async def test_a_place_that_is_none_is_refused(ctx: Context, owner: Member, after: str) -> None:
    with pytest.raises(Malformed):
        await review_queue(ctx, owner, QueueFilter(after=after), now=NOW)


async def test_an_author_is_known_at_a_glance(ctx: Context, open_site: Site, owner: Member) -> None:
    said = [await write(ctx, f"no. {at}", visitor_token=TOKEN, now=NOW + at) for at in range(6)]
    await decide(ctx, owner, Act.SPAM, said[4])
    await write(ctx, "somebody else", visitor_token="b" * 22, now=NOW + 9)
    await trust_author(ctx, owner, said[0].id, now=NOW)
    banned = await ban_author(ctx, owner, said[0].id, "author", Terms(ends_at=NOW + 50), now=NOW)
    assert banned.ban
    stranger, *mine = (await review_queue(ctx, owner, QueueFilter(Tab.APPROVED), now=NOW)).items
    assert stranger.author == Glance(NOW + 9, trusted=False, banned=False, last=())
    newest, oldest = mine[0].author, mine[-1].author
    assert newest and oldest
    assert (newest.since, newest.trusted, newest.banned) == (NOW, True, True)
    assert [each.comment_id for each in newest.last] == [each.id for each in said[4:1:-1]]
    assert [each.comment_id for each in oldest.last] == [each.id for each in said[5:2:-1]]
    assert newest.last[0].status is Status.SPAM
    later = await review_queue(ctx, owner, QueueFilter(Tab.APPROVED), now=NOW + 51)
    assert later.items[1].author
    assert not later.items[1].author.banned, "the ban is over"
