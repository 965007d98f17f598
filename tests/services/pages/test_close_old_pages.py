"""A page older than its site lets it be is closed at that moment, and soon looks closed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from afterword.core.errors import Forbidden
from afterword.core.model import Member, Page, Site
from afterword.services.context import Context
from afterword.services.pages.change_page import open_page
from afterword.services.pages.close_old_pages import BATCH, CLOSE_BY_AGE
from afterword.services.running.housekeeping import tidy_up
from afterword.services.sites.manage_sites import edit_site
from afterword.storage import audit, pages
from tests.services.builders import DAY, NOW, ORIGIN, read, write

DAYS = 14
OVER = NOW + DAYS * DAY


async def close_after(ctx: Context, site: Site, days: int) -> None:
    policy = replace(site.policy, close_after=days)
    await edit_site(ctx.store, site, name=site.name, origins=site.origins, policy=policy, now=NOW)
    await ctx.sites.refresh(ctx.store)


async def takes_comments(ctx: Context, now: int) -> bool:
    try:
        await write(ctx, now=now)
    except Forbidden as refused:
        return refused.code != "closed"
    return True


async def test_its_last_moment_is_exact_whatever_readers_see_still(
    ctx: Context, open_site: Site
) -> None:
    await close_after(ctx, open_site, DAYS)
    await write(ctx)
    assert await takes_comments(ctx, OVER)
    assert not await takes_comments(ctx, OVER + 1)
    assert not (await read(ctx)).page.closed


async def test_old_pages_are_closed_for_readers_and_noted_once(
    ctx: Context, open_site: Site
) -> None:
    await close_after(ctx, open_site, DAYS)
    old, other = await write(ctx), await write(ctx, url=f"{ORIGIN}/other")
    await write(ctx, url=f"{ORIGIN}/new", now=NOW + DAY)
    await tidy_up(ctx, now=OVER)
    assert not (await read(ctx)).page.closed
    before = (await read(ctx)).version
    for _ in range(2):
        await tidy_up(ctx, now=OVER + 1)
    after = await read(ctx)
    assert after.page.closed
    assert after.version == before + 1
    assert not (await read(ctx, f"{ORIGIN}/new")).page.closed
    noted = await audit.recent(ctx.store, limit=9)
    (entry,) = [each for each in noted if each.act == CLOSE_BY_AGE]
    assert (entry.member_id, entry.site_id) == (None, open_site.id)
    assert entry.subject == (old.page_id, other.page_id)


async def test_where_pages_stay_open_none_is_closed(ctx: Context, open_site: Site) -> None:
    await write(ctx)
    await tidy_up(ctx, now=NOW + 9_000 * DAY)
    assert not (await read(ctx)).page.closed
    assert await takes_comments(ctx, NOW + 9_000 * DAY)


async def test_the_days_of_a_page_count_from_when_it_was_opened_by_hand(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    await close_after(ctx, open_site, DAYS)
    comment = await write(ctx)
    await tidy_up(ctx, now=OVER + 1)
    await open_page(ctx, owner, comment.page_id, now=OVER + 2)
    assert await takes_comments(ctx, OVER + 2)
    await tidy_up(ctx, now=OVER + 2)
    assert not (await read(ctx)).page.closed
    assert await takes_comments(ctx, OVER + 2 + DAYS * DAY)
    assert not await takes_comments(ctx, OVER + 3 + DAYS * DAY)
    await tidy_up(ctx, now=OVER + 3 + DAYS * DAY)
    assert (await read(ctx)).page.closed


@pytest.mark.parametrize("more", [0, 3])
async def test_many_old_pages_are_closed_in_one_go(
    ctx: Context, open_site: Site, more: int
) -> None:
    await close_after(ctx, open_site, DAYS)
    made: list[Page] = []
    async with ctx.store.write() as db:
        for at in range(BATCH + more):
            url = f"{ORIGIN}/{at}"
            made.append(await pages.open_page(db, open_site.id, [url], url, "", NOW))
    await tidy_up(ctx, now=OVER + 1)
    found = await pages.get_many(ctx.store, [page.id for page in made])
    assert all(page.closed for page in found.values())
