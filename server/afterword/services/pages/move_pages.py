"""What owners do when addresses change: rename a page, merge two, split one; and undo of all of it.

No comment is lost and no address stops working: keys that led to a page lead to where its comments are.
An act is one transaction and one audit row, which holds its steps; see `move_steps`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from afterword.core.errors import Conflict, FieldError, Invalid, NotFound
from afterword.core.model import Page, Role
from afterword.core.page_key import PageClaim, identify
from afterword.services.acted_on import page_for
from afterword.services.pages import move_steps
from afterword.services.pages.move_steps import Renamed, Split, Step
from afterword.services.permission import require
from afterword.storage import audit, comments, moves, pages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.core.model import Member
    from afterword.core.page_key import Identity
    from afterword.services.context import Context
    from afterword.storage.store import Db, WriteDb

RENAME, MERGE, SPLIT, MOVE = "rename_page", "merge_pages", "split_page", "move_pages"
FOLLOW = "follow_redirects"
MOST = 200
"""Top-level comments split off in one act."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What an act changed."""

    audit_id: int | None
    """None where nothing had to be changed."""
    page: Page
    """Where it all is now."""


async def rename_page(
    ctx: Context, member: Member, page_id: int, *, url: str, title: str, now: int
) -> Moved:
    """Shows the page under another address and title; every address that led to it still does.

    An empty title is none of the change. Raises `Invalid`, `UnknownOrigin` and `Conflict` for an address
    that cannot be the page's, `NotFound`, and `Forbidden` for all but owners, as all of these.
    """
    async with ctx.store.write() as db:
        page = await page_for(db, member, page_id, Role.OWNER)
        identity = _identity(ctx, page.site_id, url, title)
        async with moves.changing_together(db, [page.id], now) as opened:
            step = await _look_at_rename(db, opened[page.id], identity)
            if (step.url[0], step.title[0], None) == (step.url[1], step.title[1], step.key):
                return Moved(None, page)
            audit_id = await carry_out(db, member, RENAME, [step], opened, now)
        return Moved(audit_id, await page_for(db, member, page.id, Role.OWNER))


async def merge_pages(
    ctx: Context, member: Member, page_id: int, into_id: int, *, now: int
) -> Moved:
    """Leads everything of the first page to the second one, which keeps its address, title and rules.

    Pins of the first page are lifted. Raises `Invalid` for pages of two sites, or one and the same.
    """
    async with ctx.store.write() as db:
        page, into = (
            await page_for(db, member, page_id, Role.OWNER),
            await page_for(db, member, into_id, Role.OWNER),
        )
        if page.id == into.id:
            raise Invalid(FieldError("into", "same", "Choose another page to merge this one into."))
        if page.site_id != into.site_id:
            raise Invalid(FieldError("into", "other_site", "Both pages must be of one site."))
        async with moves.changing_together(db, [page.id, into.id], now) as opened:
            step = await move_steps.look_at_merge(db, opened[page.id], opened[into.id])
            audit_id = await carry_out(db, member, MERGE, [step], opened, now)
        return Moved(audit_id, await page_for(db, member, into.id, Role.OWNER))


async def split_page(
    ctx: Context, member: Member, ids: Sequence[int], *, url: str, title: str = "", now: int
) -> Moved:
    """Leads these top-level comments of one page, with all replies to them, to the page of an address.

    It is opened where there is none yet. Raises `Invalid` for what cannot be split off.
    """
    if not 0 < len(ids) <= MOST:
        raise Invalid(
            FieldError("id", "amount", f"Choose 1 to {MOST} comments that answer no other.")
        )
    async with ctx.store.write() as db:
        page = await _page_of(db, member, ids)
        identity = _identity(ctx, page.site_id, url, title)
        into = await pages.find(db, page.site_id, [identity.key])
        opens = into is None
        if into is None:
            into = await pages.open_page(
                db, page.site_id, [identity.key], identity.url, identity.title or "", now
            )
        if into.id == page.id:
            raise Invalid(
                FieldError("url", "same", "The comments are on the page of that address.")
            )
        async with moves.changing_together(db, [page.id, into.id], now) as opened:
            await _check_roots(db, page, ids)
            pinned = [each for each in await moves.pinned_on(db, page.id) if each in ids]
            step = Split(page.id, into.id, tuple(ids), tuple(pinned), opens)
            audit_id = await carry_out(db, member, SPLIT, [step], opened, now)
        return Moved(audit_id, await page_for(db, member, into.id, Role.OWNER))


async def restore(db: WriteDb, member: Member, entry: audit.Entry, now: int) -> dict[int, str]:
    """Undoes the steps of an act, the last one first, as far as nobody has changed it since.

    What `undo_act` does with an entry of these acts. Raises `Conflict` where nothing is left to undo.
    """
    steps = msgspec.convert(entry.before, list[Step])
    found = await pages.get_many(db, sorted(move_steps.doors(steps)))
    require(member, {page.site_id for page in found.values()}, Role.OWNER, subject="page")
    undone = await undo_steps(db, steps, entry.id, now)
    if not undone:
        raise Conflict("Everything has been changed since, so that it was left as it is.")
    return undone


async def undo_steps(db: WriteDb, steps: Sequence[Step], audit_id: int, now: int) -> dict[int, str]:
    """Undoes those that nobody has changed since, the last one first; the pages that are as before."""
    left = [step for step in reversed(steps) if await move_steps.wake(db, step)]
    if not left:
        return {}
    async with moves.changing_together(db, move_steps.doors(left), now) as opened:
        undone = [step for step in left if await move_steps.undo(db, step, opened, audit_id)]
    return {step.page: opened[step.page].url for step in reversed(undone)}


async def carry_out(
    db: WriteDb,
    member: Member,
    act: str,
    steps: Sequence[Step],
    opened: move_steps.Open,
    now: int,
) -> int:
    """Does the steps between pages that are open, with one entry in the audit log; its id."""
    audit_id = await audit.add(
        db,
        member_id=member.id,
        act=act,
        site_id=opened[steps[0].page].site_id,
        subject=[step.page for step in steps],
        before=steps,
        after=[step.url[1] if isinstance(step, Renamed) else step.into for step in steps],
        now=now,
    )
    for step in steps:
        await move_steps.do(db, step, opened, audit_id, now)
    return audit_id


def _identity(ctx: Context, site_id: int, url: str, title: str) -> Identity:
    site = ctx.sites.by_id(site_id)
    if site is None:
        raise NotFound("There is no such site.")
    return identify(PageClaim(url, title=title), site)


async def _look_at_rename(db: Db, page: Page, identity: Identity) -> Renamed:
    there = await pages.find(db, page.site_id, [identity.key])
    if there is not None and there.id != page.id:
        raise Conflict(
            "That address has a page of its own. Merge the two, or choose another address."
        )
    return Renamed(
        page.id,
        (page.url, identity.url),
        (page.title, identity.title or page.title),
        identity.key if there is None else None,
    )


async def _page_of(db: Db, member: Member, ids: Sequence[int]) -> Page:
    """The one page that all these comments are on."""
    found = await comments.get_many(db, ids)
    page_ids = {comment.page_id for comment in found.values()}
    if set(ids) - set(found) or not page_ids:
        raise NotFound("There is no such comment.")
    owned = [await page_for(db, member, page_id, Role.OWNER) for page_id in sorted(page_ids)]
    if len(owned) > 1:
        raise Invalid(FieldError("id", "several_pages", "Choose comments of one page at a time."))
    return owned[0]


async def _check_roots(db: Db, page: Page, ids: Sequence[int]) -> None:
    # Read behind the door: another owner may have moved them meanwhile.
    found = await comments.get_many(db, ids)
    if any(comment.page_id != page.id for comment in found.values()):
        raise Conflict("Some of these comments have moved meanwhile. Please look again.")
    if any(comment.parent_id is not None for comment in found.values()):
        message = "A reply moves with what it answers: choose comments that answer no other."
        raise Invalid(FieldError("id", "reply", message))
