"""Signing in to the dashboard: passwords, and sessions that live on the server."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.agent import describe_agent
from afterword.core.errors import FieldError, Invalid, NotFound, SecondStepNeeded, SignInNeeded
from afterword.core.model import Member, Session
from afterword.core.passwords import check_new, needs_rehash
from afterword.core.tokens import token_hash
from afterword.services.members import second_step, sign_in_throttle
from afterword.storage import invitations, members, second_steps, sessions

if TYPE_CHECKING:
    from afterword.services.context import Context
    from afterword.storage.store import WriteDb

MINUTE = 60_000
IDLE = 8 * 60 * MINUTE
"""A session that nobody used for so long has ended."""
LONGEST = 7 * 24 * 60 * MINUTE
"""No session lives longer."""
SEEN_EVERY = 5 * MINUTE
"""A session's last use is written down no more often: each time costs an fsync."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session, and the value of the cookie that opens it."""

    member: Member
    session: Session
    cookie_value: str


async def sign_in(
    ctx: Context, email: str, password: str, *, address: str, agent: str, now: int
) -> SignedIn:
    """Opens a session; `address` is the client's, and is kept only as a keyed hash.

    Raises `SignInNeeded` in the same words and after the same work whether or not there is such an
    account, `TooMany` after five wrong passwords from one address, and `SecondStepNeeded` with the ticket
    for `finish_sign_in` where the member has turned that on.
    """
    attempt = await sign_in_throttle.begin(ctx, email, address, now)
    found = await members.by_email(ctx.store, email.strip())
    right = await ctx.check_password(password, found[1] if found else None)
    if found is None or not right:
        raise SignInNeeded("The email address or the password is not right.", code="wrong_password")
    member, stored = found
    renewed = await ctx.hash_password(password) if needs_rehash(stored) else None
    has_second_step = await second_steps.seed(ctx.store, member.id) is not None
    async with ctx.store.write() as db:
        await sign_in_throttle.forget(db, attempt)
        if renewed is not None:
            await members.set_password(db, member.id, renewed)
        if not has_second_step:
            return await _open_session(ctx, db, member, agent, now)
    raise SecondStepNeeded(ctx.tokens.second_step.sign(member.id, renewed or stored, now=now))


async def finish_sign_in(
    ctx: Context, ticket: str, typed: str, *, agent: str, now: int
) -> SignedIn:
    """Opens the session of whoever has a ticket and types a code, or a recovery code.

    Raises `SignInNeeded` for a ticket that is good no more, `Invalid` with the field `code`, and
    `TooMany` after five wrong ones.
    """
    claim = ctx.tokens.second_step.read(ticket, now=now)
    found = await members.credentials(ctx.store, claim[0]) if claim else None
    if claim is None or found is None or not ctx.tokens.second_step.is_for(claim[1], found[1]):
        raise SignInNeeded("That took too long. Sign in again.", code="ticket_ended")
    member, _ = found
    attempt = await sign_in_throttle.begin_code(ctx, member.email, now)
    async with ctx.store.write() as db:
        if not await second_step.use(ctx, db, member.id, typed, now=now):
            raise second_step.wrong_code()
        await sign_in_throttle.forget(db, attempt)
        return await _open_session(ctx, db, member, agent, now)


async def _open_session(
    ctx: Context, db: WriteDb, member: Member, agent: str, now: int
) -> SignedIn:
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    session = await sessions.add(
        db, member.id, token_hash(token), csrf, describe_agent(agent), now=now
    )
    return SignedIn(member, session, ctx.tokens.session.sign(token))


async def restore_session(
    ctx: Context, cookie_value: str, *, now: int
) -> tuple[Member, Session] | None:
    """Who a cookie belongs to, or None where its session has ended or never was."""
    token = ctx.tokens.session.read(cookie_value)
    session = await sessions.by_token(ctx.store, token_hash(token)) if token is not None else None
    if session is None or not _is_alive(session, now):
        return None
    member = await members.get(ctx.store, session.member_id)
    if member is None:
        return None
    if now - session.seen_at >= SEEN_EVERY:
        async with ctx.store.write() as db:
            await sessions.seen(db, session.id, now=now)
    return member, session


async def sign_out(ctx: Context, session: Session, *, now: int) -> None:
    """Ends this session."""
    async with ctx.store.write() as db:
        await sessions.end(db, session.id, session.member_id, now=now)


async def list_sessions(ctx: Context, member: Member, *, now: int) -> list[Session]:
    """The member's sessions that are alive, the last used first."""
    found = await sessions.of_member(ctx.store, member.id)
    return [session for session in found if _is_alive(session, now)]


async def end_session(ctx: Context, member: Member, session_id: int, *, now: int) -> None:
    """Ends one of the member's own sessions; raises `NotFound` for anybody else's."""
    async with ctx.store.write() as db:
        if not await sessions.end(db, session_id, member.id, now=now):
            raise NotFound("There is no such session any more.")


async def end_other_sessions(ctx: Context, session: Session, *, now: int) -> None:
    """Ends all sessions of its member but this one."""
    async with ctx.store.write() as db:
        await sessions.end_others(db, session.member_id, session.id, now=now)


async def change_password(
    ctx: Context, member: Member, session: Session, old: str, new: str, *, now: int
) -> None:
    """A new password for whoever knows the old one; ends all other sessions.

    Raises `Invalid` with the field `old` or `new`, and `TooMany` after five wrong ones.
    """
    check_new(new, email=member.email, name=member.name, field="new")
    attempt = await sign_in_throttle.begin(ctx, member.email, None, now)
    found = await members.credentials(ctx.store, member.id)
    if not await ctx.check_password(old, found[1] if found else None):
        raise Invalid(FieldError("old", "wrong", "This is not your password."))
    hashed = await ctx.hash_password(new)
    async with ctx.store.write() as db:
        await sign_in_throttle.forget(db, attempt)
        await members.set_password(db, member.id, hashed)
        await invitations.end_resets(db, member.id, now=now)
        await sessions.end_others(db, member.id, session.id, now=now)


def _is_alive(session: Session, now: int) -> bool:
    return now - session.seen_at < IDLE and now - session.created_at < LONGEST
