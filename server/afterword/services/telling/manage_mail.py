"""The outbox for the owner of every site: what waits, what failed and why, to try again, and to test."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from afterword.core.mail import Mail, Paragraph, Small
from afterword.core.mail_address import mail_address
from afterword.core.mail_advice import Sending, advice
from afterword.core.model import Role
from afterword.core.telling import STATES
from afterword.delivery.smtp import Patience
from afterword.services.permission import may
from afterword.services.telling.send_mail import send
from afterword.storage import audit, outbox_list

if TYPE_CHECKING:
    from afterword.core.mail_trouble import Answer
    from afterword.core.model import Member
    from afterword.core.telling import Listed, MessageState
    from afterword.services.context import Context
    from afterword.storage.store import WriteDb

COUNTED = 1000
"""Of a state, no more are counted."""
SLICE = 50
LARGEST = 2**62
RETRY, TEST = "retry_messages", "test_mail"
"""Words of the audit log."""
TESTING = Patience(answer=10.0, mail=20.0)
"""Somebody waits for the answer."""
NO_SERVER = "No mail server is named. Set AFTERWORD_SMTP_HOST and AFTERWORD_MAIL_FROM first."


@dataclass(frozen=True, slots=True)
class Seen:
    """A part of the outbox."""

    counts: dict[MessageState, int]
    messages: list[Listed]
    next: int | None
    """Before which message the next part begins."""
    sending: Sending | None
    """By what mails are sent; None where they wait for a mail server."""


@dataclass(frozen=True, slots=True)
class Tested:
    """What came of a test mail."""

    to: str
    answer: Answer
    advice: str


async def see_outbox(
    ctx: Context, member: Member, state: MessageState, *, before_id: int | None = None
) -> Seen:
    """The newest messages of a state, with each try of them."""
    _require(member)
    counts = {each: await outbox_list.count(ctx.store, each, COUNTED) for each in STATES}
    before = LARGEST if before_id is None else before_id
    found = await outbox_list.of_state(ctx.store, state, before_id=before, limit=SLICE + 1)
    further = found[SLICE - 1].message.id if len(found) > SLICE else None
    return Seen(counts, found[:SLICE], further, sending(ctx))


async def retry(ctx: Context, member: Member, message_id: int | None, *, now: int) -> int:
    """Tries a message now that failed or waits, or all that failed; how many.

    Raises `NotFound` where it does neither.
    """
    _require(member)
    done = 0
    after_id = 0
    while True:
        async with ctx.store.write() as db:
            if message_id is not None:
                ids = [message_id]
            else:
                ids = await outbox_list.failed(db, after_id=after_id, limit=500)
            changed = await outbox_list.retry(db, ids, now=now)
            if changed:
                await _note(db, member, RETRY, changed, now)
        done += len(changed)
        if message_id is not None or not ids:
            break
        after_id = ids[-1]
    if message_id is not None and not done:
        raise NotFound("There is no such message that failed or waits for its next try.")
    return done


async def send_test(ctx: Context, member: Member, to: str, *, now: int) -> Tested:
    """Sends a mail at once and says what came of it, with what to change.

    Raises `Conflict` without a mail server, and `Invalid` with the field `to`.
    """
    _require(member)
    by, server = sending(ctx), ctx.mail_server
    if by is None or server is None:
        raise Conflict(NO_SERVER)
    address = mail_address(to)
    if address is None:
        raise Invalid(FieldError("to", "not_an_address", "Please give one mail address."))
    async with ctx.store.write() as db:
        await _note(db, member, TEST, [], now)
    async with server.connection(TESTING) as connection:
        answer = await send(
            ctx, connection, _test_mail(ctx, address), secrets.token_hex(16), now=now
        )
    return Tested(address, answer, advice(answer, by))


def sending(ctx: Context) -> Sending | None:
    """By what mails are sent."""
    sender = ctx.settings.mail_from
    if ctx.mail_server is None or sender is None:
        return None
    return Sending(ctx.mail_server.host, ctx.mail_server.port, sender.address)


def _test_mail(ctx: Context, to: str) -> Mail:
    said = Paragraph("This mail has arrived, so mails of your comments can.")
    small = Small(
        "Somebody who owns this server asked for a test.", f"{ctx.settings.public_url}/dashboard"
    )
    return Mail(to, "Test of Afterword", (said, small))


def _require(member: Member) -> None:
    if not may(member, None, Role.OWNER):
        raise Forbidden("That is for owners of every site.")


async def _note(db: WriteDb, member: Member, act: str, subject: list[int], now: int) -> None:
    await audit.add(
        db,
        member_id=member.id or None,
        act=act,
        site_id=None,
        subject=subject,
        before=None,
        after=None,
        now=now,
    )
