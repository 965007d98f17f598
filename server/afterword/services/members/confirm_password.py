"""Typing the password once more before what would hurt most if somebody else sat at the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.errors import FieldError, Invalid
from afterword.services.members import sign_in_throttle
from afterword.storage import members, sessions

if TYPE_CHECKING:
    from afterword.core.model import Member, Session
    from afterword.services.context import Context

LASTS = 10 * 60_000
"""Milliseconds for which nobody is asked again."""


def is_confirmed(session: Session, *, now: int) -> bool:
    """Whether the password was typed in this session, for signing in or since, a moment ago."""
    return session.confirmed_at is not None and now - session.confirmed_at < LASTS


async def confirm_password(
    ctx: Context, member: Member, session: Session, password: str, *, now: int
) -> None:
    """Confirms the session for ten minutes; raises `Invalid`, and `TooMany` after five wrong ones."""
    attempt = await sign_in_throttle.begin(ctx, member.email, None, now)
    found = await members.credentials(ctx.store, member.id)
    if not await ctx.check_password(password, found[1] if found else None):
        raise Invalid(FieldError("password", "wrong", "This is not your password."))
    async with ctx.store.write() as db:
        await sign_in_throttle.forget(db, attempt)
        await sessions.confirm(db, session.id, now=now)
