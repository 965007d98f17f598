"""Pages are renamed and split without losing a comment or an address, and back again."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from afterword.core.errors import Conflict, Forbidden, Invalid, NotFound, UnknownOrigin
from afterword.core.model import Member, Policy, Role, Site, Status
from afterword.services.audit.undo_act import find_act, undo
from afterword.services.context import Context
from afterword.services.pages.move_pages import rename_page, split_page
from afterword.services.reading.find_permalink import find_permalink
from afterword.services.sites.manage_sites import add_site
from afterword.storage import comments
from tests.services.builders import (
    NOW,
    ORIGIN,
    add,
    approved,
    bodies,
    read,
    submit,
)
from tests.services.ear import ear
from tests.services.moving import (
    NEW,
    OLD,
    THIRD,
    Two,
    merge,
    page_at,
    page_id,
    seen,
    undoable,
)


async def test_a_split_takes_a_comment_with_all_its_replies_to_a_new_page(
    ctx: Context, owner: Member, two: Two
) -> None:
    before = await seen(ctx, OLD, NEW, THIRD)
    async with ear(ctx, OLD) as reader:
        moved = await split_page(ctx, owner, [two.first.id], url=THIRD, title="Third", now=NOW)
        (event,) = await reader.heard()
        assert event.data == {"count": 1, "reload": True}
    third = await read(ctx, THIRD)
    assert (third.page.title, third.page.url, third.count) == ("Third", THIRD, 3)
    assert bodies(third) == ["First", "Reply", "Deeper"]
    assert bodies(await read(ctx, OLD)) == ["Second"]
    assert await find_permalink(ctx, two.deeper.id) == f"{THIRD}#comment-{two.deeper.id}"
    await undo(ctx, owner, undoable(moved), now=NOW)
    assert await seen(ctx, OLD, NEW, THIRD) == before
    assert await page_at(ctx, THIRD) is None


async def test_a_split_goes_to_a_page_that_is_there_and_back(
    ctx: Context, owner: Member, two: Two
) -> None:
    before = await seen(ctx, OLD, NEW)
    moved = await split_page(ctx, owner, [two.second.id, two.first.id], url=NEW, now=NOW)
    assert bodies(await read(ctx, NEW)) == ["First", "Reply", "Deeper", "Second", "Other"]
    assert ((await read(ctx, OLD)).count, (await read(ctx, NEW)).count) == (0, 5)
    await undo(ctx, owner, undoable(moved), now=NOW)
    assert await seen(ctx, OLD, NEW) == before


async def test_a_page_opened_for_a_split_stays_while_somebody_has_written_there(
    ctx: Context, owner: Member, two: Two
) -> None:
    moved = await split_page(ctx, owner, [two.second.id], url=THIRD, now=NOW)
    await approved(ctx, owner, "Own", url=THIRD, now=NOW)
    await undo(ctx, owner, undoable(moved), now=NOW)
    assert bodies(await read(ctx, THIRD)) == ["Own"]
    assert bodies(await read(ctx, OLD)) == ["First", "Reply", "Deeper", "Second"]


async def test_what_cannot_be_split_off_stays(ctx: Context, owner: Member, two: Two) -> None:
    before = await seen(ctx, OLD, NEW)
    for ids in ([two.reply.id], [two.first.id, two.reply.id], [], list(range(1, 202))):
        with pytest.raises(Invalid):
            await split_page(ctx, owner, ids, url=THIRD, now=NOW)
    for ids, url in (([two.first.id], OLD), ([two.first.id, two.other.id], THIRD)):
        with pytest.raises(Invalid):
            await split_page(ctx, owner, ids, url=url, now=NOW)
    with pytest.raises(NotFound):
        await split_page(ctx, owner, [99_999], url=THIRD, now=NOW)
    with pytest.raises(UnknownOrigin):
        await split_page(ctx, owner, [two.first.id], url="https://evil.example/a", now=NOW)
    assert await seen(ctx, OLD, NEW) == before
    assert await page_at(ctx, THIRD) is None


async def test_a_renamed_page_is_found_at_both_addresses(
    ctx: Context, owner: Member, two: Two
) -> None:
    nobody = await read(ctx, THIRD)
    assert nobody.page.id is None
    before = await seen(ctx, OLD)
    moved = await rename_page(
        ctx, owner, two.first.page_id, url=f"{THIRD}?utm_source=x", title="Third", now=NOW
    )
    old, third = await read(ctx, OLD), await read(ctx, THIRD)
    assert old.page == third.page
    assert (third.page.url, third.page.title, third.count) == (THIRD, "Third", 4)
    await undo(ctx, owner, undoable(moved), now=NOW)
    assert await seen(ctx, OLD) == before
    assert (await read(ctx, THIRD)).page.id is None


async def test_a_renamed_page_keeps_its_title_and_its_old_address(
    ctx: Context, owner: Member, two: Two
) -> None:
    page = two.first.page_id
    await rename_page(ctx, owner, page, url=THIRD, title=" ", now=NOW)
    back = await rename_page(ctx, owner, page, url=OLD, title="", now=NOW)
    assert (back.page.url, back.page.title) == (OLD, "A post")
    assert await page_id(ctx, THIRD) == page
    same = await rename_page(ctx, owner, page, url=OLD, title="", now=NOW)
    assert same.audit_id is None


async def test_an_address_of_another_page_or_site_is_refused(
    ctx: Context, owner: Member, two: Two
) -> None:
    for url, refusal in ((NEW, Conflict), ("https://evil.example/", UnknownOrigin), ("x", Invalid)):
        with pytest.raises(refusal):
            await rename_page(ctx, owner, two.first.page_id, url=url, title="", now=NOW)


async def test_undo_leaves_alone_a_name_that_was_changed_since(
    ctx: Context, owner: Member, two: Two
) -> None:
    page = two.first.page_id
    first = await rename_page(ctx, owner, page, url=THIRD, title="", now=NOW)
    await rename_page(ctx, owner, page, url=f"{ORIGIN}/fourth", title="", now=NOW)
    with pytest.raises(Conflict, match="since"):
        await undo(ctx, owner, undoable(first), now=NOW)
    assert await page_id(ctx, THIRD) == page


async def test_no_comment_is_lost_while_pages_are_merged_and_split(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    roots = [(await submit(ctx, f"Root {n}", url=OLD)).comment for n in range(4)]
    await submit(ctx, "Other", url=NEW)

    async def write_on() -> int:
        written = 0
        for number in range(6):
            url = (OLD, NEW, THIRD)[number % 3]
            sent = [submit(ctx, f"Meanwhile {number}.{each}", url=url) for each in range(3)]
            written += len(await asyncio.gather(*sent))
        return written

    async def move() -> None:
        act = await merge(ctx, owner)
        await split_page(ctx, owner, [roots[0].id], url=THIRD, now=NOW)
        await undo(ctx, owner, act, now=NOW)
        await merge(ctx, owner)

    written, _ = await asyncio.gather(write_on(), move())
    there = await ctx.store.fetch_all(
        "SELECT k.key, p.comment_count, count(c.id) FROM page_key AS k"
        " JOIN page AS p ON p.id = k.page_id LEFT JOIN comment AS c ON c.page_id = p.id"
        " GROUP BY k.key, p.id, p.comment_count"
    )
    by_key = {key: (counted, number) for key, counted, number in there}
    assert all(counted == number for counted, number in by_key.values())
    assert by_key["url:blog.example.org/old"] == by_key["url:blog.example.org/new"]
    new, third = by_key["url:blog.example.org/new"][1], by_key["url:blog.example.org/third"][1]
    assert new + third == written + 5
    for url, number in ((OLD, new), (THIRD, third)):
        thread = await read(ctx, url)
        assert (thread.count, len(thread.comments)) == (number, number)


ROLES = {
    "owner": (None, ""),
    "owner of the site": (None, "own"),
    "moderator": (Forbidden, ""),
    "moderator of the site": (Forbidden, "own"),
    "viewer": (Forbidden, ""),
    "owner of another site": (NotFound, "other"),
}


@pytest.mark.parametrize("who", ROLES)
async def test_who_may_move_pages(ctx: Context, owner: Member, two: Two, who: str) -> None:
    site = next(iter(ctx.sites))
    other = await add_site(ctx.store, "other", ["https://other.example.org"], Policy(), NOW)
    await ctx.sites.refresh(ctx.store)
    refused, where = ROLES[who]
    role = Role(who.split(maxsplit=1)[0])
    member = await add(ctx, role, {"own": site, "other": other}.get(where))
    page = two.first.page_id

    async def rename(by: Member) -> int:
        return undoable(await rename_page(ctx, by, page, url=f"{ORIGIN}/x", title="", now=NOW))

    async def merge_them(by: Member) -> int:
        return await merge(ctx, by)

    async def split(by: Member) -> int:
        return undoable(await split_page(ctx, by, [two.first.id], url=THIRD, now=NOW))

    for act in (rename, split, merge_them):
        if refused is None:
            await undo(ctx, member, await act(member), now=NOW)
            continue
        with pytest.raises(refused):
            await act(member)
        done = await act(owner)
        with pytest.raises(refused):
            await undo(ctx, member, done, now=NOW)
        shown = await find_act(ctx, member, done, now=NOW)
        assert shown is None or not shown.may_undo
        await undo(ctx, owner, done, now=NOW)


async def test_what_is_done_to_a_comment_that_has_just_moved_counts_where_it_is_now(
    ctx: Context, owner: Member, two: Two
) -> None:
    found = await comments.get_many(ctx.store, [two.first.id, two.other.id])
    await split_page(ctx, owner, [two.first.id], url=THIRD, now=NOW)
    before = await read(ctx, THIRD)
    async with ctx.store.write() as db, comments.changing(db, found.values(), NOW) as here:
        on = {await page_id(ctx, THIRD), two.other.page_id}
        assert {each.page_id for each in here.values()} == on
        await comments.set_status(db, list(here), Status.SPAM, now=NOW)
    after = await read(ctx, THIRD)
    assert (before.count, after.count) == (3, 2)
    assert after.version > before.version


async def test_a_comment_that_is_gone_keeps_nobody_from_changing_the_others(
    ctx: Context, two: Two
) -> None:
    found = [two.first, replace(two.second, id=999)]
    async with ctx.store.write() as db, comments.changing(db, found, NOW) as here:
        assert list(here) == [two.first.id]
