"""Pages are listed by last change, found by words, and looked at one by one, each by whom it concerns."""

from __future__ import annotations

import pytest

from afterword.core.errors import Invalid, Malformed, NotFound
from afterword.core.model import Member, Policy, Role, Site, Status
from afterword.core.page_key import PageClaim
from afterword.services.context import Context
from afterword.services.pages import list_pages as listing
from afterword.services.pages.change_page import close_page, pin_comment
from afterword.services.pages.likely_splits import find_likely_splits
from afterword.services.pages.list_pages import PageFilter, find_page, list_pages, read_page
from afterword.services.sites.manage_sites import add_site
from tests.services.builders import NOW, ORIGIN, add, approved, submit, write
from tests.services.moving import NEW, OLD, Two, merge

OTHER = "https://other.example.org"


async def titled(ctx: Context, path: str, title: str, *, at: int = 0, origin: str = ORIGIN) -> int:
    claim = PageClaim(f"{origin}{path}", title=title)
    return (await submit(ctx, claim=claim, origin=origin, now=NOW + at)).comment.page_id


async def urls(ctx: Context, member: Member, **wanted: object) -> list[str]:
    found = await list_pages(ctx, member, PageFilter(**wanted))
    return [each.page.url.removeprefix(ORIGIN) for each in found.items]


async def test_the_last_change_comes_first_with_what_waits(
    ctx: Context, site: Site, owner: Member
) -> None:
    await titled(ctx, "/a", "A", at=1)
    await titled(ctx, "/b", "B", at=2)
    await titled(ctx, "/a", "A", at=3)
    found = await list_pages(ctx, owner, PageFilter())
    assert [(each.page.title, each.waiting, each.changed_at) for each in found.items] == [
        ("A", 2, NOW + 3),
        ("B", 1, NOW + 2),
    ]
    assert found.next is None


async def test_slices_hold_every_page_once(
    ctx: Context, site: Site, owner: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "SLICE", 3)
    for number in range(8):
        await titled(ctx, f"/{number}", "T", at=number // 2)
    seen: list[str] = []
    after = None
    while True:
        found = await list_pages(ctx, owner, PageFilter(after=after))
        seen += [each.page.url.rpartition("/")[2] for each in found.items]
        if (after := found.next) is None:
            break
        assert len(found.items) == 3
    assert seen == list("76543210")
    with pytest.raises(Malformed):
        await list_pages(ctx, owner, PageFilter(after="x"))


async def test_words_are_found_literally_in_title_and_address(
    ctx: Context, site: Site, owner: Member
) -> None:
    await titled(ctx, "/100%25-sure", "Ärger mit 100% Wehr_en", at=1)
    await titled(ctx, "/notes/weir", "Notes", at=2)
    for words in ("100%", "wehr_", "ärger", "ÄRGER", "WEHR"):
        assert await urls(ctx, owner, search=words) == ["/100%25-sure"], words
    assert await urls(ctx, owner, search="NOTES/weir") == ["/notes/weir"]
    assert await urls(ctx, owner, search="we%r") == []
    assert await urls(ctx, owner, search="_") == ["/100%25-sure"]
    with pytest.raises(Invalid):
        await urls(ctx, owner, search="x" * 101)


async def test_closed_pages_alone(ctx: Context, site: Site, owner: Member) -> None:
    await titled(ctx, "/a", "A")
    closed = await titled(ctx, "/b", "B")
    await close_page(ctx, owner, closed, now=NOW)
    assert await urls(ctx, owner, closed=True) == ["/b"]
    assert await urls(ctx, owner, closed=True, site_id=site.id) == ["/b"]
    assert await urls(ctx, owner, closed=True, search="org/a") == []


async def test_a_member_sees_the_pages_of_own_sites_alone(
    ctx: Context, site: Site, owner: Member
) -> None:
    other = await add_site(ctx.store, "other", [OTHER], Policy(), NOW)
    third = await add_site(ctx.store, "third", ["https://third.example.org"], Policy(), NOW)
    await ctx.sites.refresh(ctx.store)
    page = await titled(ctx, "/a", "A", at=1)
    foreign = await titled(ctx, "/b", "B", at=2, origin=OTHER)
    viewer = await add(ctx, Role.VIEWER, site)
    assert await urls(ctx, viewer) == await urls(ctx, viewer, site_id=site.id) == ["/a"]
    assert await urls(ctx, viewer, site_id=other.id) == []
    assert await urls(ctx, owner) == [f"{OTHER}/b", "/a"]
    both = Member(viewer.id, "", "", {site.id: Role.VIEWER, third.id: Role.OWNER})
    assert await urls(ctx, both) == ["/a"]
    assert await urls(ctx, Member(9, "", "", {})) == []
    assert (await read_page(ctx, viewer, page)).page.title == "A"
    with pytest.raises(NotFound):
        await read_page(ctx, viewer, foreign)
    with pytest.raises(NotFound):
        await find_page(ctx, viewer, f"{OTHER}/b")


async def test_a_page_is_shown_with_all_that_is_known_of_it(
    ctx: Context, owner: Member, two: Two
) -> None:
    await pin_comment(ctx, owner, two.second.id, pinned=True, now=NOW)
    view = await read_page(ctx, owner, two.first.page_id)
    assert view.counts == {Status.APPROVED: 4, Status.PENDING: 1}
    assert [each.id for each in view.latest] == [
        two.held.id,
        two.second.id,
        two.deeper.id,
        two.reply.id,
        two.first.id,
    ]
    assert [each.id for each in view.pinned] == [two.second.id]
    assert [each.key for each in view.keys] == ["url:blog.example.org/old"]
    with pytest.raises(NotFound):
        await read_page(ctx, owner, 99_999)


async def test_a_merged_page_leads_to_where_it_is_now(
    ctx: Context, owner: Member, two: Two
) -> None:
    await merge(ctx, owner)
    view = await read_page(ctx, owner, two.first.page_id)
    assert view.page.id == two.other.page_id
    assert tuple(each.key for each in view.keys) == (
        "url:blog.example.org/new",
        "url:blog.example.org/old",
    )
    assert await urls(ctx, owner) == ["/new"]
    assert (await find_page(ctx, owner, OLD)).url == NEW
    with pytest.raises(NotFound, match="Nobody has written"):
        await find_page(ctx, owner, f"{ORIGIN}/nowhere")


async def test_likely_splits_go_when_they_are_merged(
    ctx: Context, site: Site, owner: Member
) -> None:
    await approved(ctx, owner, url=f"{ORIGIN}/old/weir")
    await write(ctx, url=f"{ORIGIN}/new/weir", now=NOW + 5)
    found = await find_likely_splits(ctx, owner, site.id)
    assert [(page.url, other.url) for page, other in found] == [
        (f"{ORIGIN}/new/weir", f"{ORIGIN}/old/weir")
    ]
    await merge(ctx, owner, f"{ORIGIN}/old/weir", f"{ORIGIN}/new/weir")
    assert await find_likely_splits(ctx, owner, site.id) == ()
