"""Changing how a site wants its conversation kept, from the dashboard: audited, and undone field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from afterword.core.errors import NotFound
from afterword.core.model import Member, Policy, Role, Site
from afterword.core.site_state import differences, state, state_of, undone
from afterword.services.permission import require
from afterword.services.sites.manage_sites import check_policy
from afterword.storage import audit, sites

if TYPE_CHECKING:
    from collections.abc import Callable

    from afterword.services.context import Context
    from afterword.storage.store import WriteDb

    Change = Callable[[Policy], Policy]

RULES = "change_rules"
WORDS = "change_words"
UNLIST_WORD = "unlist_word"
KNOW_HOST = "know_host"
ALLOW_LINKS = "allow_links"
QUIET_RULE = "quiet_rule"
NEEDS = {
    RULES: Role.OWNER,
    QUIET_RULE: Role.OWNER,
    ALLOW_LINKS: Role.OWNER,
    WORDS: Role.MODERATOR,
    UNLIST_WORD: Role.MODERATOR,
    KNOW_HOST: Role.MODERATOR,
}
"""Who may do what: what is said belongs to those who decide about it, how it is judged to the owner."""


async def change_policy(
    ctx: Context, member: Member, site_id: int, act: str, change: Change, *, now: int
) -> int | None:
    """Gives the site the policy that `change` makes of its own; returns the id of the audit entry.

    None where nothing was to be changed. Raises `Invalid` for a policy that may not be, `Forbidden`
    and `NotFound` as every act.
    """
    require(member, [site_id], NEEDS[act])
    async with ctx.store.write() as db:
        site = await _locked(db, site_id, now)
        policy = change(site.policy)
        check_policy(policy)
        before, after = differences(state_of(site), state(site.name, site.origins, policy))
        if not after:
            return None
        await _put(db, site, policy, now)
        entry_id = await audit.add(
            db,
            member_id=member.id,
            act=act,
            site_id=site_id,
            subject=[site_id],
            before=before,
            after=after,
            now=now,
        )
    await ctx.sites.refresh(ctx.store)
    return entry_id


async def restore(db: WriteDb, member: Member, entry: audit.Entry, now: int) -> dict[int, object]:
    """Puts back each field that is still as the act left it; of lists, each entry by itself."""
    require(member, entry.subject, NEEDS[entry.act])
    site = await _locked(db, entry.subject[0], now)
    current = state_of(site)
    back = undone(current, entry.before, entry.after)
    if back:
        await _put(db, site, msgspec.convert({**current, **back}, Policy), now)
    return {site.id: sorted(back)}


async def _locked(db: WriteDb, site_id: int, now: int) -> Site:
    """The site as it is while nobody else changes it."""
    site = await sites.get(db, site_id) if await sites.lock(db, site_id, now=now) else None
    if site is None:
        raise NotFound("There is no such site any more.")
    return site


async def _put(db: WriteDb, site: Site, policy: Policy, now: int) -> None:
    await sites.change(db, site.id, name=site.name, origins=site.origins, policy=policy, now=now)
