"""The first account: made through a one-time link that only whoever started the server has seen."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from afterword.core.errors import NotFound
from afterword.core.model import Member, Role
from afterword.core.tokens import token_hash
from afterword.services.members.manage_members import Wish, checked, insert
from afterword.storage import members, setup_links

if TYPE_CHECKING:
    from afterword.services.context import Context

GOOD_FOR = 24 * 60 * 60_000
"""Milliseconds; the next start makes another link."""
PATH = "/dashboard/set-up?token="


async def set_up_link(ctx: Context, *, now: int) -> str | None:
    """A new link, which ends those before it; None once anybody can sign in."""
    if await members.any_exists(ctx.store):
        return None
    token = secrets.token_urlsafe(32)
    async with ctx.store.write() as db:
        await setup_links.replace(db, token_hash(token), now=now)
    return f"{ctx.settings.public_url}{PATH}{token}"


async def check_set_up(ctx: Context, token: str, now: int) -> bool:
    """Whether the link of this token may still make the first account."""
    since = now - GOOD_FOR
    return await setup_links.is_valid(
        ctx.store, token_hash(token), since=since
    ) and not await members.any_exists(ctx.store)


async def create_first_member(
    ctx: Context, token: str, name: str, email: str, password: str, *, now: int
) -> Member:
    """The owner of every site; once. Of two at the same time one wins, the other gets `NotFound`.

    Raises `Invalid` with the fields `name`, `email` and `password`.
    """
    if not await check_set_up(ctx, token, now):
        raise _gone()
    wish = checked(Wish(name, email, password, Role.OWNER))
    hashed = await ctx.hash_password(wish.password)
    async with ctx.store.write() as db:
        taken = await setup_links.take(db, token_hash(token), since=now - GOOD_FOR)
        if not taken or await members.any_exists(db):
            raise _gone()
        return await insert(db, wish, hashed, now)


def _gone() -> NotFound:
    return NotFound(
        "This link has been used or has ended. A restart of the server shows a new one."
    )
