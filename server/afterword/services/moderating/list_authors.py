"""Who writes on a site: the authors of the newest comments, and one of them with all that is known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.errors import FieldError, Invalid, Malformed
from afterword.core.mail_address import mail_address
from afterword.core.model import Ban, Comment, Page, Role, Site, Status
from afterword.services.acted_on import comment_for
from afterword.services.permission import may, own_site, require
from afterword.services.screening.check_ban import Writer, bans_of
from afterword.storage import authors, contacts, mailboxes, pages, review, trusted_authors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from afterword.core.model import Member
    from afterword.services.context import Context
    from afterword.storage.authors import Spot

LOOKED_AT = 300
"""Newest comments of each status whose authors are listed."""
SLICE = 30
"""Comments of one author in one answer."""
MOST = 100
"""Authors in one answer."""
LONGEST = 100
"""Characters of what is searched for."""
_CURSOR = re.compile(r"(\d{1,16})\.(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class AuthorRow:
    """An author, as the newest comment tells."""

    comment: Comment
    number: int
    """Comments among those that were looked at."""
    trusted: bool


@dataclass(frozen=True, slots=True)
class AuthorView:
    """The author of a comment, and what is known of them on its site."""

    comment: Comment
    site: Site
    email: str | None
    """Only for those who may decide."""
    bounced: bool
    """Whether mails to that address come back."""
    names: tuple[str, ...]
    since: int
    counts: Mapping[Status, int]
    trusted: bool
    bans: tuple[Ban, ...]
    """That hold for them now; only for those who may decide."""
    history: tuple[tuple[Comment, Page | None], ...]
    """What they wrote and where, the newest first; the comment alone where nobody is recognised."""
    next: str | None


async def list_authors(
    ctx: Context, member: Member, site_id: int, search: str = ""
) -> tuple[AuthorRow, ...]:
    """Who wrote last on a site, or whose name holds what is searched; an email finds who gave it.

    Members are left out, and who is not recognised is listed by each comment. Raises `NotFound` for a
    site of others; only moderators find by email.
    """
    require(member, [site_id], Role.VIEWER, subject="site")
    search = search.strip()
    if len(search) > LONGEST:
        message = f"Search for {LONGEST} characters at most."
        raise Invalid(FieldError("search", "too_long", message))
    found = await _find(ctx, member, site_id, search)
    rows: dict[object, list[Comment]] = {}
    for comment in found:
        if comment.author.member_id is None:
            rows.setdefault(comment.author.key or comment.id, []).append(comment)
    keys = [each[0].author.key for each in rows.values() if each[0].author.key]
    trusted = await trusted_authors.among(ctx.store, site_id, keys[:MOST])
    return tuple(
        AuthorRow(each[0], len(each), each[0].author.key in trusted)
        for each in list(rows.values())[:MOST]
    )


async def read_author(
    ctx: Context, member: Member, comment_id: int, *, after: str | None = None, now: int
) -> AuthorView:
    """All that is known of whoever wrote the comment; raises `NotFound` where the member has no role."""
    comment, page = await comment_for(ctx.store, member, comment_id, Role.VIEWER)
    site = own_site(ctx, member, page.site_id, Role.VIEWER)
    key, decides = comment.author.key, may(member, site.id, Role.MODERATOR)
    contact = await contacts.of(ctx.store, comment_id) if decides else None
    email = contact.email if contact else None
    written, following = await _history(ctx, site.id, comment, after)
    return AuthorView(
        comment=comment,
        site=site,
        email=email,
        bounced=email is not None and await _has_bounced(ctx, email),
        names=await _names(ctx, site.id, comment),
        since=(await authors.since(ctx.store, site.id, key) if key else None) or comment.created_at,
        counts=await _counts(ctx, site.id, comment),
        trusted=bool(key and await trusted_authors.among(ctx.store, site.id, [key])),
        bans=await _bans(ctx, site.id, comment, email, now) if decides else (),
        history=await _with_pages(ctx, written),
        next=following,
    )


async def _has_bounced(ctx: Context, email: str) -> bool:
    mailbox = await mailboxes.by_key(ctx.store, ctx.hashes.mailbox(email))
    return mailbox is not None and mailbox.bounced_at is not None


async def _find(ctx: Context, member: Member, site_id: int, search: str) -> Sequence[Comment]:
    email = mail_address(search)
    if email is not None and may(member, site_id, Role.MODERATOR):
        return await authors.by_email(ctx.store, [site_id], email, limit=LOOKED_AT)
    return await authors.newest(ctx.store, [site_id], text=search, limit=LOOKED_AT)


async def _history(
    ctx: Context, site_id: int, comment: Comment, after: str | None
) -> tuple[Sequence[Comment], str | None]:
    key = comment.author.key
    if key is None:
        return [comment], None
    place = _spot(after)
    found = await authors.history(ctx.store, site_id, key, after=place, limit=SLICE + 1)
    if len(found) <= SLICE:
        return found, None
    last = found[SLICE - 1]
    return found[:SLICE], f"{last.created_at}.{last.id}"


async def _names(ctx: Context, site_id: int, comment: Comment) -> tuple[str, ...]:
    key = comment.author.key
    if key is None:
        return (comment.author.name,)
    return tuple(await authors.names(ctx.store, site_id, key, limit=LOOKED_AT))


async def _counts(ctx: Context, site_id: int, comment: Comment) -> Mapping[Status, int]:
    key = comment.author.key
    if key is None:
        return {comment.status: 1}
    return (await review.history(ctx.store, site_id, [key]))[key]


async def _bans(
    ctx: Context, site_id: int, comment: Comment, email: str | None, now: int
) -> tuple[Ban, ...]:
    writer = Writer(comment.author.key, email, comment.author.name)
    return tuple(await bans_of(ctx, ctx.store, site_id, writer, now=now))


async def _with_pages(
    ctx: Context, written: Sequence[Comment]
) -> tuple[tuple[Comment, Page | None], ...]:
    on = await pages.get_many(ctx.store, sorted({each.page_id for each in written}))
    return tuple((each, on.get(each.page_id)) for each in written)


def _spot(cursor: str | None) -> Spot:
    if cursor is None:
        return authors.FIRST
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise Malformed("That address of a part of the list cannot be read.")
    return int(match[1]), int(match[2])
