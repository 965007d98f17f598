"""Personal tokens: with one, a program of a member's may do by the API what its role allows."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from afterword.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from afterword.core.model import Role
from afterword.core.names import clean_name
from afterword.core.tokens import token_hash
from afterword.services.members.note_act import note_act
from afterword.services.permission import at_most
from afterword.storage import api_tokens, members

if TYPE_CHECKING:
    from afterword.core.api_token import ApiToken
    from afterword.core.model import Member
    from afterword.services.context import Context

PREFIX = "afw_"
"""Tells people, and programs that look for lost keys, what this is."""
FEED_PREFIX = "afwf_"
"""The same of one that opens the feed of the queue alone."""
DAY = 24 * 60 * 60_000
LONGEST = 366
"""Days for which a token may be good."""
MOST = 20
"""Tokens of one member."""
SEEN_EVERY = 5 * 60_000
"""Milliseconds between two times that its use is written down."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token, with the text that opens it and is shown this once."""

    token: ApiToken
    text: str


async def issue_api_token(
    ctx: Context, member: Member, name: str, role: Role, days: int, *, now: int
) -> Issued:
    """A token of the member's own, for so many days, that may do no more than they or `role` may.

    Raises `Invalid` with the fields `name` and `days`, `Forbidden` for a role that the member has
    nowhere, and `Conflict` where there are twenty.
    """
    return await _issue(ctx, member, name, role, days, PREFIX, now)


async def issue_feed_token(
    ctx: Context, member: Member, name: str, days: int, *, now: int
) -> Issued:
    """A token that stands in the address of the feed of the queue and opens nothing else.

    Whoever has it sees what a viewer sees. Raises `Invalid` and `Conflict` as for other tokens.
    """
    return await _issue(ctx, member, name, Role.VIEWER, days, FEED_PREFIX, now)


async def _issue(
    ctx: Context, member: Member, name: str, role: Role, days: int, prefix: str, now: int
) -> Issued:
    if not any(at_most(role, own) is role for own in member.roles.values()):
        raise Forbidden(f"You are {role} of no site, so no token of yours can be.")
    if not 1 <= days <= LONGEST:
        message = f"Please choose from 1 to {LONGEST} days."
        raise Invalid(FieldError("days", "out_of_range", message))
    called = clean_name(name)
    text = prefix + secrets.token_urlsafe(32)
    async with ctx.store.write() as db:
        if len(await api_tokens.of_member(db, member.id, now=now)) >= MOST:
            raise Conflict(f"You have {MOST} tokens. Revoke one that is not used any more.")
        token = await api_tokens.add(
            db,
            member.id,
            called,
            token_hash(text),
            role,
            feed=prefix == FEED_PREFIX,
            ends_at=now + days * DAY,
            now=now,
        )
        await note_act(db, member, "issue_token", token.id, now)
    return Issued(token, text)


async def list_api_tokens(ctx: Context, member: Member, *, now: int) -> list[ApiToken]:
    """The member's tokens that are good."""
    return await api_tokens.of_member(ctx.store, member.id, now=now)


async def revoke_api_token(ctx: Context, member: Member, token_id: int, *, now: int) -> None:
    """Ends a token of the member's own; raises `NotFound` for anybody else's."""
    async with ctx.store.write() as db:
        if not await api_tokens.end(db, token_id, member.id, now=now):
            raise NotFound("There is no such token any more.")
        await note_act(db, member, "revoke_token", token_id, now)


async def member_of_token(ctx: Context, text: str, *, now: int) -> Member | None:
    """Who sends this token, with no more than its role; None where it is not good."""
    return await _member_of(ctx, text, PREFIX, now)


async def member_of_feed(ctx: Context, text: str, *, now: int) -> Member | None:
    """Whose feed the address with this token is, as a viewer; None where it is not good."""
    return await _member_of(ctx, text, FEED_PREFIX, now)


async def _member_of(ctx: Context, text: str, prefix: str, now: int) -> Member | None:
    if not text.startswith(prefix):
        return None
    of_feed = prefix == FEED_PREFIX
    token = await api_tokens.by_hash(ctx.store, token_hash(text), feed=of_feed, now=now)
    member = await members.get(ctx.store, token.member_id) if token else None
    if token is None or member is None:
        return None
    if token.seen_at is None or now - token.seen_at >= SEEN_EVERY:
        async with ctx.store.write() as db:
            await api_tokens.seen(db, token.id, now=now)
    capped = {site_id: at_most(role, token.role) for site_id, role in member.roles.items()}
    return replace(member, roles=capped)
