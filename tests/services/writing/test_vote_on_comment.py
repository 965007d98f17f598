"""A device has one vote on a comment, an address one a day, and nobody one on what is their own."""

from __future__ import annotations

import asyncio

import pytest

from afterword.core.errors import Conflict, Forbidden, Invalid, NotFound, UnknownOrigin
from afterword.core.model import Act, Comment, Member, Policy, Site, Status
from afterword.services.context import Context
from afterword.services.readers.reader import Reader
from afterword.services.running.housekeeping import REMEMBERED, tidy_up
from afterword.services.sites.manage_sites import edit_site
from afterword.services.writing.vote_on_comment import Voted, vote_on_comment
from tests.services.builders import DAY, NOW, ORIGIN, decide, read, vote, write

TOKEN = "t" * 22
OTHER = "o" * 22


def reader(token: str = TOKEN, address: str = "192.0.2.77", origin: str | None = ORIGIN) -> Reader:
    return Reader(token, address, origin)


async def allow(ctx: Context, site: Site, **policy: object) -> None:
    changed = Policy(hold=site.policy.hold, **policy)
    await edit_site(ctx.store, site, name="blog", origins=[ORIGIN], policy=changed, now=NOW)
    await ctx.sites.refresh(ctx.store)


@pytest.fixture
async def both(ctx: Context, open_site: Site) -> Comment:
    """A comment on a site that takes votes for and against."""
    await allow(ctx, open_site, votes="both")
    return await write(ctx, "Up or down")


async def test_a_vote_is_given_changed_and_taken_back(ctx: Context, both: Comment) -> None:
    assert await vote(ctx, both) == Voted(1, 0, 1)
    assert await vote(ctx, both, device=1) == Voted(2, 0, 1)
    assert await vote(ctx, both, -1) == Voted(1, 1, -1)
    (shown,) = (await read(ctx)).comments
    assert (shown.up, shown.down) == (1, 1)
    assert await vote(ctx, both, 0) == Voted(1, 0, 0)
    assert await vote(ctx, both, 0) == Voted(1, 0, 0)
    assert await vote(ctx, both, 0, device=9) == Voted(1, 0, 0)


async def test_the_same_vote_again_changes_nothing(ctx: Context, both: Comment) -> None:
    await vote(ctx, both)
    version = (await read(ctx)).version
    assert await vote(ctx, both) == Voted(1, 0, 1)
    assert (await read(ctx)).version == version


async def test_a_hundred_votes_of_one_device_at_once_are_one(ctx: Context, both: Comment) -> None:
    answers = await asyncio.gather(*(vote(ctx, both) for _ in range(100)))
    assert set(answers) == {Voted(1, 0, 1)}
    (shown,) = (await read(ctx)).comments
    assert shown.up == 1


async def test_twenty_devices_at_once_are_all_counted(ctx: Context, both: Comment) -> None:
    await asyncio.gather(*(vote(ctx, both, device=n) for n in range(20)))
    (shown,) = (await read(ctx)).comments
    assert shown.up == 20


async def test_a_second_device_at_an_address_waits_for_the_next_day(
    ctx: Context, both: Comment
) -> None:
    await vote_on_comment(ctx, both.id, 1, reader(), now=NOW)
    with pytest.raises(Conflict, match="from your network today"):
        await vote_on_comment(ctx, both.id, 1, reader(OTHER), now=NOW)
    (shown,) = (await read(ctx)).comments
    assert shown.up == 1
    other = await write(ctx, "Another one")
    assert await vote_on_comment(ctx, other.id, 1, reader(OTHER), now=NOW) == Voted(1, 0, 1)
    tomorrow = NOW + DAY
    assert await vote_on_comment(ctx, both.id, 1, reader(OTHER), now=tomorrow) == Voted(2, 0, 1)


async def test_one_customer_of_ipv6_is_one_address(ctx: Context, both: Comment) -> None:
    await vote_on_comment(ctx, both.id, 1, reader(address="2001:db8:1:2::1"), now=NOW)
    with pytest.raises(Conflict):
        await vote_on_comment(ctx, both.id, 1, reader(OTHER, "2001:db8:1:2:ffff::9"), now=NOW)


async def test_ones_own_vote_can_be_changed_from_any_address(ctx: Context, both: Comment) -> None:
    await vote(ctx, both, device=1)
    await vote_on_comment(ctx, both.id, 1, reader(), now=NOW)
    away = reader(address="192.0.2.1")
    assert await vote_on_comment(ctx, both.id, -1, away, now=NOW) == Voted(1, 1, -1)
    assert await vote_on_comment(ctx, both.id, 0, away, now=NOW) == Voted(1, 0, 0)


async def test_nobody_votes_on_what_is_their_own(ctx: Context, open_site: Site) -> None:
    mine = await write(ctx, visitor_token=TOKEN)
    with pytest.raises(Forbidden, match="your own"):
        await vote_on_comment(ctx, mine.id, 1, reader(), now=NOW)
    assert (await vote_on_comment(ctx, mine.id, 1, reader(OTHER), now=NOW)).up == 1


async def test_a_site_takes_the_votes_that_it_wants(ctx: Context, open_site: Site) -> None:
    comment = await write(ctx)
    assert (await read(ctx)).site.votes == "up"
    with pytest.raises(Forbidden, match="no votes against"):
        await vote(ctx, comment, -1)
    await allow(ctx, open_site, votes="off")
    for value in (-1, 0, 1):
        with pytest.raises(Forbidden, match="no votes on this site"):
            await vote(ctx, comment, value)
    assert (await read(ctx)).site.votes == "off"


@pytest.mark.parametrize("act", [Act.HOLD, Act.SPAM, Act.REMOVE])
async def test_only_what_is_public_can_be_voted_on(
    ctx: Context, open_site: Site, owner: Member, act: Act
) -> None:
    comment = await write(ctx)
    await decide(ctx, owner, act, comment)
    for number in (comment.id, comment.id + 1):
        with pytest.raises(NotFound):
            await vote_on_comment(ctx, number, 1, reader(), now=NOW)


async def test_a_vote_from_elsewhere_or_of_nobody_is_refused(ctx: Context, open_site: Site) -> None:
    comment = await write(ctx)
    with pytest.raises(UnknownOrigin):
        await vote_on_comment(ctx, comment.id, 1, reader(origin="https://evil.example"), now=NOW)
    with pytest.raises(Invalid, match="visitor_token"):
        await vote_on_comment(ctx, comment.id, 1, reader("short"), now=NOW)
    assert (await read(ctx)).comments[0].up == 0


async def test_a_vote_never_brings_back_what_was_hidden_and_does_not_count_as_an_edit(
    ctx: Context, both: Comment
) -> None:
    sql = "SELECT version, shown_version, edited_at FROM comment WHERE id = :id"
    before = await ctx.store.fetch_one(sql, {"id": both.id})
    await vote(ctx, both)
    assert await ctx.store.fetch_one(sql, {"id": both.id}) == before


async def test_what_is_stored_says_nothing_of_who_or_where_and_forgets_the_address(
    ctx: Context, both: Comment
) -> None:
    other = await write(ctx, "Another one")
    for comment in (both, other):
        await vote_on_comment(ctx, comment.id, 1, reader(), now=NOW)
    rows = await ctx.store.fetch_all("SELECT voter, address FROM vote")
    assert len({voter for voter, _ in rows}) == 2, "one's votes cannot be put together"
    assert not {TOKEN, "192.0.2.77"} & {value for row in rows for value in row}
    await tidy_up(ctx, now=NOW + REMEMBERED)
    assert None not in {
        row[1] for row in await ctx.store.fetch_all("SELECT voter, address FROM vote")
    }
    await tidy_up(ctx, now=NOW + REMEMBERED + 1)
    assert await ctx.store.fetch_all("SELECT DISTINCT address FROM vote") == [(None,)]
    assert (await vote_on_comment(ctx, both.id, 0, reader(), now=NOW)).up == 0


async def test_taking_a_comment_back_takes_its_votes(
    ctx: Context, both: Comment, owner: Member
) -> None:
    await vote(ctx, both)
    await decide(ctx, owner, Act.REMOVE, both)
    await tidy_up(ctx, now=NOW + 31 * DAY)
    assert await ctx.store.fetch_all("SELECT * FROM vote") == []
    rows = await ctx.store.fetch_all("SELECT status, up, points FROM comment")
    assert rows == [(Status.REMOVED, 0, 0)]
