"""The pages of a member's sites, and one of them with all that can be decided about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.errors import FieldError, Invalid, Malformed, NotFound
from afterword.core.model import Comment, Member, Page, Role, Site
from afterword.core.page_key import address_key
from afterword.services.permission import may, readable_sites, require
from afterword.storage import comments, moves, page_keys, page_list, pages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.core.model import Status
    from afterword.services.context import Context
    from afterword.storage.page_keys import LeadingKey
    from afterword.storage.page_list import Listed, Spot

SLICE = 30
"""Pages in one answer, and comments shown of one page."""
LONGEST = 100
"""Characters of what is searched for."""
_CURSOR = re.compile(r"(\d{1,16})\.(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class PageFilter:
    """Which pages are asked for."""

    site_id: int | None = None
    """None for all sites of the member."""
    search: str = ""
    """Stands in the title or the address, literally, whatever its case."""
    closed: bool = False
    """Only those that take no more comments."""
    after: str | None = None
    """`PageList.next` of the slice before."""


@dataclass(frozen=True, slots=True)
class PageList:
    """A slice of the list."""

    items: tuple[Listed, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class PageView:
    """One page, and what is known of it."""

    page: Page
    site: Site
    keys: tuple[LeadingKey, ...]
    """Everything that leads to it."""
    counts: Mapping[Status, int]
    pinned: tuple[Comment, ...]
    latest: tuple[Comment, ...]
    """Whatever their status, the newest first."""


async def list_pages(ctx: Context, member: Member, wanted: PageFilter) -> PageList:
    """The pages in the order of their last change; of sites that are not the member's, none."""
    search = wanted.search.strip()
    if len(search) > LONGEST:
        message = f"Search for {LONGEST} characters at most."
        raise Invalid(FieldError("search", "too_long", message))
    site_ids = _site_ids(member, wanted.site_id)
    found = (
        await page_list.find(
            ctx.store,
            site_ids=site_ids,
            closed=wanted.closed,
            text=search,
            after=_spot(wanted.after),
            limit=SLICE + 1,
        )
        if site_ids != []
        else []
    )
    last = found[SLICE - 1] if len(found) > SLICE else None
    return PageList(
        tuple(found[:SLICE]), f"{last.changed_at}.{last.page.id}" if last is not None else None
    )


async def read_page(ctx: Context, member: Member, page_id: int) -> PageView:
    """The page, or the one that it was merged into; raises `NotFound` where the member has no role."""
    page = await pages.get(ctx.store, page_id)
    while page is not None and page.merged_into is not None:
        page = await pages.get(ctx.store, page.merged_into)
    site = ctx.sites.by_id(page.site_id) if page is not None else None
    if page is None or site is None:
        raise NotFound("There is no such page.")
    require(member, [site.id], Role.VIEWER, subject="page")
    pinned = await comments.get_many(ctx.store, await moves.pinned_on(ctx.store, page.id))
    return PageView(
        page,
        site,
        keys=tuple(await page_keys.of_page(ctx.store, page.id)),
        counts=await page_list.by_status(ctx.store, page.id),
        pinned=tuple(sorted(pinned.values(), key=lambda each: (each.created_at, each.id))),
        latest=tuple(await page_list.latest_comments(ctx.store, page.id, SLICE)),
    )


async def find_page(ctx: Context, member: Member, url: str) -> Page:
    """The page of an address; raises `NotFound`, and as reading its thread does."""
    site = ctx.sites.for_url(url)
    require(member, [site.id], Role.VIEWER, subject="page")
    page = await pages.find(ctx.store, site.id, [address_key(url, site)])
    if page is None:
        raise NotFound(f"Nobody has written at {url} yet.")
    return page


def _site_ids(member: Member, site_id: int | None) -> list[int] | None:
    if site_id is None:
        return readable_sites(member)
    return [site_id] if may(member, site_id, Role.VIEWER) else []


def _spot(cursor: str | None) -> Spot:
    if cursor is None:
        return page_list.FIRST
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise Malformed("That address of a part of the list cannot be read.")
    return int(match[1]), int(match[2])
