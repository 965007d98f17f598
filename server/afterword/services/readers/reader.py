"""Who votes, reacts or reports: a browser at an address, on the page of a site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.draft import clean_visitor_token
from afterword.core.errors import NotFound
from afterword.core.model import Status
from afterword.services.readers.reader_session import known_reader
from afterword.storage import comments, pages

if TYPE_CHECKING:
    from afterword.core.model import Comment, Site
    from afterword.services.context import Context

GONE = "This comment is no longer there."


@dataclass(frozen=True, slots=True)
class Reader:
    """What is known of a reader; only hashes of it are stored."""

    visitor_token: str
    address: str
    origin: str | None = None
    """The `Origin` header; None where no browser sent one."""
    session: str | None = None
    """The token of a reader whom the site knows."""


@dataclass(frozen=True, slots=True)
class Hand:
    """What one reader's votes are told from another's by, in no vote as it stands here."""

    key: str
    """Of the person where the site knows who it is, else of the browser."""
    as_guest: str | None
    """Of the browser of such a person: what it gave before they signed in is theirs too."""
    author_keys: frozenset[str]
    """By which their own comments are known."""


async def hand_of(ctx: Context, site: Site, reader: Reader, *, now: int) -> Hand:
    """Who is at work; raises `SignInNeeded` where their session has ended, and `Invalid`."""
    token = clean_visitor_token(reader.visitor_token)
    guest = ctx.hashes.author_by_visitor(site.id, token)
    known = await known_reader(ctx, site, reader.session, now=now)
    if known is None:
        return Hand(token, None, frozenset((guest,)))
    return Hand(known.author_key, token, frozenset((guest, known.author_key)))


async def public_comment(ctx: Context, comment_id: int, reader: Reader) -> tuple[Comment, Site]:
    """The comment, and the site from whose pages the reader must come.

    Raises `NotFound` for what readers cannot see, and `Forbidden` where another site sends this.
    """
    comment = await comments.get(ctx.store, comment_id)
    page = await pages.get(ctx.store, comment.page_id) if comment else None
    site = ctx.sites.by_id(page.site_id) if page else None
    if comment is None or site is None:
        raise NotFound(GONE)
    ctx.sites.check_origin(site, reader.origin)
    return check_public(comment), site


def check_public(comment: Comment | None) -> Comment:
    """The comment; raises `NotFound` for what readers cannot see."""
    if comment is None or comment.status != Status.APPROVED:
        raise NotFound(GONE)
    return comment
