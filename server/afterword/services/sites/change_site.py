"""What owners do with a site from the dashboard: change it, delete it; audited, and undone field by field."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from afterword.core.errors import FieldError, Forbidden, Invalid, NotFound
from afterword.core.model import Hold, Policy, Role
from afterword.core.own_words import reworded
from afterword.core.site_state import state_of, undone
from afterword.services.permission import may, own_site, require
from afterword.services.sites.manage_sites import CHANGE, DELETE, add_site, change_stored
from afterword.storage import audit, sites

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from afterword.core.model import Member, Site
    from afterword.services.context import Context
    from afterword.storage.store import WriteDb


async def change_site(
    ctx: Context,
    member: Member,
    site_id: int,
    *,
    name: str,
    origins: Sequence[str],
    change: Callable[[Policy], Policy],
    words: Sequence[str],
    now: int,
) -> int | None:
    """Gives a site what its form says; `words` are all of its own. Returns the audit entry's id.

    None where nothing was to be changed. Raises `Invalid`, `Conflict`, and as every act.
    """
    site = own_site(ctx, member, site_id, Role.OWNER)
    own = reworded(ctx.languages, {}, words)

    def changed(policy: Policy) -> Policy:
        return replace(change(policy), words=own)

    entry_id, _ = await change_stored(
        ctx.store, member, site, name=name, origins=origins, change=changed, now=now
    )
    await ctx.sites.refresh(ctx.store)
    return entry_id


async def change_given(
    ctx: Context, member: Member, site_id: int, given: Mapping[str, Any], *, now: int
) -> int | None:
    """Changes what is given, by the names of `core.site_state`; raises and returns as `change_site`.

    Given `words` are all of the site's own.
    """
    site = own_site(ctx, member, site_id, Role.OWNER)
    fields = {name: value for name, value in given.items() if name not in ("site", "origins")}
    entry_id, _ = await change_stored(
        ctx.store,
        member,
        site,
        name=given.get("site", site.name),
        origins=given.get("origins", site.origins),
        change=lambda policy: with_given(ctx, policy, fields),
        now=now,
    )
    await ctx.sites.refresh(ctx.store)
    return entry_id


async def add_site_with(
    ctx: Context,
    member: Member,
    *,
    name: str,
    origins: Sequence[str],
    fields: Mapping[str, Any],
    now: int,
) -> Site:
    """A new site with these fields of its policy, and else what is usual; raises as `add_site`."""
    policy = with_given(ctx, Policy(), fields)
    site = await add_site(ctx.store, name, origins, policy, now, member=member)
    await ctx.sites.refresh(ctx.store)
    return site


def with_given(ctx: Context, policy: Policy, fields: Mapping[str, Any]) -> Policy:
    """The policy with these fields as JSON has them; words are checked as where they are typed."""
    converted = dict(fields)
    if "hold" in converted:
        converted["hold"] = Hold(converted["hold"])
    if "words" in converted:
        lines = [f"{spot}={text}" for spot, text in converted["words"].items()]
        converted["words"] = reworded(ctx.languages, {}, lines)
    return replace(policy, **converted)


async def delete_site(ctx: Context, member: Member, site_id: int, *, typed: str, now: int) -> None:
    """Deletes a site with all its comments, for good, for an owner of every site who typed its name."""
    site = own_site(ctx, member, site_id, Role.OWNER)
    if not may(member, None, Role.OWNER):
        raise Forbidden("That is for owners of every site.")
    if typed.strip() != site.name:
        raise Invalid(FieldError("typed", "wrong", f"Type {site.name} to delete it."))
    async with ctx.store.write() as db:
        if not await sites.delete(db, site_id):
            raise NotFound("There is no such site any more.")
        await audit.add(
            db,
            member_id=member.id,
            act=DELETE,
            site_id=None,
            subject=[site_id],
            before=state_of(site),
            after=None,
            now=now,
        )
    await ctx.sites.refresh(ctx.store)


async def restore(db: WriteDb, member: Member, entry: audit.Entry, now: int) -> dict[int, object]:
    """What `undo_act` does with a change of a site; what another site has by now stays there."""
    require(member, entry.subject, Role.OWNER)
    [site_id] = entry.subject
    site = await sites.get(db, site_id) if await sites.lock(db, site_id, now=now) else None
    if entry.act != CHANGE or site is None:
        raise NotFound("There is no such site any more.")
    current = state_of(site)
    back = undone(current, entry.before, entry.after)
    wanted = {**current, **await _free(db, site, back)}
    if wanted != current:
        name, origins = wanted.pop("site"), wanted.pop("origins")
        policy = msgspec.convert(wanted, Policy)
        await sites.change(db, site_id, name=name, origins=origins, policy=policy, now=now)
    return {site_id: sorted(back)}


async def _free(db: WriteDb, site: Site, back: dict[str, Any]) -> dict[str, Any]:
    """Without a name and without origins that belong to another site by now."""
    free = dict(back)
    if "site" in back and await sites.by_name(db, back["site"]) is not None:
        del free["site"]
    if "origins" in back:
        owners = {origin: await sites.by_origin(db, origin) for origin in back["origins"]}
        kept = [origin for origin, owner in owners.items() if owner is None or owner.id == site.id]
        free["origins"] = kept or list(site.origins)
    return free
