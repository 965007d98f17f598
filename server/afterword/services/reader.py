"""Who votes, reacts or reports: a browser at an address, on the page of a site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.errors import NotFound
from afterword.core.model import Status
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
