"""A site moves to another host as a whole: nothing is lost, old addresses stay, and undo gives all back."""

from __future__ import annotations

import pytest
import pytest_asyncio

from afterword.core.errors import Conflict, Forbidden, Invalid, NotFound
from afterword.core.host_move import HostMove, parse_host_move
from afterword.core.model import Member, Role, Site
from afterword.core.page_key import PageClaim
from afterword.services.audit.undo_act import put_back, undo
from afterword.services.context import Context
from afterword.services.pages.move_pages import rename_page
from afterword.services.reading.find_permalink import find_permalink
from afterword.services.running.housekeeping import tidy_up
from afterword.services.sites.manage_sites import add_site
from afterword.services.sites.rename_host import plan_host_move, rename_host
from afterword.storage import audit, host_moves
from afterword.storage.store import WriteDb
from tests.services.builders import NOW, ORIGIN, add, bodies, read, submit

NEW = "https://new.example.com"
MOVE = parse_host_move(ORIGIN, NEW)
PATHS = ("/", "/weir", "/notes/gauge", "/ünï")


async def dump(ctx: Context) -> list[tuple[object, ...]]:
    """Every address, what it leads to and as what that is shown; and the origins."""
    keys = await ctx.store.fetch_all(
        "SELECT k.key, k.page_id, p.url FROM page_key AS k JOIN page AS p ON p.id = k.page_id"
    )
    origins = await ctx.store.fetch_all("SELECT origin FROM site_origin")
    return sorted(tuple(row) for row in [*keys, *origins])


@pytest_asyncio.fixture
async def threads(ctx: Context, open_site: Site) -> dict[str, int]:
    """A comment on each of a few pages."""
    return {path: (await submit(ctx, f"At {path}", url=ORIGIN + path)).comment.id for path in PATHS}


async def other_site_writes(ctx: Context, path: str, body: str) -> int:
    """Somebody writes at the new host before the site has moved there."""
    site = next(iter(ctx.sites))
    async with ctx.store.write() as db:
        await db.execute(
            "INSERT INTO site_origin (origin, site_id) VALUES (:origin, :site)",
            {"origin": NEW, "site": site.id},
        )
    await ctx.sites.refresh(ctx.store)
    return (await submit(ctx, body, url=NEW + path, origin=NEW)).comment.id


async def test_every_page_is_at_its_new_address_and_at_its_old_one(
    ctx: Context, owner: Member, threads: dict[str, int]
) -> None:
    before = await dump(ctx)
    site = next(iter(ctx.sites))
    plan = await plan_host_move(ctx, owner, site.id, MOVE)
    assert (plan.renamed, plan.meeting, await dump(ctx)) == (4, 0, before)
    act, done = await rename_host(ctx, owner, site.id, MOVE, merge=False, now=NOW)
    assert act is not None and done.renamed == 4
    for path, comment in threads.items():
        old, new = await read(ctx, ORIGIN + path), await read(ctx, NEW + path)
        assert old.page == new.page and bodies(new) == [f"At {path}"]
        assert new.page.url.startswith(NEW)
        assert await find_permalink(ctx, comment) == f"{new.page.url}#comment-{comment}"
    assert NEW in next(iter(ctx.sites)).origins and ORIGIN in next(iter(ctx.sites)).origins
    again, _ = await rename_host(ctx, owner, site.id, MOVE, merge=False, now=NOW)
    assert again is None
    await undo(ctx, owner, act, now=NOW)
    assert await dump(ctx) == before
    assert (await read(ctx, f"{ORIGIN}/weir")).page.url == f"{ORIGIN}/weir"


async def test_a_host_becomes_a_path_and_the_front_page_too(
    ctx: Context, owner: Member, threads: dict[str, int]
) -> None:
    site = next(iter(ctx.sites))
    before = await dump(ctx)
    move = parse_host_move(ORIGIN, "https://example.com/blog")
    act, _ = await rename_host(ctx, owner, site.id, move, merge=False, now=NOW)
    assert act is not None
    for path in PATHS:
        for url in (
            f"https://example.com/blog{path}",
            f"https://www.example.com/blog{path}?utm_source=x",
        ):
            assert bodies(await read(ctx, url)) == [f"At {path}"]
    assert bodies(await read(ctx, "https://example.com/blog")) == ["At /"]
    await undo(ctx, owner, act, now=NOW)
    assert await dump(ctx) == before


async def test_another_scheme_changes_what_is_shown_and_no_key(
    ctx: Context, owner: Member, threads: dict[str, int]
) -> None:
    site = next(iter(ctx.sites))
    before = await dump(ctx)
    plain = ORIGIN.replace("https", "http")
    act, _ = await rename_host(
        ctx, owner, site.id, parse_host_move(ORIGIN, plain), merge=False, now=NOW
    )
    assert act is not None
    assert (await read(ctx, f"{ORIGIN}/weir")).page.url == f"{plain}/weir"
    await undo(ctx, owner, act, now=NOW)
    assert await dump(ctx) == before


async def test_a_page_that_meets_another_stays_unless_they_are_merged(
    ctx: Context, owner: Member, threads: dict[str, int]
) -> None:
    met = await other_site_writes(ctx, "/weir", "Already here")
    site = next(iter(ctx.sites))
    before = await dump(ctx)
    plan = await plan_host_move(ctx, owner, site.id, MOVE)
    assert (plan.renamed, plan.meeting) == (3, 1)
    assert [(page.url, onto.url) for page, onto in plan.merges] == [
        (f"{ORIGIN}/weir", f"{NEW}/weir")
    ]
    skipped, _ = await rename_host(ctx, owner, site.id, MOVE, merge=False, now=NOW)
    assert bodies(await read(ctx, f"{ORIGIN}/weir")) == ["At /weir"]
    assert bodies(await read(ctx, f"{NEW}/weir")) == ["Already here"]
    assert bodies(await read(ctx, f"{NEW}/notes/gauge")) == ["At /notes/gauge"]
    merged, _ = await rename_host(ctx, owner, site.id, MOVE, merge=True, now=NOW)
    assert skipped is not None and merged is not None
    for url in (ORIGIN, NEW):
        assert sorted(bodies(await read(ctx, f"{url}/weir"))) == ["Already here", "At /weir"]
    for comment in (met, threads["/weir"]):
        assert await find_permalink(ctx, comment) == f"{NEW}/weir#comment-{comment}"
    await undo(ctx, owner, merged, now=NOW)
    await undo(ctx, owner, skipped, now=NOW)
    assert await dump(ctx) == before


async def test_undo_leaves_what_was_changed_since(
    ctx: Context, owner: Member, threads: dict[str, int]
) -> None:
    site = next(iter(ctx.sites))
    act, _ = await rename_host(ctx, owner, site.id, MOVE, merge=False, now=NOW)
    page = (await read(ctx, f"{NEW}/weir")).page.id
    assert act is not None and page is not None
    await rename_page(ctx, owner, page, url=f"{NEW}/own", title="", now=NOW)
    await submit(ctx, "Written since", url=f"{NEW}/notes/gauge", origin=NEW)
    await undo(ctx, owner, act, now=NOW)
    assert (await read(ctx, f"{ORIGIN}/weir")).page.url == f"{NEW}/own"
    gauge = await read(ctx, f"{ORIGIN}/notes/gauge")
    assert (gauge.page.url, len(gauge.comments)) == (f"{ORIGIN}/notes/gauge", 2)
    assert NEW in next(iter(ctx.sites)).origins, "a page is shown there"


async def test_an_address_learnt_at_the_old_host_is_known_at_the_new_one(
    ctx: Context, owner: Member, threads: dict[str, int]
) -> None:
    claim = PageClaim(f"{ORIGIN}/amp/weir", canonical=f"{ORIGIN}/weir")
    await submit(ctx, "By AMP", claim=claim)
    site = next(iter(ctx.sites))
    await rename_host(ctx, owner, site.id, MOVE, merge=False, now=NOW)
    assert bodies(await read(ctx, f"{NEW}/amp/weir")) == ["At /weir", "By AMP"]


async def test_what_cannot_be_done_changes_nothing(
    ctx: Context, owner: Member, threads: dict[str, int]
) -> None:
    site = next(iter(ctx.sites))
    await add_site(ctx.store, "other", [NEW], site.policy, NOW)
    await ctx.sites.refresh(ctx.store)
    before = await dump(ctx)
    with pytest.raises(Conflict, match="other"):
        await rename_host(ctx, owner, site.id, MOVE, merge=False, now=NOW)
    strange = parse_host_move("https://strange.example", "https://b.example")
    with pytest.raises(Invalid, match=r"blog\.example\.org"):
        await rename_host(ctx, owner, site.id, strange, merge=False, now=NOW)
    move = parse_host_move(ORIGIN, "https://b.example")
    with pytest.raises(Conflict, match="since you looked"):
        await rename_host(ctx, owner, site.id, move, merge=False, digest="old", now=NOW)
    assert await dump(ctx) == before


async def test_only_owners_of_the_site_may(ctx: Context, owner: Member, open_site: Site) -> None:
    moderator = await add(ctx, Role.MODERATOR)
    elsewhere = await add_site(ctx.store, "other", ["https://o.example"], open_site.policy, NOW)
    await ctx.sites.refresh(ctx.store)
    stranger = await add(ctx, Role.OWNER, elsewhere)
    for member, refusal in ((moderator, Forbidden), (stranger, NotFound)):
        with pytest.raises(refusal):
            await plan_host_move(ctx, member, open_site.id, MOVE)
        with pytest.raises(refusal):
            await rename_host(ctx, member, open_site.id, MOVE, merge=False, now=NOW)
    act, _ = await rename_host(ctx, owner, open_site.id, MOVE, merge=False, now=NOW)
    assert act is not None
    with pytest.raises(Forbidden):
        await undo(ctx, moderator, act, now=NOW)


async def test_an_undo_that_was_interrupted_is_finished_by_the_housekeeping(
    ctx: Context, owner: Member, threads: dict[str, int]
) -> None:
    site = next(iter(ctx.sites))
    before = await dump(ctx)
    act, _ = await rename_host(ctx, owner, site.id, MOVE, merge=False, now=NOW)
    assert act is not None
    async with ctx.store.write() as db:
        await put_back(db, owner, act, NOW)
    assert await dump(ctx) != before
    await tidy_up(ctx, now=NOW)
    assert await dump(ctx) == before


async def test_a_move_that_was_interrupted_goes_on(
    ctx: Context, owner: Member, threads: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    site = next(iter(ctx.sites))
    before = await dump(ctx)
    monkeypatch.setattr(host_moves, "PART", 2)
    whole = host_moves.carry_out

    async def breaks(
        db: WriteDb, site_id: int, move: HostMove, act: int, after: int, now: int
    ) -> None:
        if after:
            raise InterruptedError
        await whole(db, site_id, move, act, after, now)

    monkeypatch.setattr(host_moves, "carry_out", breaks)
    with pytest.raises(InterruptedError):
        await rename_host(ctx, owner, site.id, MOVE, merge=False, now=NOW)
    half = await dump(ctx)
    monkeypatch.setattr(host_moves, "carry_out", whole)
    second, plan = await rename_host(ctx, owner, site.id, MOVE, merge=False, now=NOW)
    assert before != half and second is not None and plan.renamed == 2
    await ctx.sites.refresh(ctx.store)
    assert bodies(await read(ctx, f"{NEW}/weir")) == ["At /weir"]
    entries = await audit.recent(ctx.store, limit=10)
    for entry in [each for each in entries if each.act == "rename_host"]:
        await undo(ctx, owner, entry.id, now=NOW)
    assert await dump(ctx) == before
