"""What waits for a decision, with all that a moderator needs to decide it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.errors import Malformed
from afterword.core.model import Comment, Member, Page, Reason, Role, Site, Status
from afterword.services.permission import may, readable_sites
from afterword.storage import pages, review

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from afterword.services.context import Context
    from afterword.storage.review import Held

SLICE = 30
"""Comments in one answer."""

_CURSOR = re.compile(r"(\d{1,16})\.(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which comments are asked for."""

    status: Status = Status.PENDING
    site_id: int | None = None
    """None for all sites of the member."""
    after: str | None = None
    """`QueuePage.next` of the slice before."""


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One comment, and what is known of it."""

    comment: Comment
    page: Page
    site: Site
    email: str | None
    """Only for those who may decide, never for viewers."""
    reasons: tuple[Reason, ...]
    parent_author: str | None
    parent_excerpt: str | None
    """The beginning of what it answers, as Markdown; None on a top-level comment."""
    author_history: Mapping[Status, int]
    """What became of this author's comments on the site, this one included."""


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A slice of the queue."""

    items: tuple[QueueItem, ...]
    counts: Mapping[Status, int]
    """How many are pending and how many spam, by the same site filter."""
    next: str | None


async def review_queue(ctx: Context, member: Member, wanted: QueueFilter, *, now: int) -> QueuePage:
    """The comments of this status on the member's sites: pending ones oldest first, others newest."""
    site_ids = _site_ids(member, wanted.site_id)
    held = await review.queue(
        ctx.store,
        wanted.status,
        site_ids=site_ids,
        after=_position(wanted.after),
        limit=SLICE + 1,
        order="oldest" if wanted.status == Status.PENDING else "newest",
    )
    shown = held[:SLICE]
    return QueuePage(
        items=await _items(ctx, member, shown),
        counts=await review.counts(ctx.store, site_ids),
        next=_cursor(shown[-1]) if len(held) > SLICE else None,
    )


async def counts(ctx: Context, member: Member, site_id: int | None = None) -> Mapping[Status, int]:
    """How many comments are pending and how many spam on the member's sites, or on one of them."""
    return await review.counts(ctx.store, _site_ids(member, site_id))


def _site_ids(member: Member, site_id: int | None) -> list[int] | None:
    """None for every site; empty, so that nothing is found, for a site of others."""
    if site_id is None:
        return readable_sites(member)
    return [site_id] if may(member, site_id, Role.VIEWER) else []


async def _items(ctx: Context, member: Member, held: Sequence[Held]) -> tuple[QueueItem, ...]:
    on = await pages.get_many(ctx.store, sorted({each.comment.page_id for each in held}))
    histories = await _histories(ctx, held)
    items = []
    for each in held:
        site = ctx.sites.by_id(each.site_id)
        if site is None or each.comment.page_id not in on:
            continue  # deleted this second
        items.append(
            QueueItem(
                comment=each.comment,
                page=on[each.comment.page_id],
                site=site,
                email=each.email if may(member, site.id, Role.MODERATOR) else None,
                reasons=each.reasons,
                parent_author=each.parent_author,
                parent_excerpt=each.parent_excerpt,
                author_history=histories.get((site.id, each.comment.author.key or ""), {}),
            )
        )
    return tuple(items)


async def _histories(
    ctx: Context, held: Sequence[Held]
) -> dict[tuple[int, str], Mapping[Status, int]]:
    """By site and author key."""
    keys: dict[int, set[str]] = {}
    for each in held:
        if each.comment.author.key is not None:
            keys.setdefault(each.site_id, set()).add(each.comment.author.key)
    found: dict[tuple[int, str], Mapping[Status, int]] = {}
    for site_id, author_keys in keys.items():
        by_key = await review.history(ctx.store, site_id, sorted(author_keys))
        found |= {(site_id, key): history for key, history in by_key.items()}
    return found


def _cursor(held: Held) -> str:
    created_at, comment_id = held.position
    return f"{created_at}.{comment_id}"


def _position(cursor: str | None) -> tuple[int, int] | None:
    if cursor is None:
        return None
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise Malformed("That address of a part of the queue cannot be read.")
    return int(match[1]), int(match[2])
