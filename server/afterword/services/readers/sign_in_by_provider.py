"""Readers sign in by OpenID Connect, in a pop-up: from the page to the provider, back, and to the page.

The page keeps a random text and sends its hash along. The provider's answer is taken from the browser
alone that set out; what the page then gets is a code for its origin, good once, for a minute, and with
that random text only. No token is ever in an address.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core import oidc_flow
from afterword.core.errors import FieldError, Forbidden, Invalid, NotFetched, NotFound, SignInNeeded
from afterword.core.oidc_flow import Arrival, Flow, is_challenge
from afterword.core.signed_claims import BadToken
from afterword.core.tokens import token_hash
from afterword.services.readers.reader_session import open_reader_session
from afterword.storage import providers, readers, spent_tokens

if TYPE_CHECKING:
    from afterword.core.sign_in_ways import Provider
    from afterword.services.context import Context
    from afterword.services.readers.reader_session import OpenedSession

LONGEST = 4_000
"""Characters of what a provider sends back with the browser."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a page asks for when it opens the pop-up."""

    provider_id: int
    origin: str
    challenge: str
    lang: str


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser goes, and the ticket that it brings back."""

    url: str
    ticket: str


@dataclass(frozen=True, slots=True)
class Back:
    """What the browser brings back from the provider."""

    ticket: str | None
    state: str
    code: str | None
    issuer: str | None
    """As its answer says, where it does (RFC 9207)."""


async def begin_sign_in(ctx: Context, wish: Wish, redirect_uri: str, *, now: int) -> Begun:
    """Sets out to the provider, for a page of the provider's site.

    Raises `NotFound` where there is none, `Forbidden` for a page of another origin, `Invalid` without
    the hash of a random text, and `NotFetched` where the provider does not answer.
    """
    provider = _provider(ctx, wish.provider_id)
    _check_origin(ctx, provider, wish.origin)
    if not is_challenge(wish.challenge):
        message = "Send the SHA-256 of a random text, in base64url, as challenge."
        raise Invalid(FieldError("challenge", "not_a_hash", message))
    flow = Flow(
        seed=secrets.token_urlsafe(32),
        provider_id=provider.id,
        origin=wish.origin,
        challenge=wish.challenge,
        lang=wish.lang,
        ends_at=now + oidc_flow.LASTS,
    )
    url = await ctx.oidc.sign_in_url(provider, flow, redirect_uri, now=now)
    return Begun(url, ctx.tokens.sign_in.flow(flow))


def flow_of(ctx: Context, back: Back, *, now: int) -> Flow:
    """The attempt that this is the answer to; raises `Forbidden` where this browser made none such."""
    flow = ctx.tokens.sign_in.read_flow(back.ticket or "", now=now)
    if flow is None or not flow.is_answered_by(back.state):
        message = (
            "This answer belongs to no attempt to sign in of this browser, or took too long."
            " Close this window and try again from the page."
        )
        raise Forbidden(message, code="sign_in_refused")
    return flow


async def finish_sign_in(
    ctx: Context, flow: Flow, back: Back, redirect_uri: str, *, now: int
) -> str:
    """The code for the page, once the provider has said who signed in.

    Raises `NotFound` where the provider is gone, `Forbidden` where somebody refused there or its word
    cannot be believed, and `NotFetched` where it gives no answer.
    """
    provider = _provider(ctx, flow.provider_id)
    _check_origin(ctx, provider, flow.origin)
    await _check_sender(ctx, provider, back, now)
    if not back.code or len(back.code) > LONGEST:
        raise Forbidden("Nobody was signed in.", code="sign_in_refused")
    try:
        person = await ctx.oidc.who(provider, flow, back.code, redirect_uri, now=now)
    except BadToken as wrong:
        message = f"What {provider.name} answered is not to be believed. {wrong}"
        raise NotFetched(message) from None
    return ctx.tokens.sign_in.code(
        Arrival(
            seed=secrets.token_urlsafe(16),
            provider_id=provider.id,
            origin=flow.origin,
            challenge=flow.challenge,
            author_key=ctx.hashes.author_by_person(provider.site_id, person.issuer, person.subject),
            name=person.name,
            website=person.website,
            ends_at=now + oidc_flow.CODE_LASTS,
        )
    )


async def redeem_code(
    ctx: Context, code: str, verifier: str, *, origin: str | None, agent: str, now: int
) -> OpenedSession:
    """A session for the page that asked, for its code and the random text; once.

    Raises `SignInNeeded` for a code that is none, was used, has ended, or is another page's.
    """
    arrival = ctx.tokens.sign_in.read_code(code, now=now)
    if arrival is None or not arrival.is_for(verifier) or origin not in (None, arrival.origin):
        raise _no_good()
    async with ctx.store.write() as db:
        provider = await providers.get(db, arrival.provider_id)
        mark = f"sign-in:{token_hash(code)}"
        if provider is None or not await spent_tokens.spend(db, mark, ends_at=arrival.ends_at):
            raise _no_good()
        reader = await readers.put(
            db,
            provider.site_id,
            arrival.author_key,
            provider_id=provider.id,
            name=arrival.name,
            website=arrival.website,
            now=now,
        )
        return await open_reader_session(ctx, db, reader, agent=agent, now=now)


def _provider(ctx: Context, provider_id: int) -> Provider:
    provider = ctx.sites.provider(provider_id)
    if provider is None or provider.kind != "oidc":
        raise NotFound("There is no such way to sign in.")
    return provider


def _check_origin(ctx: Context, provider: Provider, origin: str) -> None:
    site = ctx.sites.by_id(provider.site_id)
    if site is None or origin not in site.origins:
        raise ctx.sites.refusal(origin)


async def _check_sender(ctx: Context, provider: Provider, back: Back, now: int) -> None:
    """Where a provider names itself in its answers, another one's are told by that."""
    if back.issuer is None and not await ctx.oidc.expects_issuer(provider, now=now):
        return
    if back.issuer != provider.issuer:
        raise Forbidden("This answer is from another provider.", code="sign_in_refused")


def _no_good() -> SignInNeeded:
    message = "This sign-in is over, or belongs to another page. Please sign in again."
    return SignInNeeded(message, code="sign_in_refused")
