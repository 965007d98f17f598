"""Telling readers of a comment: once, when it first became public, and only while it is.

Who hears of it: whoever asked for replies to a comment above it, at any depth, or for all of its thread;
never its own author. Whom that is is found in batches; each is a write of its own, or shares it with others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.mail import Action, Mail, Quote, Small
from afterword.core.model import Status
from afterword.core.telling import EventKind, NewMessage
from afterword.core.tokens import UnsubscribeClaim
from afterword.core.tree import excerpt
from afterword.services.telling.manage_subscriptions import page_name
from afterword.storage import (
    comments,
    contacts,
    mailboxes,
    members,
    outbox,
    pages,
    subscriptions,
    tellings,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.core.model import Comment, Page, Site
    from afterword.core.telling import Event, Message
    from afterword.services.context import Context
    from afterword.storage.store import Db, WriteDb
    from afterword.storage.subscriptions import Subscription
    from afterword.storage.tellings import Telling

REPLY = "reply"
"""The purpose of the mail."""
OLDEST = 30 * 24 * 60 * 60_000
"""Milliseconds after which a comment that becomes public is no news."""
BATCH = 200
"""Mailboxes told in one write, so that nobody waits long for the writer."""
COMMENTS = 50
"""Comments in one write: most have nobody to be told, and each write is an fsync."""
QUOTED = 1_000
"""Characters of the comment that the mail shows."""


@dataclass(frozen=True, slots=True)
class _Public:
    """A comment that everybody can read, where it is now."""

    comment: Comment
    page: Page
    site: Site


async def begin_telling(ctx: Context, db: WriteDb, taken: Sequence[Event], now: int) -> None:
    """Has readers told of comments that have become public, unless they were told before.

    Where nobody waits for one, as for most, that is all that is done about it. Mails that were dropped
    because it was not public any more are looked at anew, all in one statement: nobody who came later is
    told of it, as whoever goes through the listeners again would do.
    """
    shown = [each for each in taken if each.kind in (EventKind.CREATED, EventKind.APPROVED)]
    ids = list(dict.fromkeys(each.comment_id for each in shown if each.comment_id))
    public = await tellings.public(db, ids, since=now - OLDEST)
    if not public:
        return
    heard = await subscriptions.waited_for(db, public)
    tellings.begin(db, heard, now=now)
    tellings.begin(db, [each for each in public if each not in heard], now=now, is_over=True)
    outbox.come_back(db, public, REPLY, now=now)


async def tell_readers(ctx: Context, *, now: int) -> bool:
    """Puts mails to some readers into the outbox; whether there may be more to tell."""
    if await tellings.unfinished(ctx.store) is None:
        return False
    return await ctx.store.at_once(lambda db: _tell_some(ctx, db, now))


async def _tell_some(ctx: Context, db: WriteDb, now: int) -> bool:
    room = BATCH
    for _ in range(COMMENTS):
        telling = await tellings.unfinished(db)
        if telling is None:
            return False
        room -= await _go_on(ctx, db, telling, room, now)
        if not room:
            break
    return True


async def _go_on(ctx: Context, db: WriteDb, telling: Telling, most: int, now: int) -> int:
    """Tells of one comment, `most` mailboxes at most; how many there were."""
    found = await _public(ctx, db, telling.comment_id)
    if found is None:
        tellings.break_off(db, telling.comment_id)
        return 0
    told = await _tell(ctx, db, found, telling.after_id, most, now)
    tellings.go_on(db, telling.comment_id, told[-1] if len(told) == most else None)
    return len(told)


async def _tell(
    ctx: Context, db: WriteDb, found: _Public, after_id: int, most: int, now: int
) -> list[int]:
    """The mailboxes that come next."""
    comment = found.comment
    listeners = await subscriptions.listeners(
        db,
        await _place(db, found),
        own_keys=await _own_keys(ctx, db, comment),
        author_key=comment.author.key,
        after_id=after_id,
        limit=most,
    )
    for mailbox_id in listeners:
        message = NewMessage(
            channel="mail",
            purpose=REPLY,
            once=f"{REPLY}:{mailbox_id}:{comment.id}",
            site_id=found.site.id,
            comment_id=comment.id,
            mailbox_id=mailbox_id,
        )
        await outbox.add(db, message, now=now)
    return listeners


async def make_reply(ctx: Context, message: Message, now: int) -> Mail | None:
    """The mail to one reader; None where the comment is not public now, or is not wanted any more."""
    told = await _told(ctx, ctx.store, message)
    if told is None:
        return None
    found, email, mailbox_id, wanted = told
    comment, page, site = found.comment, found.page, found.site
    lang = ctx.languages.nearest([wanted.lang or ""])
    t = ctx.languages.speech(lang, site.policy.words)
    claim = UnsubscribeClaim(mailbox_id, site.id, wanted.id)
    stop = f"{ctx.settings.public_url}/unsubscribe/{ctx.tokens.mailbox.sign_unsubscribe(claim)}"
    return Mail(
        to=email,
        subject=t("newComment", title=page_name(page)),
        blocks=(
            Quote(comment.author.name or t("anonymous"), excerpt(comment.tree, QUOTED)),
            Action(t("readThere"), f"{ctx.settings.public_url}/c/{comment.id}"),
            Small(t("whyMail")),
            Small(t("stopMails"), stop),
        ),
        lang=lang,
        unsubscribe=stop,
        thread=f"page/{page.id}",
    )


async def bring_back(ctx: Context, db: WriteDb, message: Message, now: int) -> None:
    """A mail that was dropped waits anew where it could be sent by now.

    For the comment may have become public between the look at it and the note that nothing was sent.
    """
    if message.purpose == REPLY and await _told(ctx, db, message) is not None:
        outbox.bring_back(db, message.id, now=now)


async def _told(
    ctx: Context, db: Db, message: Message
) -> tuple[_Public, str, int, Subscription] | None:
    """The comment, address and mailbox, and the wish by which it is told; None where nothing is."""
    if message.comment_id is None or message.mailbox_id is None:
        return None
    found = await _public(ctx, db, message.comment_id)
    mailbox = await mailboxes.get(db, message.mailbox_id)
    if found is None or mailbox is None or mailbox.email is None:
        return None
    wanted = await subscriptions.wanted_by(db, mailbox.id, await _place(db, found))
    return None if wanted is None else (found, mailbox.email, mailbox.id, wanted)


async def _public(ctx: Context, db: Db, comment_id: int) -> _Public | None:
    comment = await comments.get(db, comment_id)
    if comment is None or comment.status is not Status.APPROVED:
        return None
    page = await pages.get(db, comment.page_id)
    site = ctx.sites.by_id(page.site_id) if page else None
    return _Public(comment, page, site) if page and site else None


async def _place(db: Db, found: _Public) -> subscriptions.Place:
    return await subscriptions.place(db, found.site.id, found.page.id, found.comment.id)


async def _own_keys(ctx: Context, db: Db, comment: Comment) -> list[str]:
    """The mailboxes of whoever wrote it."""
    contact = await contacts.of(db, comment.id)
    member_id = comment.author.member_id
    member = await members.get(db, member_id) if member_id is not None else None
    emails = [each.email for each in (contact, member) if each is not None]
    return [ctx.hashes.mailbox(email) for email in emails]
