"""Hearing of what changes in a page's thread as it happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.page_key import PageClaim, identify

if TYPE_CHECKING:
    from afterword.services.context import Context
    from afterword.services.live_rooms import Listener


@dataclass(frozen=True, slots=True)
class Following:
    """Which thread somebody wants to follow, and from where on."""

    claim: PageClaim
    site: str | None = None
    """Name of the site, where the address alone would be of another."""
    since: int | None = None
    """The version of the page that they know; None for what comes from now on."""
    origin: str | None = None
    """Of the page that asks, as its browser says."""


async def follow_thread(ctx: Context, wanted: Following, who: bytes) -> tuple[Listener, bytes]:
    """A listener, who must `ctx.live.leave` in the end, and the events that it missed.

    Raises `UnknownOrigin` for an address of no site, a kind of `Forbidden` for a page of another one,
    `Unavailable` or `TooMany` where too many listen.
    """
    site = ctx.sites.for_url(wanted.claim.url, wanted.site)
    ctx.sites.check_origin(site, wanted.origin)
    keys = tuple(identify(wanted.claim, site).keys)
    listener = ctx.live.admit(who)
    try:
        return listener, await ctx.live.join(listener, site.id, keys, wanted.since)
    except BaseException:
        ctx.live.leave(listener)
        raise
