"""Who is to be told by mail: the wish that comes with a comment, and the consent of the address.

An address hears nothing before its owner confirmed once. Whoever gives an address is answered the same,
whatever is known of it. Of what people wrote, the mail that asks says nothing at all: else anybody could
send words of theirs to anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from afterword.core.errors import NotFound
from afterword.core.mail import Action, Mail, Paragraph, Small
from afterword.core.model import Status
from afterword.core.telling import EventKind, NewMessage
from afterword.storage import (
    comments,
    contacts,
    mailboxes,
    outbox,
    pages,
    senders,
    subscriptions,
    surges,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.core.languages import Speech
    from afterword.core.mail import Block
    from afterword.core.model import Comment, Page
    from afterword.core.telling import Event, Message, Notify
    from afterword.services.context import Context
    from afterword.storage.mailboxes import Mailbox
    from afterword.storage.store import Db, WriteDb
    from afterword.storage.subscriptions import Subscription

CONFIRM = "confirm"
"""The purpose of the mail that asks."""
HOUR = 60 * 60_000
PAUSE = 24 * HOUR
"""Milliseconds between two mails that ask the same address."""
MOST_AN_HOUR = 3
"""Addresses that are asked because of comments from one network address."""
LASTS = 7 * 24 * HOUR
"""Milliseconds for which a link that confirms is good, and a wish waits for it."""
MOST_SHOWN = 100
"""Wishes that are confirmed at once."""
MOST_NAMED = 5
"""Of them, as many are named in the mail."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the author of a comment wants to be told of by mail."""

    notify: Notify
    lang: str | None = None
    """The language to write in, as far as it is known."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to be told of, in words for the mailbox's owner."""

    subscription: Subscription
    site: str
    title: str
    url: str | None
    """Of the page; None for one where nothing is public yet: its address is as somebody typed it."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What waits for a mailbox's owner."""

    mailbox: Mailbox
    waiting: tuple[Wish, ...]


def wish(
    ctx: Context, db: WriteDb, page: Page, comment: Comment, email: str, wanted: Wanted, now: int
) -> None:
    """Notes what the author of a new comment wants to be told of."""
    key = ctx.hashes.mailbox(email)
    mailboxes.meet(db, key, email, wanted.lang, now=now)
    subscriptions.wish(
        db,
        key,
        page.site_id,
        page.id,
        comment.id if wanted.notify == "replies" else None,
        author_key=comment.author.key,
        lang=wanted.lang,
        now=now,
    )


async def ask_owners(ctx: Context, db: WriteDb, taken: Sequence[Event], now: int) -> None:
    """Has the owners of new comments' addresses asked, where there is something to confirm."""
    shown = [each for each in taken if each.kind in (EventKind.CREATED, EventKind.APPROVED)]
    emails = await contacts.wanting(db, [each.comment_id or 0 for each in shown])
    for event in shown:
        if event.comment_id in emails:
            await _ask(ctx, db, event, emails[event.comment_id], now)


async def _ask(ctx: Context, db: WriteDb, event: Event, email: str, now: int) -> None:
    comment = await comments.get(db, event.comment_id or 0)
    mailbox = await mailboxes.by_key(db, ctx.hashes.mailbox(email))
    if comment is None or mailbox is None or not await _may_ask(db, comment, event.site_id):
        return
    if not await subscriptions.pending(db, mailbox.id, limit=1):
        return
    asked = await senders.asked_since(db, comment.id, CONFIRM, now - HOUR, limit=MOST_AN_HOUR)
    if asked >= MOST_AN_HOUR:
        return
    # Where mails could not be sent for a while, the one that waits names this wish too.
    waits, last_sent = await outbox.under_way(db, mailbox.id, CONFIRM)
    if waits:
        return
    if last_sent is not None:
        await mailboxes.was_asked(db, mailbox.id, last_sent)
    due_at = await mailboxes.ask(db, mailbox.id, pause=PAUSE, now=now)
    if due_at is not None:
        message = NewMessage(
            channel="mail",
            purpose=CONFIRM,
            once=f"{CONFIRM}:{mailbox.id}:{due_at}",
            site_id=event.site_id,
            comment_id=comment.id,
            mailbox_id=mailbox.id,
        )
        await outbox.add(db, message, now=now, due_at=due_at)


async def _may_ask(db: WriteDb, comment: Comment, site_id: int) -> bool:
    """Who sends spam sends no mails; a flood from many addresses would ask as many strangers."""
    if comment.status is Status.PENDING:
        return not (await surges.get(db, site_id)).is_surge
    return comment.status is Status.APPROVED


async def make_confirm(ctx: Context, message: Message, now: int) -> Mail | None:
    """The mail that asks whether an address wants mails; None where nothing waits any more."""
    if message.mailbox_id is None or message.site_id is None:
        return None
    mailbox = await mailboxes.get(ctx.store, message.mailbox_id)
    site = ctx.sites.by_id(message.site_id)
    if mailbox is None or mailbox.email is None or not mailbox.may_be_asked or site is None:
        return None
    waiting = await _waiting(ctx, ctx.store, mailbox)
    if not waiting:
        return None
    lang = ctx.languages.nearest([mailbox.lang or ""])
    t = ctx.languages.speech(lang, site.policy.words)
    token = ctx.tokens.mailbox.sign_confirm(mailbox.id, ends_at=now + LASTS)
    return Mail(
        to=mailbox.email,
        subject=t("confirmMails"),
        blocks=_blocks(t, waiting, f"{ctx.settings.public_url}/subscribe/{token}"),
        lang=lang,
    )


def _blocks(t: Speech, waiting: Sequence[Wish], link: str) -> tuple[Block, ...]:
    named = dict.fromkeys(f"• {each.title}" for each in waiting)
    return (
        Paragraph(t("confirmAsk")),
        *(Paragraph(each) for each in list(named)[:MOST_NAMED]),
        Action(t("confirm"), link),
        Small(t("confirmIgnore")),
    )


async def see_wishes(ctx: Context, token: str, *, now: int) -> Wishes:
    """What a link that confirms is about; raises `NotFound` for one that is good no more."""
    mailbox = await _mailbox(ctx, ctx.store, token, now)
    waiting = await _waiting(ctx, ctx.store, mailbox) if mailbox.may_be_asked else []
    return Wishes(mailbox, tuple(waiting))


async def confirm_wishes(ctx: Context, token: str, ids: Sequence[int], *, now: int) -> int:
    """The mailbox's owner wants these; how many there were. From now on mails go there.

    The browsers that they came from are known as the owner's, so that their next wishes need no mail.
    """
    async with ctx.store.write() as db:
        mailbox = await _mailbox(ctx, db, token, now)
        found = await subscriptions.pending(db, mailbox.id, limit=MOST_SHOWN)
        wanted = [each.id for each in found if each.id in ids]
        if not wanted or not mailbox.may_be_asked:
            return 0
        mailboxes.confirm(db, mailbox.id, wanted, now=now)
        subscriptions.confirm(db, mailbox.id, wanted, now=now)
    return len(wanted)


async def refuse_wishes(ctx: Context, token: str, *, now: int) -> None:
    """The mailbox's owner wants nothing, and is never asked again."""
    async with ctx.store.write() as db:
        mailbox = await _mailbox(ctx, db, token, now)
        mailboxes.refuse(db, mailbox.id, now=now)


def page_name(page: Page) -> str:
    """What a page is called in a mail: by its title where something on it was approved.

    Else title and address are the words of somebody who waits; only the origin is the site's own.
    """
    if page.comment_count and page.title:
        return page.title
    return page.url if page.comment_count else urlsplit(page.url).netloc


async def _mailbox(ctx: Context, db: Db, token: str, now: int) -> Mailbox:
    mailbox_id = ctx.tokens.mailbox.read_confirm(token, now=now)
    mailbox = await mailboxes.get(db, mailbox_id) if mailbox_id is not None else None
    if mailbox is None:
        raise NotFound("This link is no longer good. With your next comment you get a new one.")
    return mailbox


async def _waiting(ctx: Context, db: Db, mailbox: Mailbox) -> list[Wish]:
    found = await subscriptions.pending(db, mailbox.id, limit=MOST_SHOWN)
    on = await pages.get_many(db, sorted({each.page_id for each in found}))
    wishes = []
    for each in found:
        site, page = ctx.sites.by_id(each.site_id), on.get(each.page_id)
        if site is not None and page is not None:
            url = page.url if page.comment_count else None
            wishes.append(Wish(each, site.name, page_name(page), url))
    return wishes
