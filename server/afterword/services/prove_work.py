"""Proof of work: when a browser is asked for it, how hard it is, and whether what came is one."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from afterword.core.errors import ProofNeeded
from afterword.core.proof_of_work import NONCE_BYTES, Challenge, Fault, Solution, how_hard
from afterword.storage import surges

if TYPE_CHECKING:
    from afterword.core.model import Site
    from afterword.services.context import Context


async def ask_for_work(
    ctx: Context, url: str, site_name: str | None, *, origin: str | None, now: int
) -> Challenge:
    """A challenge for a comment on this page, before anybody has said that one is needed.

    Raises `UnknownOrigin` for a page or sender of no site.
    """
    site = ctx.sites.for_url(url, site_name)
    ctx.sites.check_origin(site, origin)
    tide = await surges.get(ctx.store, site.id)
    return make_challenge(ctx, site, how_hard(surge=tide.is_surge, sent=0), now)


def check_work(
    ctx: Context, site: Site, proof: str | None, *, hardest: int, now: int
) -> Solution | Fault:
    """What a comment brings that has to show work, or what is wrong with it.

    Raises `ProofNeeded` where it brings nothing, or less than is asked by now. An empty proof is of
    somebody who cannot work, and is told apart from that.
    """
    found = None if proof is None else ctx.proofs.check(site.id, proof, now=now)
    if found is None or (isinstance(found, Solution) and found.maxnumber < hardest):
        raise ProofNeeded(make_challenge(ctx, site, hardest, now))
    return found


def make_challenge(ctx: Context, site: Site, hardest: int, now: int) -> Challenge:
    """A challenge that nobody else was given."""
    nonce, number = secrets.token_bytes(NONCE_BYTES), secrets.randbelow(hardest + 1)
    return ctx.proofs.ask(site.id, hardest, nonce=nonce, number=number, now=now)
