"""Ending mails, by the link that each of them has: it is good for ever, and needs nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from afterword.core.errors import NotFound
from afterword.services.telling.manage_subscriptions import page_name
from afterword.storage import comments, mailboxes, pages, subscriptions

if TYPE_CHECKING:
    from afterword.core.tokens import UnsubscribeClaim
    from afterword.services.context import Context
    from afterword.storage.mailboxes import Mailbox
    from afterword.storage.store import Db
    from afterword.storage.subscriptions import Subscription

What: TypeAlias = Literal["replies", "thread", "site", "everything"]
"""What somebody wants to hear no more of."""
WHATS: tuple[What, ...] = get_args(What)


@dataclass(frozen=True, slots=True)
class Mails:
    """What a mailbox is told, as far as one link is about it."""

    mailbox: Mailbox | None
    """None for one of which nothing is kept any more: no mail goes there."""
    site: str | None
    """None for one that is gone."""
    subscription: Subscription | None
    """None for one that is gone."""
    page: str | None
    silent: bool
    """Whether it hears nothing of the site."""

    def is_over(self, what: What) -> bool:
        """Whether it hears no more of this."""
        if self.mailbox is None or self.mailbox.refused_at is not None:
            return True
        if what == "everything":
            return False
        if what == "site" or self.silent:
            return self.silent
        return self.subscription is None or self.subscription.ended_at is not None

    @property
    def lang(self) -> str:
        """In which the page of the link speaks."""
        own = self.subscription.lang if self.subscription else None
        return own or (self.mailbox and self.mailbox.lang) or ""


async def see_mails(ctx: Context, token: str) -> Mails:
    """What a link is about; raises `NotFound` for one that was not made here."""
    return await _see(ctx, ctx.store, _claim(ctx, token))


async def unsubscribe(ctx: Context, token: str, what: What, *, now: int) -> Mails:
    """Ends it at once; twice is once. Raises `NotFound` for a link that was not made here.

    `thread` is all that the mailbox wished for on the page, replies too.
    """
    claim = _claim(ctx, token)
    async with ctx.store.write() as db:
        wish = await _own(db, claim)
        if what == "everything":
            mailboxes.refuse(db, claim.mailbox_id, now=now)
        elif what == "site" and await _can_be_silent(ctx, db, claim):
            mailboxes.silence(db, claim.mailbox_id, claim.site_id, now=now)
        elif what == "replies" and wish is not None:
            subscriptions.end(db, claim.mailbox_id, wish.id, now=now)
        elif what == "thread" and wish is not None:
            page_ids = await subscriptions.pages_of(db, await _page_id(db, wish))
            subscriptions.end_of_pages(db, claim.mailbox_id, page_ids, now=now)
        return await _see(ctx, db, claim)


async def subscribe_again(ctx: Context, token: str, what: What, *, now: int) -> Mails:
    """Takes back what was ended by the same link; raises `NotFound` for one that was not made here."""
    claim = _claim(ctx, token)
    async with ctx.store.write() as db:
        wish = await _own(db, claim)
        if what == "everything":
            mailboxes.allow(db, claim.mailbox_id)
        elif what == "site":
            mailboxes.break_silence(db, claim.mailbox_id, claim.site_id)
        elif wish is not None and wish.ended_at is not None:
            subscriptions.take_up(db, claim.mailbox_id, ended_at=wish.ended_at)
        return await _see(ctx, db, claim)


def _claim(ctx: Context, token: str) -> UnsubscribeClaim:
    claim = ctx.tokens.mailbox.read_unsubscribe(token)
    if claim is None:
        message = (
            "This link was not made here. Please open it as it stands in the mail, in one piece."
        )
        raise NotFound(message)
    return claim


async def _can_be_silent(ctx: Context, db: Db, claim: UnsubscribeClaim) -> bool:
    """Whether mailbox and site are there."""
    mailbox = await mailboxes.get(db, claim.mailbox_id)
    return mailbox is not None and ctx.sites.by_id(claim.site_id) is not None


async def _own(db: Db, claim: UnsubscribeClaim) -> Subscription | None:
    found = await subscriptions.get(db, claim.subscription_id)
    return found if found and found.mailbox_id == claim.mailbox_id else None


async def _page_id(db: Db, wish: Subscription) -> int:
    """Of the thread where it is now: comments move, and pages are merged."""
    if wish.comment_id is not None:
        comment = await comments.get(db, wish.comment_id)
        return comment.page_id if comment else wish.page_id
    page = await pages.get(db, wish.page_id)
    while page is not None and page.merged_into is not None:
        page = await pages.get(db, page.merged_into)
    return page.id if page else wish.page_id


async def _see(ctx: Context, db: Db, claim: UnsubscribeClaim) -> Mails:
    wish = await _own(db, claim)
    page = await pages.get(db, await _page_id(db, wish)) if wish else None
    site = ctx.sites.by_id(claim.site_id)
    return Mails(
        mailbox=await mailboxes.get(db, claim.mailbox_id),
        site=site.name if site else None,
        subscription=wish,
        page=page_name(page) if page else None,
        silent=await mailboxes.is_silent(db, claim.mailbox_id, claim.site_id),
    )
