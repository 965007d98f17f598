"""A device has one reaction to a page, an address one a day, and the page needs no comment for it."""

from __future__ import annotations

import asyncio

import pytest

from afterword.core.errors import Conflict, Forbidden, Invalid, UnknownOrigin
from afterword.core.model import Hold, Policy, Site
from afterword.core.page_key import PageClaim
from afterword.services.context import Context
from afterword.services.readers.reader import Reader
from afterword.services.running.housekeeping import REMEMBERED, tidy_up
from afterword.services.sites.manage_sites import add_site, edit_site
from afterword.services.writing.react_to_page import Reacted, Reaction, react_to_page
from tests.services.builders import DAY, NOW, ORIGIN, POST, read, submit

POLICY = Policy(hold=Hold.NONE, reactions=("👍", "❤️", "hm"))
CLAIM = PageClaim(POST, title="<b>A title that nobody wrote under</b>")


@pytest.fixture
async def lively(ctx: Context) -> Site:
    """A site with three reactions."""
    site = await add_site(ctx.store, "blog", [ORIGIN], POLICY, NOW)
    await ctx.sites.refresh(ctx.store)
    return site


async def react(
    ctx: Context,
    chosen: str | None,
    device: int = 0,
    *,
    address: str | None = None,
    claim: PageClaim = CLAIM,
    origin: str | None = ORIGIN,
    now: int = NOW,
) -> Reacted:
    reader = Reader(f"device-{device:020}", address or f"192.0.2.{device}", origin)
    return await react_to_page(ctx, Reaction(claim, None, chosen, reader), now=now)


async def shown(ctx: Context) -> list[tuple[str, int]]:
    return [(each.reaction, each.count) for each in (await read(ctx)).page.reactions]


async def test_the_first_reaction_opens_the_page_and_names_it_not(
    ctx: Context, lively: Site
) -> None:
    assert await shown(ctx) == [("👍", 0), ("❤️", 0), ("hm", 0)]
    assert await react(ctx, None) == Reacted({}, POLICY, None)
    assert (await read(ctx)).page.id is None
    assert await react(ctx, "❤️") == Reacted({"❤️": 1}, POLICY, "❤️")
    assert await shown(ctx) == [("👍", 0), ("❤️", 1), ("hm", 0)]
    page = (await read(ctx)).page
    assert (page.title, page.url) == (None, POST)
    await submit(ctx, "The first comment", claim=PageClaim(POST, title="Its own title"))
    thread = await read(ctx)
    assert (thread.page.title, thread.count) == ("Its own title", 1)
    assert await shown(ctx) == [("👍", 0), ("❤️", 1), ("hm", 0)]


async def test_choosing_another_moves_it_and_none_takes_it_back(ctx: Context, lively: Site) -> None:
    await react(ctx, "👍", 1)
    await react(ctx, "👍", 2)
    assert (await react(ctx, "hm", 2)).counts == {"👍": 1, "hm": 1}
    assert (await react(ctx, "hm", 2)).counts == {"👍": 1, "hm": 1}
    version = (await read(ctx)).version
    assert (await react(ctx, "hm", 2)).mine == "hm"
    assert (await read(ctx)).version == version
    assert (await react(ctx, None, 2)).counts == {"👍": 1}
    assert (await react(ctx, None, 3)).counts == {"👍": 1}


async def test_many_at_once_are_counted_once_each(ctx: Context, lively: Site) -> None:
    await asyncio.gather(*(react(ctx, "👍", n % 5) for n in range(25)))
    assert await shown(ctx) == [("👍", 5), ("❤️", 0), ("hm", 0)]


async def test_a_second_device_at_an_address_waits_for_the_next_day(
    ctx: Context, lively: Site
) -> None:
    await react(ctx, "👍", 1, address="192.0.2.77")
    with pytest.raises(Conflict, match="from your network today"):
        await react(ctx, "👍", 2, address="192.0.2.77")
    assert (await react(ctx, "hm", 1, address="192.0.2.77")).counts == {"hm": 1}
    later = await react(ctx, "👍", 2, address="192.0.2.77", now=NOW + DAY)
    assert later.counts == {"👍": 1, "hm": 1}


async def test_only_what_the_site_offers_can_be_chosen(ctx: Context, lively: Site) -> None:
    for chosen in ("👎", "", "x" * 10_000):
        with pytest.raises(Invalid, match="The reactions here are 👍, ❤️, hm"):
            await react(ctx, chosen)
    with pytest.raises(UnknownOrigin):
        await react(ctx, "👍", origin="https://evil.example")
    with pytest.raises(UnknownOrigin):
        await react(ctx, "👍", claim=PageClaim("https://evil.example/"))
    assert (await read(ctx)).page.id is None


async def test_a_site_may_have_none_and_what_it_drops_is_not_shown(
    ctx: Context, lively: Site
) -> None:
    await react(ctx, "👍")
    for left, expected in (
        (("hm",), [("hm", 0)]),
        ((), []),
        (("hm", "👍"), [("hm", 0), ("👍", 1)]),
    ):
        policy = Policy(hold=Hold.NONE, reactions=left)
        await edit_site(ctx.store, lively, name="blog", origins=[ORIGIN], policy=policy, now=NOW)
        await ctx.sites.refresh(ctx.store)
        assert await shown(ctx) == expected
        if not left:
            with pytest.raises(Forbidden, match="no reactions on this site"):
                await react(ctx, "👍")


async def test_what_is_stored_forgets_the_address(ctx: Context, lively: Site) -> None:
    await react(ctx, "👍", 5)
    ((voter, address),) = await ctx.store.fetch_all("SELECT voter, address FROM reaction")
    assert "device" not in voter
    assert address != "192.0.2.5"
    await tidy_up(ctx, now=NOW + REMEMBERED + 1)
    assert await ctx.store.fetch_all("SELECT address FROM reaction") == [(None,)]
    assert (await react(ctx, None, 5)).counts == {}
