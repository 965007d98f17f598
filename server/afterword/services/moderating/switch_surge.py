"""The panic switch: somebody turns surge mode on, or off, and it stays so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core import surge
from afterword.core.model import Role
from afterword.core.surge import Tide
from afterword.services.moderating.watch_surge import note
from afterword.services.permission import may, own_site
from afterword.storage import surges

if TYPE_CHECKING:
    from afterword.core.model import Member, Site
    from afterword.services.context import Context


async def switch_surge(ctx: Context, member: Member, site_id: int, *, on: bool, now: int) -> Tide:
    """Begins a surge that lasts until it is ended by hand, or ends any; twice is once.

    After an end by hand none begins by itself for an hour. Raises `NotFound` and `Forbidden` for those
    who are no moderators of the site.
    """
    own_site(ctx, member, site_id, Role.MODERATOR)
    async with ctx.store.write() as db:
        before = await surges.lock(db, site_id)
        if before.is_surge == on and (before.by_hand or not on):
            return before
        tide = surge.switched(before, now, on=on)
        surges.put(db, site_id, tide)
        await note(db, site_id, tide, member_id=member.id, now=now)
    return tide


async def sites_in_surge(ctx: Context, member: Member) -> list[Site]:
    """The member's sites where a surge is on."""
    on = await surges.in_surge(ctx.store)
    return [site for site in ctx.sites if site.id in on and may(member, site.id, Role.VIEWER)]


async def see_surges(ctx: Context, member: Member, *, now: int) -> list[tuple[Site, Tide]]:
    """The member's sites, each with how comments come to it now."""
    tides = await surges.of_every_site(ctx.store)
    seen = [site for site in ctx.sites if may(member, site.id, Role.VIEWER)]
    return [(site, surge.later(tides.get(site.id, Tide()), now)) for site in seen]
