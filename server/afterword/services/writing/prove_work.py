"""Proof of work: when a browser is asked for it, how hard it is, and whether what came is one."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from afterword.core.errors import ProofNeeded
from afterword.core.model import Outcome, Reason
from afterword.core.proof_of_work import NONCE_BYTES, Challenge, Fault, Solution, how_hard
from afterword.core.rules import HOLD_AT
from afterword.core.screening import is_at_risk, judge
from afterword.storage import spent_tokens, surges

if TYPE_CHECKING:
    from afterword.core.model import Policy, Site, Verdict
    from afterword.core.rules import Facts
    from afterword.services.context import Context
    from afterword.storage.store import WriteDb

    Screened = tuple[Verdict, Facts]


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


def show_work(
    ctx: Context, site: Site, screened: Screened, proof: str | None, *, surge: bool, now: int
) -> tuple[Solution | None, Facts]:
    """The solution that a comment brings, and what is known of it then; None where none is needed.

    Raises `ProofNeeded` where the browser has to work first.
    """
    verdict, facts = screened
    if not is_asked(verdict, facts, site.policy, surge=surge):
        return None, facts
    hardest = how_hard(surge=surge, sent=facts.from_address)
    found = check_work(ctx, site, proof, hardest=hardest, now=now)
    if isinstance(found, Fault):
        return None, replace(facts, no_work=found.value)
    return found, facts


def is_asked(verdict: Verdict, facts: Facts, policy: Policy, *, surge: bool) -> bool:
    """Whether this comment has to show work."""
    if policy.proof == "off" or verdict.outcome is Outcome.SPAM:
        return False
    return policy.proof == "always" or surge or is_at_risk(verdict, facts, policy)


async def spend(db: WriteDb, solution: Solution, verdict: Verdict) -> Verdict:
    """The verdict once the solution is spent; one that was used before holds the comment."""
    if await spent_tokens.spend(db, solution.challenge, ends_at=solution.ends_at):
        return verdict
    return judge((*verdict.reasons, Reason("proof", HOLD_AT, Fault.SPENT.value)))


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
