"""Pages whose addresses lead elsewhere on their site for good get the addresses to which they lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.errors import Conflict
from afterword.core.model import Role
from afterword.services.pages.bulk_moves import (
    CHANGED,
    MOST,
    carry_out_moves,
    digest_of,
    plan_new_addresses,
)
from afterword.services.pages.move_pages import FOLLOW
from afterword.services.permission import own_site
from afterword.storage import address_checks

if TYPE_CHECKING:
    from afterword.core.model import Member, Site
    from afterword.services.context import Context
    from afterword.services.pages.bulk_moves import PlannedMove
    from afterword.storage.store import Db


async def plan_to_follow(ctx: Context, member: Member, site_id: int) -> tuple[PlannedMove, ...]:
    """What following would do to the first so many pages; changes nothing. Raises as moving pages does."""
    return await _plan(ctx.store, own_site(ctx, member, site_id, Role.OWNER))


async def follow_redirects(
    ctx: Context,
    member: Member,
    site_id: int,
    *,
    merge: bool,
    digest: str | None = None,
    now: int,
) -> tuple[int | None, tuple[PlannedMove, ...]]:
    """Does it; with `merge`, a page whose new address has a page is merged into that, else it stays.

    Raises `Conflict` where the plan is not what `digest` is of.
    """
    site = own_site(ctx, member, site_id, Role.OWNER)
    async with ctx.store.write() as db:
        planned = await _plan(db, site)
        if digest is not None and digest != digest_of(planned):
            raise Conflict(CHANGED)
        return await carry_out_moves(db, member, FOLLOW, planned, merge=merge, now=now), planned


async def _plan(db: Db, site: Site) -> tuple[PlannedMove, ...]:
    found = await address_checks.of_outcome(db, site.id, "moved", MOST)
    new = [(each.page, each.leads_to) for each in found if each.leads_to]
    return tuple(await plan_new_addresses(db, site, new))
