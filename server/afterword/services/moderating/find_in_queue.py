"""Finding comments of the queue: what was asked for in words of people, and where it stands.

Texts are looked through a stretch at a time, so that no search takes longer than a page may; whoever
asks is told how far it has come, and from where to go on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from afterword.core.errors import FieldError, Invalid, Malformed
from afterword.core.mail_address import mail_address
from afterword.core.model import QueueOrder, Role, Tab
from afterword.services.moderating.moderate_comment import MOST
from afterword.services.permission import may, readable_sites
from afterword.storage import comments, pages, review
from afterword.storage.review_query import Wanted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.core.model import Member, Page
    from afterword.services.context import Context
    from afterword.storage.review_query import Since, Spot

DEPTH = 5_000
"""Comments whose texts are looked through in one request: 10 to 20 ms of SQLite's time."""
LEAST, LONGEST = 2, 100
"""Characters of what is searched for."""
_ORDERS: dict[Tab, tuple[QueueOrder, ...]] = {
    Tab.PENDING: ("oldest", "newest", "score"),
    Tab.REPORTED: ("oldest", "newest", "reports"),
    Tab.SPAM: ("newest", "oldest", "score"),
    Tab.REMOVED: ("newest", "oldest"),
    Tab.APPROVED: ("newest", "oldest"),
}
RANKED: tuple[QueueOrder, ...] = ("reports", "score")
"""Orders that are not by time alone."""

_RULE = re.compile(r"[a-z][a-z_]{0,39}", re.ASCII)
_CURSOR = re.compile(
    r"(?:(-?\d{1,9}(?:\.\d{1,17})?(?:e-\d{1,2})?)~)?(-?\d{1,16})\.(\d{1,18})", re.ASCII
)


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which comments are asked for; what is None, empty or False asks for nothing."""

    tab: Tab = Tab.PENDING
    site_id: int | None = None
    """None for all sites of the member."""
    after: str | None = None
    """`QueuePage.next` or `further` of the slice before."""
    page_id: int | None = None
    author_of: int | None = None
    """All that the author of this comment wrote on its site."""
    rule: str | None = None
    """One that gave a reason."""
    links: bool = False
    since: int | None = None
    text: str = ""
    """Literally in the text, the author's name or the page's title; or the author's whole email."""
    order: QueueOrder | None = None
    """None for the tab's own."""
    newer: Since | None = None
    """After this comment and this report."""
    up_to: int | None = None
    """The highest id."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where in the queue what was asked for stands."""

    spots: Sequence[Spot]
    """At most one more than can be decided at once."""
    order: QueueOrder
    reach: Spot | None
    """The last place that was looked at, where something comes after it."""
    page: Page | None
    author: str | None

    def after(self, number: int) -> str | None:
        """Where the slice after the first `number` begins; None where there are no more."""
        return _cursor(self.order, self.spots[number - 1]) if len(self.spots) > number else None

    @property
    def further(self) -> str | None:
        """Where to look on, once all that was found is seen."""
        return _cursor(self.order, self.reach) if self.reach else None

    @property
    def looked_to(self) -> int | None:
        """The time of the last place that was looked at."""
        return self.reach[1] if self.reach else None


@dataclass(frozen=True, slots=True)
class _Author:
    site_id: int
    key: str
    name: str


async def find(ctx: Context, member: Member, wanted: QueueFilter) -> Found:
    """The places of what is asked for, on sites that the member may read.

    Raises `Malformed` for a place or a rule that cannot be one, `Invalid` for a search that is too
    short or too long.
    """
    order = order_of(wanted)
    page, author = await _page(ctx, member, wanted), await _author(ctx, member, wanted)
    after = _spot(wanted.after, order)
    asked = _wanted(member, wanted, author)
    if asked is None:
        return Found((), order, None, page, None)
    until = None
    if asked.is_scanned:
        until = await review.reach(ctx.store, asked, order=order, after=after, depth=DEPTH)
    spots = await review.find(
        ctx.store, asked, order=order, after=after, until=until, limit=MOST + 1
    )
    # When there are more than can be decided at once, nothing was looked at beyond those.
    reach = until if until and len(spots) <= MOST else None
    return Found(spots, order, reach, page, author.name if author else None)


async def find_ids(ctx: Context, member: Member, wanted: QueueFilter) -> list[int]:
    """The comments that match from there on, as many as can be decided at once."""
    found = await find(ctx, member, wanted)
    return [comment_id for _, _, comment_id in found.spots[:MOST]]


async def count_new(ctx: Context, member: Member, wanted: QueueFilter, *, limit: int) -> int:
    """How many of what is asked for came after `wanted.newer`."""
    author = await _author(ctx, member, wanted)
    asked = _wanted(member, replace(wanted, after=None), author)
    return await review.count_new(ctx.store, asked, limit=limit) if asked else 0


def orders(tab: Tab, *, ranked: bool = True) -> list[QueueOrder]:
    """The orders of a tab, its own first; `ranked` ones for whole tabs, of which there is an index."""
    return [order for order in _ORDERS[tab] if ranked or order not in RANKED]


def order_of(wanted: QueueFilter) -> QueueOrder:
    """The order that was asked for, where there is that one, else the tab's own."""
    there = orders(wanted.tab, ranked=not (wanted.page_id or wanted.author_of))
    return wanted.order if wanted.order in there else there[0]


def site_ids_of(member: Member, site_id: int | None) -> list[int] | None:
    """None for every site; empty, so that nothing is found, for a site of others."""
    if site_id is None:
        return readable_sites(member)
    return [site_id] if may(member, site_id, Role.VIEWER) else []


def _wanted(member: Member, wanted: QueueFilter, author: _Author | None) -> Wanted | None:
    """The question to the database; None where nothing can match."""
    if wanted.author_of is not None and author is None:
        return None
    text = _checked_text(wanted.text)
    decides = _decides(member)
    return Wanted(
        tab=wanted.tab,
        site_ids=site_ids_of(member, wanted.site_id),
        page_id=wanted.page_id,
        author=(author.site_id, author.key) if author else None,
        since=wanted.since,
        newer=wanted.newer,
        up_to=wanted.up_to,
        rule=_checked_rule(wanted.rule),
        links=wanted.links,
        text=text,
        email=mail_address(text) if text and decides != [] else None,
        email_sites=decides,
    )


def _decides(member: Member) -> list[int] | None:
    """The sites whose authors' addresses the member may ask for; None for every site."""
    if may(member, None, Role.MODERATOR):
        return None
    return sorted(each for each in member.roles if each and may(member, each, Role.MODERATOR))


def _checked_text(text: str) -> str | None:
    text = text.strip()
    if not text:
        return None
    if not LEAST <= len(text) <= LONGEST:
        message = f"Search for {LEAST} to {LONGEST} characters."
        raise Invalid(FieldError("q", "length", message))
    return text


def _checked_rule(rule: str | None) -> str | None:
    if rule is not None and not _RULE.fullmatch(rule):
        raise Malformed("There can be no rule of this name.")
    return rule


async def _page(ctx: Context, member: Member, wanted: QueueFilter) -> Page | None:
    page = await pages.get(ctx.store, wanted.page_id) if wanted.page_id else None
    return page if page and member.role_on(page.site_id) else None


async def _author(ctx: Context, member: Member, wanted: QueueFilter) -> _Author | None:
    """The author of the comment that was named, if the member may read it and the author is known."""
    if wanted.author_of is None:
        return None
    comment = await comments.get(ctx.store, wanted.author_of)
    page = await pages.get(ctx.store, comment.page_id) if comment else None
    if comment is None or page is None or member.role_on(page.site_id) is None:
        return None
    author = comment.author
    return _Author(page.site_id, author.key, author.name) if author.key else None


def _cursor(order: QueueOrder, spot: Spot) -> str:
    rank, created_at, comment_id = spot
    return f"{rank}~{created_at}.{comment_id}" if order in RANKED else f"{created_at}.{comment_id}"


def _spot(cursor: str | None, order: QueueOrder) -> Spot | None:
    if cursor is None:
        return None
    match = _CURSOR.fullmatch(cursor)
    if match is None or (match[1] is not None) != (order in RANKED):
        raise Malformed("That address of a part of the queue cannot be read.")
    return float(match[1] or 0), int(match[2]), int(match[3])
