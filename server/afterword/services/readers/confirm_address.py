"""A reader shows that an address is theirs, by a code that is mailed to it; then the site knows them.

Whoever asks for a code is answered the same, whatever is known of the address. A code works in the
browser that asked for it alone, which has its ticket: the link in the same mail opens the page of the
address's owner and signs nobody in here, so that nobody can have somebody else confirm a stranger's wish.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from afterword.core.draft import clean_visitor_token
from afterword.core.errors import FieldError, Forbidden, Invalid, SignInNeeded
from afterword.core.mail_address import mail_address
from afterword.core.telling import NewMessage
from afterword.core.tokens import token_hash
from afterword.services.readers.claim_comments import claim_of_device
from afterword.services.readers.reader_session import OpenedSession, open_reader_session
from afterword.services.telling.mail_code import CODE, LINK
from afterword.services.telling.send_mail import can_send
from afterword.storage import authors, mailboxes, outbox, reader_codes, readers
from afterword.storage.reader_codes import Asked

if TYPE_CHECKING:
    from afterword.core.model import Site
    from afterword.services.context import Context
    from afterword.storage.store import WriteDb

MINUTE = 60_000
DAY = 24 * 60 * MINUTE
LASTS = 15 * MINUTE
"""Milliseconds for which a code is good."""
MOST_TRIES = 5
PAUSE = MINUTE
"""Milliseconds between two mails to one address."""
MOST_A_DAY = 5
"""Mails to one address."""
_NO_DIGIT = re.compile(r"[\s-]")


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody says that an address is theirs."""

    url: str
    site: str | None
    email: str
    visitor_token: str
    lang: str | None
    origin: str | None = None
    """The `Origin` header; None where no browser sent one."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A reader whom the site knows now."""

    session: OpenedSession
    name: str
    """That they wrote under last; empty where they never did."""
    claimed: int
    """Older comments of this browser that are theirs by it."""


async def ask_for_code(ctx: Context, wish: Wish, *, now: int) -> str:
    """Has a code mailed, and gives the ticket that it works with; the answer tells nothing.

    Raises `UnknownOrigin` for a page or sender of no site, `Forbidden` where the site wants no codes or
    no mail can be sent, and `Invalid` for `email` and `visitor_token`.
    """
    site = ctx.sites.for_url(wish.url, wish.site)
    ctx.sites.check_origin(site, wish.origin)
    if not site.policy.mailed_codes or not can_send(ctx):
        raise Forbidden("This site does not sign in by mailed codes.", code="codes_off")
    device = ctx.hashes.author_by_visitor(site.id, clean_visitor_token(wish.visitor_token))
    return await _ask(ctx, site, wish.email, device, wish.lang, now)


async def ask_for_link(ctx: Context, email: str, lang: str | None, *, now: int) -> None:
    """Has a link to the person's own page mailed; the answer tells nothing.

    Raises `Forbidden` where no mail can be sent, and `Invalid` for `email`.
    """
    if not can_send(ctx):
        raise Forbidden("This server sends no mails yet.", code="codes_off")
    await _ask(ctx, None, email, None, lang, now)


async def confirm_code(
    ctx: Context, ticket: str, typed: str, *, origin: str | None, agent: str, now: int
) -> Confirmed:
    """Signs the browser in that has the ticket; confirms its address for mails as well.

    Raises `Invalid` for a `code` that is not the one, and `SignInNeeded` where the ticket has had its
    tries, was used, or is too old.
    """
    hashed = token_hash(ticket)
    asked = await reader_codes.by_ticket(ctx.store, hashed)
    site = ctx.sites.by_id(asked.site_id) if asked and asked.site_id else None
    if site is None:
        raise _over()
    ctx.sites.check_origin(site, origin)
    async with ctx.store.write() as db:
        asked = await reader_codes.try_once(db, hashed, most=MOST_TRIES, now=now)
        confirmed = None
        if asked is not None and _is_right(ctx, asked, typed):
            confirmed = await _confirm(ctx, db, site, asked, agent, now)
    if asked is None:
        raise _over()
    if confirmed is None:
        raise Invalid(FieldError("code", "wrong", "This is not the code. Please look again."))
    return confirmed


async def _ask(
    ctx: Context, site: Site | None, email: str, device: str | None, lang: str | None, now: int
) -> str:
    address = mail_address(email.strip())
    if address is None:
        message = "Please check the address. An example: ana@example.org"
        raise Invalid(FieldError("email", "not_an_address", message))
    lang = ctx.languages.nearest([lang]) if lang else None
    ticket, key = secrets.token_urlsafe(32), ctx.hashes.mailbox(address)
    async with ctx.store.write() as db:
        mailboxes.meet(db, key, address, lang, now=now)
        mailbox = await mailboxes.by_key(db, key)
        assert mailbox is not None
        times = await reader_codes.mailed(db, mailbox.id, after=now - DAY)
        rests = bool(times) and now - times[0] < PAUSE
        asked = Asked(
            ticket_hash=token_hash(ticket),
            site_id=site.id if site else None,
            mailbox_id=mailbox.id,
            author_key=device,
            seed=secrets.token_hex(16),
            mailed=mailbox.may_be_asked and not rests and len(times) < MOST_A_DAY,
            tries=0,
            created_at=now,
            ends_at=now + LASTS,
        )
        # Always the same statements: what is not to be mailed is dropped when its mail would be made,
        # beside the requests, and what nobody has the ticket of is good for nothing.
        if await reader_codes.renew(db, asked, after=now - PAUSE):
            asked = replace(asked, ticket_hash=token_hash(secrets.token_urlsafe(32)))
        reader_codes.add(db, asked)
        await outbox.add(db, _message(asked, lang), now=now)
    return ticket


def _message(asked: Asked, lang: str | None) -> NewMessage:
    return NewMessage(
        channel="mail",
        purpose=LINK if asked.site_id is None else CODE,
        site_id=asked.site_id,
        mailbox_id=asked.mailbox_id,
        data={"seed": asked.seed, "lang": lang},
    )


def _is_right(ctx: Context, asked: Asked, typed: str) -> bool:
    code = _NO_DIGIT.sub("", typed)
    right = hmac.compare_digest(code.encode(), ctx.hashes.mailed_code(asked.seed).encode())
    return right and asked.mailed


async def _confirm(
    ctx: Context, db: WriteDb, site: Site, asked: Asked, agent: str, now: int
) -> Confirmed | None:
    """Everything that is so once the address is confirmed, in one transaction."""
    mailbox = await mailboxes.get(db, asked.mailbox_id)
    if mailbox is None or mailbox.email is None:
        return None
    await reader_codes.spend(db, asked.ticket_hash)
    key = ctx.hashes.author_by_email(site.id, mailbox.email)
    mailboxes.confirm(db, mailbox.id, (), now=now)
    for device in (key, asked.author_key):
        if device is not None:
            mailboxes.know_device(db, mailbox.id, site.id, device, now=now)
    reader = await readers.put(db, site.id, key, mailbox_id=mailbox.id, now=now)
    reader = replace(reader, email=mailbox.email)
    claimed = 0
    if asked.author_key is not None:
        claimed = await claim_of_device(db, reader, asked.author_key, now)
    names = await authors.names(db, site.id, key, limit=1)
    if names:
        # So that a form which asks for no name again sends none.
        await readers.put(db, site.id, key, mailbox_id=mailbox.id, name=names[0], now=now)
    session = await open_reader_session(ctx, db, reader, agent=agent, now=now)
    return Confirmed(session, names[0] if names else "", claimed)


def _over() -> SignInNeeded:
    message = "This code is good no more. Please ask for a new one."
    return SignInNeeded(message, code="code_ended")
