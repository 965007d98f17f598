"""A person's own page: who may see it, and what they see and do there.

The link is mailed to their address; whoever opens it reads the mails of that address. Who is known on a site
by its own sign-in alone gets one there, and sees what is theirs on that site. It is good once, and opening it
changes nothing before a button is pressed, so that programs that look at mails use nothing up.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.errors import NotFound
from afterword.core.known_reader import Person
from afterword.core.model import Status
from afterword.core.tokens import token_hash
from afterword.services.persons.erase_person import person_of
from afterword.services.telling.manage_subscriptions import page_name
from afterword.services.writing.revise_comment import edit_own, withdraw_own
from afterword.storage import (
    comments,
    mailboxes,
    own_comments,
    own_sessions,
    pages,
    readers,
    spent_tokens,
    subscriptions,
)
from afterword.storage.own_sessions import PageOwner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.core.known_reader import KnownReader, ReaderSession
    from afterword.core.model import Comment, Site
    from afterword.core.tokens import OwnPageClaim
    from afterword.services.context import Context
    from afterword.storage.own_sessions import OwnSession
    from afterword.storage.store import WriteDb

LASTS = 12 * 60 * 60_000
"""Milliseconds for which the page stays open in a browser, used or not."""
SHOWN = 20
"""Comments at once."""
MOST_TYPED = 50
MOST_WISHES = 100
NEWEST = 2**62
OVER = "This link is good no more. Please ask for a new one."


@dataclass(frozen=True, slots=True)
class OwnComment:
    """Something that the person wrote, or that was written with their address."""

    comment: Comment
    site: str
    title: str
    is_public: bool
    can_edit: bool


@dataclass(frozen=True, slots=True)
class OwnWish:
    """What the person is told of by mail."""

    id: int
    site: str
    title: str
    of_thread: bool
    """Else of replies to one comment."""


@dataclass(frozen=True, slots=True)
class OwnPage:
    """What the person sees."""

    comments: tuple[OwnComment, ...]
    before: int | None
    """Where older ones begin; None where there are no more."""
    typed: tuple[OwnComment, ...]
    """Written with their address, by them or by somebody else."""
    wishes: tuple[OwnWish, ...]
    devices: tuple[ReaderSession, ...]


def link_is_good(ctx: Context, token: str, *, now: int) -> None:
    """Raises `NotFound` for a link that has ended; whether it was used is said when it is."""
    if ctx.tokens.own_page.read(token, now=now) is None:
        raise NotFound(OVER)


async def open_own_page(ctx: Context, token: str, *, now: int) -> str:
    """Opens the page in this browser by its link: what its cookie is to hold.

    Confirms the address that it was mailed to; raises `NotFound` for a link that has ended or was used.
    """
    claim = ctx.tokens.own_page.read(token, now=now)
    if claim is None:
        raise NotFound(OVER)
    value, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    async with ctx.store.write() as db:
        if not await spent_tokens.spend(db, f"own-page:{claim.seed}", ends_at=claim.ends_at):
            raise NotFound(OVER)
        owner = await _owner(ctx, db, claim, now)
        own_sessions.add(db, owner, token_hash(value), csrf, ends_at=now + LASTS, now=now)
    return ctx.tokens.person.sign(value)


async def _owner(ctx: Context, db: WriteDb, claim: OwnPageClaim, now: int) -> PageOwner:
    if claim.mailbox_id is None:
        if claim.site_id is None or ctx.sites.by_id(claim.site_id) is None:
            raise NotFound(OVER)
        return PageOwner(site_id=claim.site_id, author_key=claim.author_key)
    mailbox = await mailboxes.get(db, claim.mailbox_id)
    if mailbox is None or mailbox.email is None:
        raise NotFound(OVER)
    mailboxes.confirm(db, mailbox.id, (), now=now)
    return PageOwner(mailbox_id=mailbox.id)


async def restore_own_page(ctx: Context, cookie: str, *, now: int) -> OwnSession | None:
    """Whose page a cookie opens; None where it has ended."""
    value = ctx.tokens.person.read(cookie)
    return await own_sessions.by_token(ctx.store, token_hash(value), now=now) if value else None


async def leave_own_page(ctx: Context, session: OwnSession) -> None:
    """Closes the page in this browser."""
    async with ctx.store.write() as db:
        own_sessions.end(db, session.token_hash)


async def read_own_page(
    ctx: Context, session: OwnSession, *, before: int | None, now: int
) -> OwnPage:
    """What the person sees, of their comments those before that one."""
    person = await person_of_page(ctx, session)
    ids = await own_comments.of_keys(
        ctx.store,
        _site_ids(ctx, session),
        person.author_keys,
        before=before or NEWEST,
        limit=SHOWN + 1,
    )
    shown = await _comments(ctx, ids[:SHOWN], now)
    typed = []
    if person.email is not None:
        typed = await own_comments.typed_with(
            ctx.store, person.email, person.author_keys, limit=MOST_TYPED
        )
    known = await _known(ctx, session)
    devices = await readers.sessions_of(ctx.store, [each.id for each in known], now=now)
    return OwnPage(
        comments=shown,
        before=ids[SHOWN - 1] if len(ids) > SHOWN else None,
        typed=await _comments(ctx, typed, now),
        wishes=await _wishes(ctx, session),
        devices=tuple(devices),
    )


async def own_comment(
    ctx: Context, session: OwnSession, comment_id: int, *, now: int
) -> OwnComment:
    """One of the person's comments; raises `NotFound` for any other."""
    await _own(ctx, session, comment_id)
    (found,) = await _comments(ctx, [comment_id], now)
    return found


async def edit_own_comment(
    ctx: Context, session: OwnSession, comment_id: int, body: str, *, address: str, now: int
) -> Comment:
    """Gives one of them a new text, within the site's window, as its author may anywhere."""
    comment, site = await _own(ctx, session, comment_id)
    return await edit_own(ctx, site, comment, body, address=address, now=now)


async def delete_own_comment(
    ctx: Context, session: OwnSession, comment_id: int, *, now: int
) -> None:
    """Takes one of them back, at any time: who may erase everything may also erase one thing."""
    comment, _ = await _own(ctx, session, comment_id)
    await withdraw_own(ctx, comment, now=now)


async def end_own_wish(ctx: Context, session: OwnSession, wish_id: int, *, now: int) -> None:
    """Tells them of this no more; for the owner of the mailbox that is told."""
    if session.mailbox_id is None:
        return
    async with ctx.store.write() as db:
        subscriptions.end(db, session.mailbox_id, wish_id, now=now)


async def end_own_device(ctx: Context, session: OwnSession, token_hash: str) -> None:
    """Signs one of their devices out."""
    known = await _known(ctx, session)
    async with ctx.store.write() as db:
        await readers.end_session_of(db, token_hash, [each.id for each in known])


async def person_of_page(ctx: Context, session: OwnSession) -> Person:
    """All that the person is known by, for their copy and for erasing them."""
    if session.email is not None:
        return await person_of(ctx, ctx.store, session.email)
    return Person(author_keys=(session.author_key,) if session.author_key else ())


def sites_of_page(session: OwnSession) -> tuple[int, ...] | None:
    """The sites that the page is about; None for all."""
    return None if session.site_id is None else (session.site_id,)


def owner_shown(ctx: Context, session: OwnSession) -> str:
    """What heads the page: the address whose owner sees it, or the site that knows them."""
    site = ctx.sites.by_id(session.site_id) if session.site_id is not None else None
    return session.email or (site.name if site else "")


def _site_ids(ctx: Context, session: OwnSession) -> list[int]:
    return list(sites_of_page(session) or (site.id for site in ctx.sites))


async def _known(ctx: Context, session: OwnSession) -> list[KnownReader]:
    """As whom sites know the person."""
    if session.mailbox_id is not None:
        return await readers.of_mailbox(ctx.store, session.mailbox_id)
    person = await person_of_page(ctx, session)
    return await readers.known_by(ctx.store, person.author_keys, _site_ids(ctx, session))


async def _own(ctx: Context, session: OwnSession, comment_id: int) -> tuple[Comment, Site]:
    comment = await comments.get(ctx.store, comment_id)
    page = await pages.get(ctx.store, comment.page_id) if comment else None
    site = ctx.sites.by_id(page.site_id) if page else None
    person = await person_of_page(ctx, session)
    if comment is None or site is None or comment.author.key not in person.author_keys:
        raise NotFound("There is no such comment of yours.")
    return comment, site


async def _comments(ctx: Context, ids: Sequence[int], now: int) -> tuple[OwnComment, ...]:
    """Those with these ids, in their order."""
    found = await comments.get_many(ctx.store, ids)
    on = await pages.get_many(ctx.store, sorted({each.page_id for each in found.values()}))
    shown = []
    for comment in (found[each] for each in ids if each in found):
        page = on[comment.page_id]
        site = ctx.sites.by_id(page.site_id)
        if site is None:
            continue
        ends_at = comment.created_at + site.policy.edit_window * 1000
        shown.append(
            OwnComment(
                comment=comment,
                site=site.name,
                title=page_name(page),
                is_public=comment.status == Status.APPROVED,
                can_edit=comment.status != Status.REMOVED and now < ends_at,
            )
        )
    return tuple(shown)


async def _wishes(ctx: Context, session: OwnSession) -> tuple[OwnWish, ...]:
    if session.mailbox_id is None:
        return ()
    found = await subscriptions.of(ctx.store, session.mailbox_id, limit=MOST_WISHES)
    on = await pages.get_many(ctx.store, sorted({each.page_id for each in found}))
    wishes = []
    for each in found:
        site, page = ctx.sites.by_id(each.site_id), on.get(each.page_id)
        if site is not None and page is not None:
            wishes.append(OwnWish(each.id, site.name, page_name(page), each.comment_id is None))
    return tuple(wishes)
