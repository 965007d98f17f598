"""Adding and listing members, and giving them new passwords."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from afterword.core.errors import Conflict, FieldError, Invalid, NotFound
from afterword.core.mail_address import mail_address
from afterword.core.model import Member, Role
from afterword.core.names import clean_name, skeleton
from afterword.core.passwords import check_new
from afterword.storage import invitations, members, sessions
from afterword.storage.store import AlreadyThere

if TYPE_CHECKING:
    from afterword.core.model import Site
    from afterword.services.context import Context
    from afterword.storage.store import WriteDb


@dataclass(frozen=True, slots=True)
class Wish:
    """A member to be."""

    name: str
    email: str
    password: str
    role: Role
    site_id: int | None = None
    """None for every site."""


async def add_member(
    ctx: Context,
    name: str,
    email: str,
    password: str,
    *,
    role: Role | None = None,
    site: Site | None = None,
    now: int,
) -> Member:
    """A new member; without a role, the first one is an owner and later ones are moderators.

    Raises `Invalid` with the fields `name`, `email` and `password`, and `Conflict` where there is a
    member with that address.
    """
    if role is None:
        role = Role.MODERATOR if await members.any_exists(ctx.store) else Role.OWNER
    wish = checked(Wish(name, email, password, role, site.id if site else None))
    hashed = await ctx.hash_password(wish.password)
    try:
        async with ctx.store.write() as db:
            return await insert(db, wish, hashed, now)
    except AlreadyThere:
        raise Conflict(f"There is a member with the address {wish.email} already.") from None


async def set_password(ctx: Context, email: str, password: str, *, now: int) -> Member:
    """A new password for a member, all of whose sessions end; for whoever has the command line."""
    found = await members.by_email(ctx.store, email.strip())
    if found is None:
        raise NotFound(f"There is no member with the address {email}.")
    member, _ = found
    check_new(password, email=member.email, name=member.name)
    hashed = await ctx.hash_password(password)
    async with ctx.store.write() as db:
        await members.set_password(db, member.id, hashed)
        await invitations.end_resets(db, member.id, now=now)
        await sessions.end_others(db, member.id, None, now=now)
    return member


async def list_members(ctx: Context) -> list[Member]:
    """Everybody who may sign in, in the order in which they came."""
    return await members.all_members(ctx.store)


def checked(wish: Wish) -> Wish:
    """The wish, cleaned; raises one `Invalid` that names every wrong field."""
    wrong: list[FieldError] = []
    name, address = wish.name, mail_address(wish.email.strip())
    try:
        name = clean_name(wish.name)
    except Invalid as refusal:
        wrong += refusal.fields
    if address is None:
        message = "Please give one email address, like mira@example.org."
        wrong.append(FieldError("email", "not_an_address", message))
    try:
        check_new(wish.password, email=wish.email, name=wish.name)
    except Invalid as refusal:
        wrong += refusal.fields
    if wrong or address is None:
        raise Invalid(*wrong)
    return replace(wish, name=name, email=address)


async def insert(db: WriteDb, wish: Wish, password_hash: str, now: int) -> Member:
    """Stores a member that was `checked`, with the one role."""
    member = await members.add(
        db, wish.name, skeleton(wish.name), wish.email, password_hash, now=now
    )
    await members.give_role(db, member.id, wish.site_id, wish.role)
    return replace(member, roles={wish.site_id: wish.role})
