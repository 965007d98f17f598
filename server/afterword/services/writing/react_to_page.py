"""Reacting: one of the site's few words or emoji for a page, once a device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.errors import Conflict, FieldError, Forbidden, Invalid
from afterword.core.page_key import PageClaim, identify
from afterword.services.readers.reader import hand_of
from afterword.storage import pages, reactions
from afterword.storage.store import AlreadyThere

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.core.model import Page, Policy, Site
    from afterword.core.page_key import Identity
    from afterword.services.context import Context
    from afterword.services.readers.reader import Hand, Reader
    from afterword.storage.store import WriteDb


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a reader wants to have said of which page."""

    claim: PageClaim
    site: str | None
    chosen: str | None
    """None to take it back."""
    reader: Reader


@dataclass(frozen=True, slots=True)
class Reacted:
    """The reactions of all readers after it, and one's own."""

    counts: Mapping[str, int]
    policy: Policy
    mine: str | None


async def react_to_page(ctx: Context, reaction: Reaction, *, now: int) -> Reacted:
    """Counts the reaction in place of the device's earlier one; opens the page where nobody wrote yet.

    Raises `UnknownOrigin` for a page or sender of no site, `Forbidden` where the site has no reactions,
    `Invalid` for one that it has not, `Conflict` where another device has reacted at this address today.
    """
    site = ctx.sites.for_url(reaction.claim.url, reaction.site)
    ctx.sites.check_origin(site, reaction.reader.origin)
    _check(site, reaction.chosen)
    hand = await hand_of(ctx, site, reaction.reader, now=now)
    identity = identify(reaction.claim, site)
    page = await pages.find(ctx.store, site.id, identity.keys)
    if await _is_so(ctx, page, hand, reaction.chosen):
        return Reacted(page.reactions if page else {}, site.policy, reaction.chosen)
    try:
        async with ctx.store.write() as db:
            page = page or await _open(db, site, identity, now)
            counts = await _react(ctx, db, page, reaction, hand, now)
    except AlreadyThere:
        message = "Somebody has reacted to this page from your network today. One a day counts."
        raise Conflict(message, code="address_has_reacted") from None
    return Reacted(counts, site.policy, reaction.chosen)


def _check(site: Site, chosen: str | None) -> None:
    if not site.policy.reactions:
        raise Forbidden("There are no reactions on this site.", code="reactions_off")
    if chosen is not None and chosen not in site.policy.reactions:
        message = f"The reactions here are {', '.join(site.policy.reactions)}."
        raise Invalid(FieldError("reaction", "unknown", message))


async def _is_so(ctx: Context, page: Page | None, hand: Hand, chosen: str | None) -> bool:
    """Whether there is nothing to do."""
    if page is None:
        return chosen is None
    voter = _voter(ctx, page, hand.key)
    return hand.as_guest is None and await reactions.of(ctx.store, page.id, voter) == chosen


async def _open(db: WriteDb, site: Site, identity: Identity, now: int) -> Page:
    title = identity.title or ""
    return await pages.open_page(db, site.id, identity.keys, identity.url, title, now)


async def _react(
    ctx: Context, db: WriteDb, page: Page, reaction: Reaction, hand: Hand, now: int
) -> Mapping[str, int]:
    address = ctx.hashes.address(reaction.reader.address, now=now)
    async with pages.changing(db, page.id, now) as page:
        counts: Mapping[str, int] = page.reactions
        if hand.as_guest is not None:
            counts = await _take_back(db, page, _voter(ctx, page, hand.as_guest), now)
        voter = _voter(ctx, page, hand.key)
        # Read again under the lock: another request may have reacted meanwhile.
        before = await reactions.of(db, page.id, voter)
        counts = _counted(counts, before, reaction.chosen)
        if counts != page.reactions or before != reaction.chosen:
            await reactions.put(db, page.id, voter, reaction.chosen, address=address, now=now)
            await pages.count_reactions(db, page.id, counts)
    return counts


async def _take_back(db: WriteDb, page: Page, guest: str, now: int) -> Mapping[str, int]:
    """The counts without what this browser chose before its reader signed in: one person has one."""
    before = await reactions.of(db, page.id, guest)
    if before is not None:
        await reactions.put(db, page.id, guest, None, address="", now=now)
    return _counted(page.reactions, before, None)


def _voter(ctx: Context, page: Page, token: str) -> str:
    return ctx.hashes.reader(f"reaction/{page.id}", token)


def _counted(counts: Mapping[str, int], before: str | None, chosen: str | None) -> dict[str, int]:
    after = dict(counts)
    if before is not None:
        after[before] = after.get(before, 1) - 1
    if chosen is not None:
        after[chosen] = after.get(chosen, 0) + 1
    return {reaction: number for reaction, number in after.items() if number > 0}
