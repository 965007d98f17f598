"""The mails with a link to an account: an invitation, and a new password for who has forgotten theirs.

A link is made when its mail is, from the name of the message and a key of this installation, so that a
mail that is sent once more has the same link, and the database alone opens nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.dates import day_text
from afterword.core.errors import NotFound
from afterword.core.mail import Action, Mail, Paragraph, Small
from afterword.services.members import invite_member, reset_password
from afterword.storage import invitations, members

if TYPE_CHECKING:
    from afterword.core.telling import Message
    from afterword.services.context import Context

LOST_FOR = 24 * 60 * 60_000
"""Milliseconds after which nobody waits for a new password any more."""


async def invitation_mail(ctx: Context, message: Message, now: int) -> Mail | None:
    """The link; None once it was used or withdrawn, or who made it may invite no more."""
    token = ctx.hashes.link(message.data["seed"])
    try:
        found = await invite_member.find_invitation(ctx.store, token, now=now)
    except NotFound:
        return None
    to = await invitations.email_of(ctx.store, found.id)
    site = ctx.sites.by_id(found.site_id) if found.site_id is not None else None
    if to is None or found.role is None:
        return None
    host = await members.get(ctx.store, found.invited_by or 0)
    who = host.name if host else "The owner"
    where = f"the comments of {site.name}" if site else "the comments of every site here"
    return Mail(
        to=to,
        subject=f"{who} invites you to moderate" if site is None else f"Invitation to {site.name}",
        blocks=(
            Paragraph(f"{who} invites you as {found.role.value} to {where}."),
            Action("Open the invitation", f"{ctx.settings.public_url}{invite_member.PATH}{token}"),
            Small(
                f"The link works once, until {day_text(found.ends_at)}. If you do not know who this is,"
                " do nothing."
            ),
        ),
    )


async def password_mail(ctx: Context, message: Message, now: int) -> Mail | None:
    """A link to a new password; None for who has no account, and when it was asked for long ago."""
    member = await members.get(ctx.store, message.member_id or 0)
    if member is None or now - message.created_at > LOST_FOR:
        return None
    token = ctx.hashes.link(message.message_id)
    await reset_password.store_mailed(ctx, member, token, now=now)
    return Mail(
        to=member.email,
        subject="A new password",
        blocks=(
            Paragraph(f"Hello {member.name}, somebody asked for a new password for your account."),
            Action(
                "Choose a new password", f"{ctx.settings.public_url}{reset_password.PATH}{token}"
            ),
            Small(
                "The link works once, within an hour. If it was not you, do nothing: your password"
                " stays as it is.",
            ),
        ),
    )
