"""A site that has moved to another host: all its pages get their new addresses, and the old ones stay.

It is one entry in the audit log, and many short transactions, so that nobody waits long to write: who is
interrupted does the same again, and the rest is done. The old origin stays among those of the site, so
that readers who come by it find the thread; its owner takes it out once the old host is somebody else's.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec

from afterword.core.errors import Conflict, FieldError, Invalid, NotFound
from afterword.core.host_move import HostMove
from afterword.core.model import Page, Role
from afterword.services.pages import move_steps
from afterword.services.pages.move_pages import undo_steps
from afterword.services.pages.move_steps import Step
from afterword.services.permission import own_site, require
from afterword.storage import audit, host_moves, moves, pages, sites
from afterword.storage.host_moves import Readdressed

if TYPE_CHECKING:
    from afterword.core.model import Member, Site
    from afterword.services.context import Context
    from afterword.storage.store import Db, WriteDb

RENAME_HOST = "rename_host"
SHOWN = 50
"""Pages and merges told one by one; of more, how many there are."""
MOST_MERGED = 1_000
"""Pages merged by one act; the rest by the next."""


class Before(msgspec.Struct, frozen=True):
    """What the audit log holds for the undo."""

    old: str
    new: str
    added: str | None
    """The origin that the site did not have before."""
    steps: list[Step]
    """The merges."""


@dataclass(frozen=True, slots=True)
class HostPlan:
    """What would become of the pages of a site."""

    move: HostMove
    renamed: int
    """How many pages get another address."""
    some: tuple[Readdressed, ...]
    meeting: int
    """How many pages meet one that is at their new address already; they are merged or stay."""
    merges: tuple[tuple[Page, Page], ...]
    """Some of these, each with the page that it meets."""
    digest: str
    """To tell whether it is still the same."""


async def plan_host_move(ctx: Context, member: Member, site_id: int, move: HostMove) -> HostPlan:
    """What would happen; changes nothing. Raises `NotFound`, `Forbidden` for all but owners, `Invalid`."""
    site = own_site(ctx, member, site_id, Role.OWNER)
    return await _plan(ctx.store, site, move)


async def rename_host(
    ctx: Context,
    member: Member,
    site_id: int,
    move: HostMove,
    *,
    merge: bool,
    digest: str | None = None,
    now: int,
) -> tuple[int | None, HostPlan]:
    """Does it; with `merge`, pages are merged into those that they meet, else these stay as they are.

    Returns the number of the act, None where nothing had to be changed, and what was planned. Raises as
    `plan_host_move`, and `Conflict` where the plan is another than that of `digest`, or another site
    has the new origin.
    """
    own_site(ctx, member, site_id, Role.OWNER)
    async with ctx.store.write() as db:
        site = await sites.get(db, site_id) if await sites.lock(db, site_id, now=now) else None
        if site is None:
            raise NotFound("There is no such site any more.")
        plan = await _plan(db, site, move)
        if digest is not None and digest != plan.digest:
            raise Conflict("Pages have changed since you looked. Please look at the list again.")
        merging = plan.meeting if merge else 0
        if not (plan.renamed or merging or move.origin not in site.origins):
            return None, plan
        audit_id = await _begin(db, member, site, move, merge=merge, now=now)
    for after in await host_moves.parts(ctx.store, site_id):
        async with ctx.store.write() as db:
            await host_moves.carry_out(db, site_id, move, audit_id, after, now)
            await sites.touch(db, site_id, now=now)
    # Last, so that nobody comes by an address that leads nowhere yet.
    async with ctx.store.write() as db:
        await _serve_from(db, site_id, now, add=move.origin)
    await ctx.sites.refresh(ctx.store)
    return audit_id, plan


async def restore(db: WriteDb, member: Member, entry: audit.Entry, now: int) -> dict[int, object]:
    """What `undo_act` does with it: pages that were given other addresses since keep those."""
    require(member, entry.subject, Role.OWNER)
    [site_id] = entry.subject
    site = await sites.get(db, site_id) if await sites.lock(db, site_id, now=now) else None
    if site is None:
        raise NotFound("There is no such site any more.")
    before = msgspec.convert(entry.before, Before)
    is_left = await host_moves.is_to_take_back(db, entry.id)
    undone = await undo_steps(db, before.steps, entry.id, now)
    if not is_left and not undone and before.added is None:
        raise Conflict("Everything has been changed since, so that it was left as it is.")
    return {site_id: before.old}


async def finish_undo(ctx: Context, audit_id: int, *, now: int) -> None:
    """What follows an undo: the addresses of the pages, part by part, and then the origin."""
    entry = await audit.get(ctx.store, audit_id)
    if entry is None or entry.site_id is None:
        return
    added = msgspec.convert(entry.before, Before).added
    is_more = True
    while is_more:
        async with ctx.store.write() as db:
            is_more = await host_moves.take_back(db, audit_id)
            if is_more:
                await sites.touch(db, entry.site_id, now=now)
            elif added and not await host_moves.is_used(db, entry.site_id, added):
                await _serve_from(db, entry.site_id, now, drop=added)


async def finish_undone(ctx: Context, *, now: int) -> None:
    """Goes on where an undo was interrupted."""
    for audit_id in await host_moves.half_undone(ctx.store, RENAME_HOST):
        await finish_undo(ctx, audit_id, now=now)


async def _begin(
    db: WriteDb, member: Member, site: Site, move: HostMove, *, merge: bool, now: int
) -> int:
    """The entry in the audit log, and the merges; its number."""
    added = None if move.origin in site.origins else move.origin
    pairs = await _mergeable(db, site.id, move) if merge else []
    if not pairs:
        return await _note(db, member, site, Before(move.old, move.new, added, []), now)
    doors = {page_id for pair in pairs for page_id in pair}
    async with moves.changing_together(db, doors, now) as opened:
        steps: list[Step] = [
            await move_steps.look_at_merge(db, opened[page_id], opened[onto])
            for page_id, onto in pairs
        ]
        audit_id = await _note(db, member, site, Before(move.old, move.new, added, steps), now)
        for step in steps:
            await move_steps.do(db, step, opened, audit_id, now)
    return audit_id


async def _note(db: WriteDb, member: Member, site: Site, before: Before, now: int) -> int:
    return await audit.add(
        db,
        member_id=member.id,
        act=RENAME_HOST,
        site_id=site.id,
        subject=[site.id],
        before=before,
        after={"new": before.new},
        now=now,
    )


async def _serve_from(
    db: WriteDb, site_id: int, now: int, *, add: str | None = None, drop: str | None = None
) -> None:
    """The site's version rises even where its origins stay: all threads are made anew from it."""
    site = await sites.get(db, site_id) if await sites.lock(db, site_id, now=now) else None
    if site is None:
        return
    wanted = {*site.origins, *([add] if add else [])} - {drop}
    origins = sorted(wanted) or site.origins
    if add:
        await _check_free(db, site, add)
    await sites.change(db, site_id, name=site.name, origins=origins, policy=site.policy, now=now)


async def _check_free(db: Db, site: Site, origin: str) -> None:
    owner = await sites.by_origin(db, origin)
    if owner is not None and owner.id != site.id:
        raise Conflict(f"{origin} belongs to the site {owner.name} already.")


async def _plan(db: Db, site: Site, move: HostMove) -> HostPlan:
    if not move.is_from(site.origins):
        known = " and ".join(site.origins) or "nowhere yet"
        message = f"{site.name} is not served from {move.old}, but from {known}."
        raise Invalid(FieldError("old", "not_of_site", message))
    await _check_free(db, site, move.origin)
    conflicts = await host_moves.conflicts(db, site.id, move)
    renamed = await host_moves.counted(db, site.id, move)
    shown = conflicts[:SHOWN]
    found = await pages.get_many(db, sorted({page_id for pair in shown for page_id in pair}))
    told = repr((site.version, move.old, move.new, renamed, conflicts))
    return HostPlan(
        move,
        renamed,
        tuple(await host_moves.some(db, site.id, move, SHOWN)),
        len(conflicts),
        tuple((found[page_id], found[onto]) for page_id, onto in shown),
        blake2b(told.encode(), digest_size=12).hexdigest(),
    )


async def _mergeable(db: Db, site_id: int, move: HostMove) -> list[tuple[int, int]]:
    """Nobody is merged into a page that is merged itself by the same act."""
    conflicts = await host_moves.conflicts(db, site_id, move)
    going = {page_id for page_id, _ in conflicts}
    return [(page_id, onto) for page_id, onto in conflicts if onto not in going][:MOST_MERGED]
