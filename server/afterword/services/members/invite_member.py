"""Invitations by link: whoever opens it first becomes a member, or gets one more role."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.errors import Conflict, FieldError, Invalid, NotFound
from afterword.core.mail_address import mail_address
from afterword.core.model import Role
from afterword.core.names import clean_name
from afterword.core.telling import NewMessage
from afterword.core.tokens import token_hash
from afterword.services.members.manage_members import Wish, checked, insert
from afterword.services.permission import may, owned_sites, require_owner
from afterword.storage import audit, invitations, members, outbox, sessions
from afterword.storage.store import AlreadyThere

if TYPE_CHECKING:
    from afterword.core.model import Invitation, Member, Session
    from afterword.services.context import Context
    from afterword.storage.store import Db, WriteDb

DAY = 24 * 60 * 60_000
GOOD_FOR = 7 * DAY
"""Milliseconds."""
PATH = "/dashboard/invitation?token="
MAIL = "invitation"
"""The purpose of the message that brings the link."""
INVITE, WITHDRAW, ACCEPT = "invite_member", "withdraw_invitation", "accept_invitation"
"""Words of the audit log."""


@dataclass(frozen=True, slots=True)
class Invited:
    """A new invitation, with the link that is shown this once."""

    invitation: Invitation
    link: str


async def invite_member(
    ctx: Context,
    owner: Member,
    site_id: int | None,
    role: Role,
    label: str,
    *,
    email: str = "",
    now: int,
) -> Invited:
    """A link, good once within seven days, that gives this role on the site (None: on every site).

    With an email it goes there too. Raises `Forbidden` for those who do not own the site, `Invalid` with
    the fields `name` and `email`, and `Conflict` for a mail where this server sends none, or a second one
    to one address on one day.
    """
    require_owner(owner, site_id)
    called = clean_name(label) if label.strip() else ""
    to = _checked_email(ctx, email)
    seed = secrets.token_hex(32)
    token = ctx.hashes.link(seed)
    async with ctx.store.write() as db:
        made = await invitations.invite(
            db,
            token_hash(token),
            site_id,
            role,
            called,
            owner.id or None,
            email=to,
            ends_at=now + GOOD_FOR,
            now=now,
        )
        await _note(db, owner, INVITE, made, now)
        if to is not None:
            once = f"{MAIL}:{ctx.hashes.mailbox(to)}:{now // DAY}"
            message = NewMessage(
                channel="mail", purpose=MAIL, once=once, site_id=site_id, data={"seed": seed}
            )
            if await outbox.add(db, message, now=now) is None:
                raise Conflict(
                    "An invitation went to this address today. Leave the address out, and send the"
                    " link yourself."
                )
    return Invited(made, f"{ctx.settings.public_url}{PATH}{token}")


async def list_invitations(ctx: Context, owner: Member, *, now: int) -> list[Invitation]:
    """Those of the sites that one owns that nobody has used yet."""
    owned = owned_sites(owner)
    found = await invitations.open_ones(ctx.store, now=now)
    return [each for each in found if None in owned or each.site_id in owned]


async def withdraw_invitation(ctx: Context, owner: Member, invitation_id: int, *, now: int) -> None:
    """Lets a link give nothing any more; raises `NotFound` where there is none of the owner's sites."""
    mine = {each.id: each for each in await list_invitations(ctx, owner, now=now)}
    async with ctx.store.write() as db:
        if invitation_id not in mine or not await invitations.withdraw(db, invitation_id):
            raise NotFound("There is no such invitation any more.")
        await _note(db, owner, WITHDRAW, mine[invitation_id], now)


async def find_invitation(db: Db, token: str, *, now: int) -> Invitation:
    """What a link gives; raises `NotFound` when it is good no more.

    It is not when whoever made it does not own the site any more.
    """
    found = await invitations.by_hash(db, token_hash(token), "member", now=now)
    if found is None or found.role is None or not await _still_stands(db, found):
        raise NotFound("This invitation has been used, withdrawn, or has ended. Ask for a new one.")
    return found


async def accept_as_new(
    ctx: Context, token: str, name: str, email: str, password: str, *, now: int
) -> Member:
    """A new member with the role of the link.

    Raises `Invalid` with the fields `name`, `email` and `password`, and `Conflict` where there is a
    member with that address: who has an account signs in and opens the link again.
    """
    found = await find_invitation(ctx.store, token, now=now)
    assert found.role is not None
    wish = checked(Wish(name, email, password, found.role, found.site_id))
    hashed = await ctx.hash_password(wish.password)
    try:
        async with ctx.store.write() as db:
            taken = await _take(db, token, now)
            member = await insert(db, wish, hashed, now)
            await _note(db, member, ACCEPT, taken, now)
            return member
    except AlreadyThere:
        message = "There is a member with this address. Sign in, then open the invitation again."
        raise Conflict(message) from None


async def accept_as_member(
    ctx: Context, member: Member, session: Session, token: str, *, now: int
) -> None:
    """Adds the role of the link to a member, who keeps what is more; ends their other sessions."""
    async with ctx.store.write() as db:
        taken = await _take(db, token, now)
        assert taken.role is not None
        own = member.roles.get(taken.site_id)
        if own is None or own.rank < taken.role.rank:
            await members.give_role(db, member.id, taken.site_id, taken.role)
            await sessions.end_others(db, member.id, session.id, now=now)
        await _note(db, member, ACCEPT, taken, now)


def _checked_email(ctx: Context, email: str) -> str | None:
    if not email.strip():
        return None
    if ctx.mail_server is None:
        raise Conflict(
            "This server sends no mail. Leave the address out, and send the link yourself."
        )
    address = mail_address(email.strip())
    if address is None:
        raise Invalid(FieldError("email", "not_an_address", "Please give one mail address."))
    return address


async def _take(db: WriteDb, token: str, now: int) -> Invitation:
    found = await find_invitation(db, token, now=now)
    if not await invitations.take(db, found.id, now=now):
        raise NotFound("This invitation has been used. Ask for a new one.")
    return found


async def _still_stands(db: Db, invitation: Invitation) -> bool:
    if invitation.invited_by is None:
        return True  # the command line; members are never deleted
    owner = await members.get(db, invitation.invited_by)
    return owner is not None and may(owner, invitation.site_id, Role.OWNER)


async def _note(db: WriteDb, member: Member, act: str, about: Invitation, now: int) -> None:
    await audit.add(
        db,
        member_id=member.id,
        act=act,
        site_id=about.site_id,
        subject=[about.id],
        before=None,
        after=about.role,
        now=now,
    )
