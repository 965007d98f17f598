"""A rule is looked at first, then carried out in one act, which can be undone."""

from __future__ import annotations

import pytest

from afterword.core.errors import Conflict, Forbidden, Invalid, NotFound, UnknownOrigin
from afterword.core.model import Member, Policy, Role, Site
from afterword.core.move_rule import MoveRule, parse_rule
from afterword.services.audit.undo_act import undo
from afterword.services.context import Context
from afterword.services.pages import bulk_moves
from afterword.services.pages.bulk_moves import MovePlan, move_pages, plan_moves
from afterword.services.sites.manage_sites import add_site
from afterword.storage import audit
from tests.services.builders import NOW, ORIGIN, add, approved, bodies, read
from tests.services.moving import page_at, page_id, seen

RULE = parse_rule("/blog/*", "/articles/*")


def told(plan: MovePlan) -> list[tuple[str, str, str]]:
    """From, to and kind, without the origin."""
    return sorted(
        (each.page.url.removeprefix(ORIGIN), each.url.removeprefix(ORIGIN), each.kind)
        for each in plan.moves
    )


@pytest.fixture
async def blog(ctx: Context, site: Site, owner: Member) -> Site:
    """Three pages to move, one of which has a page at its new address, and two that stay."""
    for path in ("/blog/a", "/blog/b", "/blog/c", "/articles/b", "/about"):
        await approved(ctx, owner, path, url=f"{ORIGIN}{path}")
    return site


EVERY = [f"{ORIGIN}{path}" for path in ("/blog/a", "/blog/b", "/blog/c", "/articles/b", "/about")]


async def test_a_look_says_what_becomes_what_and_changes_nothing(
    ctx: Context, owner: Member, blog: Site
) -> None:
    before = await seen(ctx, *EVERY)
    plan = await plan_moves(ctx, owner, blog.id, RULE)
    assert told(plan) == [
        ("/blog/a", "/articles/a", "rename"),
        ("/blog/b", "/articles/b", "merge"),
        ("/blog/c", "/articles/c", "rename"),
    ]
    assert sorted(page.url for page in plan.others) == [f"{ORIGIN}/about", f"{ORIGIN}/articles/b"]
    assert (plan.other_count, plan.of("merge")) == (2, 1)
    assert await seen(ctx, *EVERY) == before
    assert await page_at(ctx, f"{ORIGIN}/articles/a") is None


@pytest.mark.parametrize("merge", [True, False])
async def test_it_is_carried_out_in_one_act_and_undone(
    ctx: Context, owner: Member, blog: Site, *, merge: bool
) -> None:
    before = await seen(ctx, *EVERY)
    digest = (await plan_moves(ctx, owner, blog.id, RULE)).digest
    acts = len(await audit.recent(ctx.store, limit=99))
    audit_id, _ = await move_pages(ctx, owner, blog.id, RULE, merge=merge, digest=digest, now=NOW)
    assert len(await audit.recent(ctx.store, limit=99)) == acts + 1
    for name in ("a", "c"):
        thread = await read(ctx, f"{ORIGIN}/articles/{name}")
        assert (bodies(thread), thread.page.url) == (
            [f"/blog/{name}"],
            f"{ORIGIN}/articles/{name}",
        )
        assert (await read(ctx, f"{ORIGIN}/blog/{name}")).page == thread.page
    joined = ["/blog/b", "/articles/b"] if merge else ["/articles/b"]
    assert bodies(await read(ctx, f"{ORIGIN}/articles/b")) == joined
    assert bodies(await read(ctx, f"{ORIGIN}/blog/b")) == (joined if merge else ["/blog/b"])
    assert audit_id is not None
    await undo(ctx, owner, audit_id, now=NOW)
    assert await seen(ctx, *EVERY) == before
    assert await page_at(ctx, f"{ORIGIN}/articles/a") is None


async def test_two_pages_that_become_one_address_are_merged(
    ctx: Context, site: Site, owner: Member
) -> None:
    await approved(ctx, owner, "One", url=f"{ORIGIN}/a.html")
    await approved(ctx, owner, "Two", url=f"{ORIGIN}/a.html/x", now=NOW + 1)
    rule = parse_rule("/a.html*", "/a/index.html?*")
    before = await seen(ctx, f"{ORIGIN}/a.html", f"{ORIGIN}/a.html/x")
    plan = await plan_moves(ctx, owner, site.id, rule)
    assert [each.kind for each in plan.moves] == ["rename", "merge"]
    audit_id, _ = await move_pages(ctx, owner, site.id, rule, merge=True, now=NOW)
    assert bodies(await read(ctx, f"{ORIGIN}/a")) == ["One", "Two"]
    assert audit_id is not None
    await undo(ctx, owner, audit_id, now=NOW)
    assert await seen(ctx, f"{ORIGIN}/a.html", f"{ORIGIN}/a.html/x") == before


async def test_nobody_is_merged_into_a_page_that_moves_too(
    ctx: Context, site: Site, owner: Member
) -> None:
    for path in ("/a/x", "/a/b/x"):
        await approved(ctx, owner, path, url=f"{ORIGIN}{path}")
    rule = parse_rule("/a/*", "/a/b/*")
    plan = await plan_moves(ctx, owner, site.id, rule)
    assert told(plan) == [
        ("/a/b/x", "/a/b/b/x", "rename"),
        ("/a/x", "/a/b/x", "blocked"),
    ]
    await move_pages(ctx, owner, site.id, rule, merge=True, now=NOW)
    assert bodies(await read(ctx, f"{ORIGIN}/a/x")) == ["/a/x"]
    assert bodies(await read(ctx, f"{ORIGIN}/a/b/b/x")) == ["/a/b/x"]


async def test_a_page_gets_back_an_address_that_it_had(
    ctx: Context, owner: Member, blog: Site
) -> None:
    await move_pages(ctx, owner, blog.id, RULE, merge=False, now=NOW)
    back = parse_rule("/articles/*", "/blog/*")
    plan = await plan_moves(ctx, owner, blog.id, back)
    assert told(plan) == [
        ("/articles/a", "/blog/a", "rename"),
        ("/articles/b", "/blog/b", "merge"),
        ("/articles/c", "/blog/c", "rename"),
    ]
    audit_id, _ = await move_pages(ctx, owner, blog.id, back, merge=False, now=NOW)
    assert (await read(ctx, f"{ORIGIN}/articles/a")).page.url == f"{ORIGIN}/blog/a"
    assert audit_id is not None
    await undo(ctx, owner, audit_id, now=NOW)
    assert await page_id(ctx, f"{ORIGIN}/blog/a") == await page_id(ctx, f"{ORIGIN}/articles/a")


async def test_what_has_changed_since_the_look_is_looked_at_again(
    ctx: Context, owner: Member, blog: Site
) -> None:
    digest = (await plan_moves(ctx, owner, blog.id, RULE)).digest
    await approved(ctx, owner, url=f"{ORIGIN}/articles/a")
    with pytest.raises(Conflict, match="look at the list again"):
        await move_pages(ctx, owner, blog.id, RULE, merge=True, digest=digest, now=NOW)


async def test_a_rule_that_is_about_nothing_does_nothing(
    ctx: Context, owner: Member, blog: Site
) -> None:
    rule = parse_rule("/none/*", "/x/*")
    audit_id, plan = await move_pages(ctx, owner, blog.id, rule, merge=True, now=NOW)
    assert (audit_id, plan.moves, plan.other_count) == (None, (), 5)
    odd = parse_rule("/%_g/*", "/x/*")
    assert (await plan_moves(ctx, owner, blog.id, odd)).moves == ()


async def test_a_rule_has_its_limits(
    ctx: Context, owner: Member, blog: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_moves, "MOST", 2)
    with pytest.raises(Invalid, match="narrower"):
        await plan_moves(ctx, owner, blog.id, RULE)
    foreign = MoveRule("/about", "https://evil.example/about")
    with pytest.raises(UnknownOrigin):
        await plan_moves(ctx, owner, blog.id, foreign)


async def test_only_owners_of_the_site_move_its_pages(
    ctx: Context, owner: Member, blog: Site
) -> None:
    other = await add_site(ctx.store, "other", ["https://other.example.org"], Policy(), NOW)
    await ctx.sites.refresh(ctx.store)
    refused = (
        (await add(ctx, Role.MODERATOR), Forbidden),
        (await add(ctx, Role.VIEWER, blog), Forbidden),
        (await add(ctx, Role.OWNER, other), NotFound),
    )
    for member, refusal in refused:
        with pytest.raises(refusal):
            await plan_moves(ctx, member, blog.id, RULE)
        with pytest.raises(refusal):
            await move_pages(ctx, member, blog.id, RULE, merge=True, now=NOW)
    audit_id, _ = await move_pages(ctx, owner, blog.id, RULE, merge=True, now=NOW)
    assert audit_id is not None
    for member, refusal in refused:
        with pytest.raises(refusal):
            await undo(ctx, member, audit_id, now=NOW)
    with pytest.raises(NotFound):
        await plan_moves(ctx, owner, 99, RULE)
