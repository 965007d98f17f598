"""The channel of mails: each is made when it is sent, from what is so then, and handed to the mail server."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from afterword.core.mail_message import NotAMail, message_of
from afterword.core.telling import DROPPED, Outcome
from afterword.services.telling.mails import MAILS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from afterword.core.mail import Mail
    from afterword.core.mail_trouble import Answer
    from afterword.core.telling import Message, MessageState
    from afterword.delivery.smtp import MailConnection
    from afterword.services.context import Context

REST = 0.02
"""Seconds after each mail: writing one down takes some milliseconds in which no request is answered, and
it is readers who go first. Fifty mails a second are enough."""

log = logging.getLogger(__name__)


def can_send(ctx: Context) -> bool:
    """Whether there is a mail server; without one, mails wait."""
    return ctx.mail_server is not None


@asynccontextmanager
async def open_mail(
    ctx: Context,
) -> AsyncIterator[Callable[[Message, int], Awaitable[Outcome]]]:
    """What delivers one message after the other, over one connection."""
    assert ctx.mail_server is not None
    async with ctx.mail_server.connection() as connection:

        async def deliver(message: Message, now: int) -> Outcome:
            make = MAILS.get(message.purpose)
            mail = await make(ctx, message, now) if make else None
            if mail is None:
                return DROPPED
            try:
                answer = await send(ctx, connection, mail, message.message_id, now=now)
            except NotAMail as error:
                return Outcome("failed", str(error))
            await asyncio.sleep(REST)
            return _outcome(answer)

        yield deliver


async def send(
    ctx: Context, connection: MailConnection, mail: Mail, message_id: str, *, now: int
) -> Answer:
    """What the mail server answers; raises `NotAMail` where it cannot be written down."""
    sender = ctx.settings.mail_from
    assert sender is not None
    host = ctx.settings.public_host
    message = message_of(mail, sender, message_id=message_id, host=host, now=now)
    return await connection.send(message, sender.address, mail.to)


def _outcome(answer: Answer) -> Outcome:
    if answer.trouble is None:
        return Outcome("sent", str(answer))
    state: MessageState = "failed" if answer.is_final else "waiting"
    return Outcome(state, str(answer), bounced=answer.is_bounce, of_all=answer.of_all)
