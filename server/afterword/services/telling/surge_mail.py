"""Telling owners by mail that a surge has begun by itself: once in some hours, and while it is on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.mail import Action, Mail, Paragraph, Small
from afterword.core.model import Role
from afterword.core.surge import TOLD_FOR
from afterword.core.telling import EventKind, NewMessage
from afterword.services.permission import may
from afterword.services.telling.staff_mails import heard_on
from afterword.services.telling.stop_notices import quiet_link
from afterword.storage import members, notices, outbox, surges

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.core.telling import Event, Message
    from afterword.services.context import Context
    from afterword.storage.store import WriteDb

SURGE = "surge.began"
"""The purpose of the message."""


async def tell_of_surge(ctx: Context, db: WriteDb, taken: Sequence[Event], now: int) -> None:
    """Puts a message into the outbox for each owner of the site who wants mail at all."""
    for event in taken:
        if event.kind is EventKind.SURGE_BEGAN and not event.data.get("by_hand"):
            await _tell(db, event, now)


async def _tell(db: WriteDb, event: Event, now: int) -> None:
    for listener in await notices.of_site(db, event.site_id):
        if listener.role is not Role.OWNER or listener.notices == "none":
            continue
        message = NewMessage(
            channel="mail",
            purpose=SURGE,
            once=f"surge:{event.site_id}:{listener.member_id}:{event.at // TOLD_FOR}",
            site_id=event.site_id,
            member_id=listener.member_id,
            event_id=event.id,
        )
        await outbox.add(db, message, now=now)


async def surge_mail(ctx: Context, message: Message, now: int) -> Mail | None:
    """What is so while it is on; None once it is over, and for who owns the site or wants mails no more."""
    member = await members.get(ctx.store, message.member_id or 0)
    site = ctx.sites.by_id(message.site_id or 0)
    tide = (await surges.in_surge(ctx.store)).get(message.site_id or 0)
    if member is None or site is None or tide is None or not may(member, site.id, Role.OWNER):
        return None
    if await members.has_bounced(ctx.store, member.id):
        return None
    if heard_on(await notices.of_member(ctx.store, member.id), site.id) == "none":
        return None
    url = ctx.settings.public_url
    return Mail(
        to=member.email,
        subject=f"Comments come to {site.name} as a flood",
        blocks=(
            Paragraph(
                f"Comments come to {site.name} as a flood, about {tide.per_minute():.0f} a minute."
            ),
            Paragraph(
                "Until it is over, only authors who are known here are published without a look; all"
                " others wait in the queue. It ends by itself when the flood does."
            ),
            Action("See the queue", f"{url}/dashboard/queue?site={site.id}"),
            Action("See how comments come", f"{url}/dashboard/surge"),
            Small(
                f"You own {site.name}. How much you hear of it by mail:",
                f"{url}/dashboard/profile#notices",
            ),
        ),
        unsubscribe=quiet_link(ctx, member.id, site.id),
        thread=f"surge:{site.id}",
    )
