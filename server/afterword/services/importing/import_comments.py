"""The second half of an import: from the staging into the database, page by page.

Each write takes some hundred comments through the doors of their pages. What the site has already, by its
origin key, is left as it is: so a run that was broken off is finished by the next one, and one more adds
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING

from afterword.core.errors import FieldError, Invalid
from afterword.core.model import Role
from afterword.services.importing.stage_import import Wanted
from afterword.services.importing.staged import BATCH, Share, lots, shares, whole
from afterword.services.permission import require
from afterword.storage import audit, imports, members, moves, pages
from afterword.storage.imports import Arrival

if TYPE_CHECKING:
    from afterword.core.model import Member, Page
    from afterword.services.context import Context
    from afterword.services.importing.clean_record import CleanPage
    from afterword.storage.staging import Staging
    from afterword.storage.store import Db, WriteDb

IMPORT = "import_comments"
"""The word of the audit log."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What came."""

    audit_id: int
    pages: int
    comments: int


async def import_comments(
    ctx: Context,
    member: Member,
    staging: Staging,
    wanted: Wanted,
    progress: Callable[[int], object],
    *,
    now: int,
    audit_id: int | None = None,
) -> Imported:
    """Writes what is staged and not there; `progress` hears of each comment that is done.

    With `audit_id`, an entry of the audit log, it goes on with that import. Raises `NotFound` and
    `Forbidden` for who is no owner of the site.
    """
    require(member, [wanted.site.id], Role.OWNER, subject="site")
    if audit_id is None:
        comments = await whole(ctx.in_thread(staging.by_status))
        audit_id = await note(ctx, member, wanted, comments, now=now)
    page_count = comment_count = 0
    grown = BATCH
    progress(await whole(ctx.in_thread(staging.there_already)))
    async for some in lots(ctx, shares(staging, complete=wanted.format.complete)):
        opened, added = await _take_in(ctx, wanted, some, audit_id, now)
        page_count, comment_count = page_count + opened, comment_count + added
        progress(sum(len(each.comments) for each in some))
        if comment_count >= grown:
            grown = 4 * comment_count
            await ctx.store.has_grown()
    return Imported(audit_id, page_count, comment_count)


async def staff_of(db: Db, emails: Sequence[str]) -> dict[str, int]:
    """Ids of the members with these addresses; raises `Invalid` for one who is none."""
    found: dict[str, int] = {}
    for email in emails:
        member = await members.by_email(db, email)
        if member is None:
            raise _no_member(email)
        found[email.lower()] = member[0].id
    return found


async def note(
    ctx: Context, member: Member, wanted: Wanted, comments: Mapping[str, int], *, now: int
) -> int:
    """Notes the act before its first change, for it may be broken off; the number of the entry."""
    async with ctx.store.write() as db:
        return await audit.add(
            db,
            member_id=member.id,
            act=IMPORT,
            site_id=wanted.site.id,
            subject=[],
            before=None,
            after={"format": wanted.format.name, "comments": comments},
            now=now,
        )


async def _take_in(
    ctx: Context, wanted: Wanted, some: Sequence[Share], audit_id: int, now: int
) -> tuple[int, int]:
    """How many pages had to be made, and how many comments were not there."""
    keys = [key for each in some for key in each.page.keys]
    by_key = await pages.find_each(ctx.store, wanted.site.id, keys)
    if all(by_key.keys() >= {*each.page.keys} and not each.comments for each in some):
        return 0, 0
    async with ctx.store.write() as db:
        places = await _find_pages(db, wanted.site.id, some, now)
        comments = await _fill(db, wanted.site.id, places, audit_id, now)
    return sum(each.is_new for each in places), comments


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a share comes to."""

    page_id: int
    share: Share
    is_new: bool
    is_known: bool
    """Whether each of its keys leads there, or elsewhere."""


async def _find_pages(db: WriteDb, site_id: int, some: Sequence[Share], now: int) -> list[_Place]:
    """The page of each share; pages that are not there are made, in the order of the file."""
    by_key = await pages.find_each(db, site_id, [key for each in some for key in each.page.keys])
    places = []
    for each in some:
        page = each.page
        found = next((by_key[key] for key in page.keys if key in by_key), None)
        made = found or await pages.open_page(
            db, site_id, page.keys, page.url, page.title, now, how="imported"
        )
        is_known = by_key.keys() >= {*page.keys}
        by_key = dict.fromkeys(page.keys, made) | by_key
        places.append(_Place(made.id, each, found is None, is_known))
    return places


async def _fill(
    db: WriteDb, site_id: int, places: Sequence[_Place], audit_id: int, now: int
) -> int:
    """How many comments were not there."""
    async with AsyncExitStack() as stack:
        ids = sorted({each.page_id for each in places if not each.is_known or each.share.comments})
        locked = {
            page_id: await stack.enter_async_context(pages.changing(db, page_id, now))
            for page_id in ids
        }
        for each in places:
            if each.is_new:
                await _describe(db, locked[each.page_id].id, each.share.page, audit_id, now)
            elif not each.is_known:
                keys = each.share.page.keys
                await pages.add_keys(db, locked[each.page_id], keys, now, how="imported")
        # Behind the doors, for another import may have been there.
        places = sorted((each for each in places if each.share.comments), key=attrgetter("page_id"))
        waiting = [each.staged for place in places for each in place.share.comments]
        known = {key for each in waiting for key in (each.origin_key, each.parent_key) if key}
        there = await imports.there(db, site_id, sorted(known)) if known else {}
        arrivals = [
            arrival
            for each in places
            for arrival in await _arrivals(db, locked[each.page_id], each.share, there)
        ]
        if arrivals:
            await imports.add(db, arrivals, audit_id)
    return len(arrivals)


async def _describe(db: WriteDb, page_id: int, page: CleanPage, audit_id: int, now: int) -> None:
    await imports.describe(
        db,
        page_id,
        created_at=now if page.created_at is None else page.created_at,
        closed=page.closed,
        opened_at=page.opened_at,
        slow=page.slow,
        note=page.note,
        reactions=page.reactions,
        import_id=audit_id,
    )


async def _arrivals(
    db: WriteDb, locked: Page, share: Share, there: Mapping[str, int]
) -> list[Arrival]:
    fresh = [each for each in share.comments if each.staged.origin_key not in there]
    room = 0
    if any(each.comment.pinned for each in fresh):
        room = moves.MOST_PINNED - len(await moves.pinned_on(db, locked.id))
    arrivals = []
    for staged, comment in fresh:
        if comment.pinned:
            room -= 1
            comment = replace(comment, pinned=room >= 0)
        if not comment.created_at:
            comment = replace(comment, created_at=share.page.created_at or locked.created_at)
        # Its parent may have been led to another page since an earlier import.
        is_here = there.get(staged.parent_key or "", locked.id) == locked.id
        parent = staged.parent_key if is_here else None
        arrivals.append(Arrival(locked, staged.origin_key, parent, comment))
    return arrivals


def _no_member(email: str) -> Invalid:
    message = f"No member has the address {email}. `afterword user list` shows who has one."
    return Invalid(FieldError("staff", "no_member", message))
