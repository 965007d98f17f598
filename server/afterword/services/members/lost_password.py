"""Asking for a new password by mail: the same answer after the same work, whoever asks for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.errors import Conflict
from afterword.core.telling import NewMessage
from afterword.services.members import sign_in_throttle
from afterword.storage import members, outbox

if TYPE_CHECKING:
    from afterword.services.context import Context

PURPOSE = "lost_password"
PAUSE = 15 * 60_000
"""Milliseconds in which an account gets one such mail, however often somebody asks."""
MOST_A_DAY = 5
"""Such mails to one account."""
_PAUSES_A_DAY = 24 * 60 * 60_000 // PAUSE


async def ask_for_password(ctx: Context, email: str, *, address: str, now: int) -> None:
    """Has a link to a new password mailed to the account of this address, if there is one.

    Where there is none the same is written, and dropped when its mail would be made. Raises `TooMany`
    for a network address that asks too often, and `Conflict` where this server sends no mail.
    """
    if ctx.mail_server is None:
        raise Conflict("This server sends no mail: an owner can make you a link to a new password.")
    await sign_in_throttle.begin_asking(ctx, address, now)
    account = ctx.hashes.account(email)
    found = await members.by_email(ctx.store, email.strip())
    pause = now // PAUSE
    of_day = [f"password:{account}:{pause - ago}" for ago in range(_PAUSES_A_DAY)]
    message = NewMessage(
        channel="mail",
        purpose=PURPOSE,
        once=of_day[0],
        member_id=found[0].id if found else None,
    )
    async with ctx.store.write() as db:
        if await outbox.count(db, of_day) < MOST_A_DAY:
            await outbox.add(db, message, now=now)
