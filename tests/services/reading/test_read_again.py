"""A query that was answered before is answered anew without asking again what it means."""

from __future__ import annotations

import pytest

from afterword.core.errors import UnknownOrigin
from afterword.core.model import Policy, Site
from afterword.core.page_key import PageClaim
from afterword.core.thread import Cursor
from afterword.services.context import Context
from afterword.services.reading.read_thread import ThreadQuery, plan_of, read_again, read_thread
from afterword.services.sites.manage_sites import edit_site
from afterword.services.thread_plans import LONGEST, MOST, ThreadPlans
from afterword.storage import small_threads
from tests.services.builders import NOW, ORIGIN, POST, write

RAW = b"url=the-post"
QUERY = ThreadQuery(PageClaim(POST))


async def afresh(ctx: Context) -> bytes:
    """The answer of a process that was never asked."""
    ctx.cache.clear()
    entry = await read_thread(ctx, b"another name of it", QUERY, now=NOW)
    return entry.etag + entry.identity


async def again(ctx: Context) -> bytes:
    """The answer to the same query once more."""
    plan = plan_of(ctx, RAW)
    assert plan
    entry = await read_again(ctx, RAW, plan)
    return entry.etag + entry.identity


async def test_it_is_the_answer_that_would_be_given_to_a_new_query(
    ctx: Context, open_site: Site
) -> None:
    assert plan_of(ctx, RAW) is None
    await read_thread(ctx, RAW, QUERY, now=NOW)
    assert await again(ctx) == await afresh(ctx)
    for _ in range(2):
        await write(ctx)
        assert await again(ctx) == await afresh(ctx)
    assert len(ctx.plans) == 2


async def test_a_thread_read_whole_is_the_same_as_one_read_in_slices(
    ctx: Context, open_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        await write(ctx, f"Comment {number}")
    await read_thread(ctx, RAW, QUERY, now=NOW)
    whole = await again(ctx)
    monkeypatch.setattr(small_threads, "MOST", 2)
    ctx.cache.clear()
    assert await again(ctx) == whole


async def test_a_changed_site_is_asked_what_the_query_means(ctx: Context, open_site: Site) -> None:
    await read_thread(ctx, RAW, QUERY, now=NOW)
    other = Policy(max_length=99)
    await edit_site(ctx.store, open_site, name="blog", origins=[ORIGIN], policy=other, now=NOW)
    await ctx.sites.refresh(ctx.store)
    assert plan_of(ctx, RAW) is None
    assert b'"max_length":99' in (await read_thread(ctx, RAW, QUERY, now=NOW)).identity
    await again(ctx)
    await ctx.sites.refresh(ctx.store)
    await again(ctx)


async def test_plans_of_a_site_in_one_language_share_what_does_not_depend_on_the_page(
    ctx: Context, open_site: Site
) -> None:
    frames: dict[object, set[int]] = {}
    further = Cursor(created_at=1, id=1).encode()
    for lang, after in (("en", None), ("de", None), ("en", further)):
        for page in (POST, f"{POST}-again"):
            await ctx.sites.refresh(ctx.store)
            query = ThreadQuery(PageClaim(page), lang=lang, after=after)
            raw = f"{lang} {after} {page}".encode()
            await read_thread(ctx, raw, query, now=NOW)
            plan = plan_of(ctx, raw)
            assert plan
            assert plan.site is ctx.sites.by_id(open_site.id)
            frames.setdefault((lang, after), set()).add(id(plan.frame))
    assert [len(each) for each in frames.values()] == [1, 1, 1]
    assert len(set.union(*frames.values())) == 3


async def test_what_is_refused_is_not_kept(ctx: Context, open_site: Site) -> None:
    with pytest.raises(UnknownOrigin):
        await read_thread(ctx, RAW, ThreadQuery(PageClaim("https://else.example/")), now=NOW)
    assert plan_of(ctx, RAW) is None


async def test_plans_are_bounded(ctx: Context, open_site: Site) -> None:
    await read_thread(ctx, RAW, QUERY, now=NOW)
    plan = plan_of(ctx, RAW)
    assert plan
    plans = ThreadPlans()
    plans.keep(b"x" * (LONGEST + 1), plan)
    assert len(plans) == 0
    for number in range(MOST):
        plans.keep(b"%d" % number, plan)
    assert plans.get(b"0", plan.frame.revision) is plan
    plans.keep(b"one more", plan)
    assert len(plans) == MOST
    assert plans.get(b"1", plan.frame.revision) is None, "the one that was longest unused"
    assert plans.get(b"0", plan.frame.revision) is plan
