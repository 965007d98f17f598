"""A new password by link, for whoever has forgotten theirs: from an owner, the command line, or a mail."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from afterword.core.errors import NotFound
from afterword.core.passwords import check_new
from afterword.core.tokens import token_hash
from afterword.services.members.manage_staff import decidable
from afterword.services.members.note_act import note_act
from afterword.storage import invitations, members, sessions

if TYPE_CHECKING:
    from afterword.core.model import Member
    from afterword.services.context import Context

GOOD_FOR = 24 * 60 * 60_000
"""Milliseconds."""
MAILED_FOR = 60 * 60_000
"""The same of a link that whoever has forgotten their password asks for."""
PATH = "/dashboard/reset?token="
MAKE, RESET = "make_reset_link", "reset_password"
"""Words of the audit log."""


async def make_reset_link(ctx: Context, owner: Member, member_id: int, *, now: int) -> str:
    """A link, good once within a day, to a new password of this member; ends those before it.

    Raises `Forbidden` where the member belongs to sites that are not the owner's.
    """
    token = secrets.token_urlsafe(32)
    async with ctx.store.write() as db:
        found = await decidable(db, owner, member_id)
        if found.disabled_at is not None:
            raise NotFound(f"{found.member.name} is disabled.")
        await invitations.end_resets(db, member_id, now=now)
        await invitations.reset(
            db, token_hash(token), member_id, owner.id or None, ends_at=now + GOOD_FOR, now=now
        )
        await note_act(db, owner, MAKE, member_id, now)
    return f"{ctx.settings.public_url}{PATH}{token}"


async def store_mailed(ctx: Context, member: Member, token: str, *, now: int) -> None:
    """Lets the link of a mail lead to a new password of the member, for an hour.

    Anybody can have asked for it, so links from before stay good. A link that was there before, used or
    not, is not made good again by a mail that is sent once more.
    """
    async with ctx.store.write() as db:
        if await invitations.is_known(db, token_hash(token)):
            return
        await invitations.reset(
            db, token_hash(token), member.id, member.id, ends_at=now + MAILED_FOR, now=now
        )
        await note_act(db, member, MAKE, member.id, now)


async def find_reset(ctx: Context, token: str, *, now: int) -> Member:
    """Whose password a link is for; raises `NotFound` when it is good no more."""
    found = await invitations.by_hash(ctx.store, token_hash(token), "password", now=now)
    member = await members.get(ctx.store, found.member_id or 0) if found else None
    if member is None:
        raise _gone()
    return member


async def reset_password(ctx: Context, token: str, password: str, *, now: int) -> Member:
    """Gives the member of the link this password, and ends all their sessions and other links.

    A second step of signing in stays. Raises `Invalid` with the field `password`.
    """
    member = await find_reset(ctx, token, now=now)
    check_new(password, email=member.email, name=member.name)
    hashed = await ctx.hash_password(password)
    async with ctx.store.write() as db:
        found = await invitations.by_hash(db, token_hash(token), "password", now=now)
        if found is None or not await invitations.take(db, found.id, now=now):
            raise _gone()
        await invitations.end_resets(db, member.id, now=now)
        await members.set_password(db, member.id, hashed)
        await sessions.end_others(db, member.id, None, now=now)
        await note_act(db, member, RESET, member.id, now)
    return member


def _gone() -> NotFound:
    return NotFound("This link has been used, or has ended. Ask for a new one.")
