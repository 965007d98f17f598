"""Surge mode begins with a flood, tightens, tells once and ends; by hand, it is as somebody wants it."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

import pytest

from afterword.core.errors import Forbidden, NotFound
from afterword.core.model import Member, Policy, Role, Site
from afterword.core.surge import LEAST, MINUTE, REST, Tide
from afterword.services.context import Context
from afterword.services.moderating.switch_surge import see_surges, switch_surge
from afterword.services.moderating.watch_surge import count_comment, watch_surges
from afterword.services.sites.manage_sites import add_site
from afterword.storage import audit, surges
from tests.services.builders import NOW, add

FLOOD = int(LEAST) + 5


@pytest.fixture
async def site(ctx: Context, site: Site) -> Site:
    """It watches for floods."""
    return replace(site, policy=replace(site.policy, surge_guard=True))


async def _count(ctx: Context, site: Site, now: int = NOW, *, published: bool = False) -> Tide:
    async with ctx.store.write() as db:
        return await count_comment(db, site, published=published, now=now)


async def _flood(ctx: Context, site: Site, now: int = NOW) -> Tide:
    for _ in range(FLOOD):
        tide = await _count(ctx, site, now)
    return tide


async def _acts(ctx: Context) -> list[tuple[str, int | None, int | None]]:
    entries = await audit.recent(ctx.store, limit=50)
    return [
        (each.act, each.site_id, each.member_id)
        for each in reversed(entries)
        if each.act != "add_site"
    ]


async def test_a_flood_begins_a_surge_that_ends_by_itself_and_is_told_once(
    ctx: Context, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    assert (await _flood(ctx, site)).began_at == NOW
    with caplog.at_level(logging.WARNING, "afterword"):
        for minute in range(40):
            await watch_surges(ctx, now=NOW + minute * MINUTE)
    assert not (await surges.get(ctx.store, site.id)).is_surge
    assert await _acts(ctx) == [("surge_begin", site.id, None), ("surge_end", site.id, None)]
    told = [each.getMessage() for each in caplog.records if "flood" in each.getMessage()]
    assert len(told) == 1
    assert "blog" in told[0]


async def test_comments_counted_at_the_same_moment_are_all_counted(
    ctx: Context, site: Site
) -> None:
    await asyncio.gather(*(_count(ctx, site) for _ in range(FLOOD)))
    tide = await surges.get(ctx.store, site.id)
    assert tide.recent == FLOOD
    assert (await _acts(ctx)).count(("surge_begin", site.id, None)) == 1


async def test_of_several_processes_one_tells_and_one_ends_it(
    ctx: Context, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await _flood(ctx, site)
    with caplog.at_level(logging.WARNING, "afterword"):
        await asyncio.gather(*(watch_surges(ctx, now=NOW) for _ in range(3)))
    assert len([each for each in caplog.records if "flood" in each.getMessage()]) == 1
    await asyncio.gather(*(watch_surges(ctx, now=NOW + 60 * MINUTE) for _ in range(3)))
    assert (await _acts(ctx)).count(("surge_end", site.id, None)) == 1


async def test_a_site_that_wants_no_guard_has_no_surge(ctx: Context, site: Site) -> None:
    off = replace(site, policy=replace(site.policy, surge_guard=False))
    assert not (await _flood(ctx, off)).is_surge


async def test_a_surge_of_one_site_is_none_of_another(ctx: Context, site: Site) -> None:
    other = await add_site(ctx.store, "other", ["https://o.example.org"], Policy(), NOW)
    await _flood(ctx, site)
    assert list(await surges.in_surge(ctx.store)) == [site.id]
    assert not (await surges.get(ctx.store, other.id)).is_surge


async def test_a_moderator_turns_it_on_and_it_stays_until_one_turns_it_off(
    ctx: Context, site: Site
) -> None:
    moderator = await add(ctx, Role.MODERATOR, site)
    on = await switch_surge(ctx, moderator, site.id, on=True, now=NOW)
    again = await switch_surge(ctx, moderator, site.id, on=True, now=NOW + 1)
    assert on == again
    await watch_surges(ctx, now=NOW + 600 * MINUTE)
    assert (await surges.get(ctx.store, site.id)).is_surge
    off = await switch_surge(ctx, moderator, site.id, on=False, now=NOW + 600 * MINUTE)
    assert not off.is_surge
    assert await _acts(ctx) == [
        ("surge_begin", site.id, moderator.id),
        ("surge_end", site.id, moderator.id),
    ]


async def test_one_that_began_by_itself_is_kept_on_by_hand(
    ctx: Context, site: Site, owner: Member
) -> None:
    await _flood(ctx, site)
    await switch_surge(ctx, owner, site.id, on=True, now=NOW)
    await watch_surges(ctx, now=NOW + 60 * MINUTE)
    assert (await surges.get(ctx.store, site.id)).is_surge


async def test_after_an_end_by_hand_none_begins_for_an_hour(
    ctx: Context, site: Site, owner: Member
) -> None:
    await _flood(ctx, site)
    await switch_surge(ctx, owner, site.id, on=False, now=NOW)
    assert not (await _flood(ctx, site, NOW + REST - 1)).is_surge
    assert (await _flood(ctx, site, NOW + REST)).is_surge


async def test_a_viewer_and_a_stranger_turn_nothing(ctx: Context, site: Site) -> None:
    other = await add_site(ctx.store, "other", ["https://o.example.org"], Policy(), NOW)
    await ctx.sites.refresh(ctx.store)
    viewer = await add(ctx, Role.VIEWER, site)
    stranger = await add(ctx, Role.OWNER, other)
    with pytest.raises(Forbidden):
        await switch_surge(ctx, viewer, site.id, on=True, now=NOW)
    with pytest.raises(NotFound):
        await switch_surge(ctx, stranger, site.id, on=True, now=NOW)
    assert await _acts(ctx) == []
    seen = await see_surges(ctx, viewer, now=NOW)
    assert [(each.name, tide.is_surge) for each, tide in seen] == [("blog", False)]


async def test_at_a_site_that_is_not_there_is_nothing_to_turn(ctx: Context, owner: Member) -> None:
    for on in (True, False):
        with pytest.raises(NotFound, match="no such site"):
            await switch_surge(ctx, owner, 999, on=on, now=NOW)


async def test_a_site_without_members_of_its_own_is_seen_by_owners_of_all(
    ctx: Context, site: Site, owner: Member
) -> None:
    await _flood(ctx, site)
    ((seen, tide),) = await see_surges(ctx, owner, now=NOW)
    assert (seen.name, tide.is_surge, tide.per_minute()) == ("blog", True, FLOOD / 5)
