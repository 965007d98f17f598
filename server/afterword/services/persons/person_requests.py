"""A copy or the erasure of all that is kept of a person, by owners and on the command line.

The audit log says that it was done, by whom and of how many comments; not of whom.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from afterword.core.errors import Conflict, FieldError, Invalid
from afterword.core.known_reader import Person
from afterword.core.mail_address import mail_address
from afterword.core.model import Role
from afterword.services.acted_on import comment_for
from afterword.services.permission import require_owner
from afterword.services.persons.copy_person import copy_person
from afterword.services.persons.erase_person import erase_person, person_of
from afterword.storage import audit, contacts

if TYPE_CHECKING:
    from afterword.core.model import Member
    from afterword.services.context import Context

COPY, ERASE = "copy_person", "erase_person"
"""Words of the audit log."""


async def author_of(
    ctx: Context, member: Member, comment_id: int, *, by_email: bool
) -> tuple[Person, int]:
    """Whoever wrote the comment, and on which site; `by_email` adds all that has its address.

    For owners of the site; raises `NotFound` and `Forbidden`, `Conflict` for what a member wrote, and
    `Invalid` for `by_email` where no address was given.
    """
    comment, page = await comment_for(ctx.store, member, comment_id, Role.OWNER)
    if comment.author.member_id is not None:
        raise Conflict("A member of this site wrote that. Take away their role instead.")
    keys = (comment.author.key,) if comment.author.key else ()
    contact = await contacts.of(ctx.store, comment_id) if by_email else None
    if by_email and contact is None:
        message = "The author of this comment gave no email."
        raise Invalid(FieldError("by_email", "unknown", message))
    if contact is None:
        if not keys:
            raise Conflict("It is not known who wrote that. Remove the comment instead.")
        return Person(author_keys=keys), page.site_id
    person = await person_of(ctx, ctx.store, contact.email)
    return replace(person, author_keys=tuple({*person.author_keys, *keys})), page.site_id


async def person_with(ctx: Context, member: Member, email: str) -> Person:
    """Whoever has this address, for owners of every site; raises `Invalid` for what is no address."""
    require_owner(member, None)
    address = mail_address(email.strip())
    if address is None:
        message = "Please give one email address, like mira@example.org."
        raise Invalid(FieldError("email", "not_an_address", message))
    return await person_of(ctx, ctx.store, address)


async def copy_of(
    ctx: Context, member: Member, person: Person, site_id: int | None, *, now: int
) -> dict[str, Any]:
    """All that is kept of the person on a site, or everywhere, for its owners."""
    require_owner(member, site_id)
    found = await copy_person(ctx, person, None if site_id is None else [site_id], now=now)
    await _note(ctx, member, COPY, site_id, len(found["comments"]), now)
    return found


async def erase(
    ctx: Context, member: Member, person: Person, site_id: int | None, *, now: int
) -> int:
    """Erases it, for good; how many comments. Threads keep their shape."""
    require_owner(member, site_id)
    count = await erase_person(ctx, person, None if site_id is None else [site_id], now=now)
    await _note(ctx, member, ERASE, site_id, count, now)
    return count


async def _note(
    ctx: Context, member: Member, act: str, site_id: int | None, count: int, now: int
) -> None:
    async with ctx.store.write() as db:
        await audit.add(
            db,
            member_id=member.id,
            act=act,
            site_id=site_id,
            subject=[],
            before=None,
            after={"comments": count},
            now=now,
        )
