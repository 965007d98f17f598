"""Addresses from which mails came back: none go there any more, until somebody takes that back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.errors import FieldError, Invalid
from afterword.core.model import Role
from afterword.services.acted_on import comment_for
from afterword.services.members.manage_staff import decidable
from afterword.storage import audit, contacts, mailboxes, members

if TYPE_CHECKING:
    from afterword.core.model import Member
    from afterword.services.context import Context
    from afterword.storage.store import WriteDb

TAKE_BACK = "take_back_bounce"
"""The word of the audit log."""


async def note_bounce(ctx: Context, email: str, *, now: int) -> bool:
    """A mail to this address, of a reader or a member, came back. Whether that is news."""
    async with ctx.store.write() as db:
        of_reader = await mailboxes.bounce(db, ctx.hashes.mailbox(email), now=now)
        of_member = await members.bounce(db, email.strip(), now=now)
    return of_reader or of_member


async def take_back_bounce(ctx: Context, actor: Member, email: str, *, now: int) -> bool:
    """Mails may go to this address again, for whoever has the command line; whether they might not."""
    async with ctx.store.write() as db:
        done = await _take_back(ctx, db, email)
        if done:
            await _note(db, actor, None, [], now)
    return done


async def take_back_of_member(ctx: Context, owner: Member, member_id: int, *, now: int) -> None:
    """Mails may go to a member again; for owners of all of the member's sites."""
    async with ctx.store.write() as db:
        found = await decidable(db, owner, member_id)
        if found.bounced_at is None:
            return
        await members.take_back_bounce(db, member_id)
        await mailboxes.take_back_bounce(db, ctx.hashes.mailbox(found.member.email))
        await _note(db, owner, None, [member_id], now)


async def take_back_of_author(ctx: Context, member: Member, comment_id: int, *, now: int) -> None:
    """Mails may go again to the address that came with the comment; for moderators of its site.

    Raises `NotFound` and `Forbidden`, and `Invalid` where there is no address.
    """
    _, page = await comment_for(ctx.store, member, comment_id, Role.MODERATOR)
    contact = await contacts.of(ctx.store, comment_id)
    if contact is None:
        raise Invalid(FieldError("email", "unknown", "The author of this comment gave no email."))
    async with ctx.store.write() as db:
        # Of a member with this address owners decide: a comment with it anybody can write.
        if await mailboxes.take_back_bounce(db, ctx.hashes.mailbox(contact.email)):
            await _note(db, member, page.site_id, [comment_id], now)


async def _take_back(ctx: Context, db: WriteDb, email: str) -> bool:
    of_reader = await mailboxes.take_back_bounce(db, ctx.hashes.mailbox(email))
    return await members.take_back_bounce_of(db, email.strip()) or of_reader


async def _note(
    db: WriteDb, actor: Member, site_id: int | None, subject: list[int], now: int
) -> None:
    await audit.add(
        db,
        member_id=actor.id,
        act=TAKE_BACK,
        site_id=site_id,
        subject=subject,
        before=None,
        after=None,
        now=now,
    )
