"""The link to the own page of somebody whom a site knows without an address, given where they are signed in.

It is about that site alone, for the page's own scripts hold what says who is signed in: they could open it
too, and learn nothing that the site does not know. Whoever has confirmed an address gets theirs by mail.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.errors import Forbidden, SignInNeeded
from afterword.services.readers.reader_session import known_reader

if TYPE_CHECKING:
    from afterword.services.context import Context

LINK_LASTS = 2 * 60_000
"""Milliseconds from the click until the page is opened."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody who is signed in on a page asks for it."""

    url: str
    site: str | None
    token: str
    """That says who they are."""
    origin: str | None = None
    """The `Origin` header; None where no browser sent one."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where their page opens, once."""

    url: str
    ends_at: int


async def link_for_known(ctx: Context, wish: Wish, *, now: int) -> Link:
    """The link for whoever is known there.

    Raises `UnknownOrigin` for a page or sender of no site, `SignInNeeded` without somebody who is signed
    in, and `Forbidden` for who is known by an address.
    """
    site = ctx.sites.for_url(wish.url, wish.site)
    ctx.sites.check_origin(site, wish.origin)
    reader = await known_reader(ctx, site, wish.token, now=now)
    if reader is None:
        raise SignInNeeded("Sign in first: your page is of whoever is signed in.")
    if reader.mailbox_id is not None:
        message = "The link to your page is mailed to your address: ask for it on the page itself."
        raise Forbidden(message, code="own_page_by_mail")
    ends_at = now + LINK_LASTS
    seed = secrets.token_hex(16)
    token = ctx.tokens.own_page.sign_known(site.id, reader.author_key, seed, ends_at=ends_at)
    return Link(f"{ctx.settings.public_url}/me/open/{token}", ends_at)
