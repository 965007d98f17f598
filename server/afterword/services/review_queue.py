"""What waits for a decision, with all that a moderator needs to decide it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from afterword.core.errors import Malformed
from afterword.core.model import Comment, Member, Page, Reason, Role, Site, Status, Tab
from afterword.services.permission import may, readable_sites
from afterword.storage import edits, pages, reports, review

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from afterword.services.context import Context
    from afterword.storage.edits import Edit
    from afterword.storage.reports import Report
    from afterword.storage.review import Held

SLICE = 30
"""Comments in one answer."""

WAITING = (Tab.PENDING, Tab.REPORTED)
"""Tabs of what wants a decision."""

_CURSOR = re.compile(r"(\d{1,16})\.(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which comments are asked for."""

    tab: Tab = Tab.PENDING
    site_id: int | None = None
    """None for all sites of the member."""
    after: str | None = None
    """`QueuePage.next` of the slice before."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A text that a comment once had."""

    source: str
    written_at: int


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
    reports: tuple[Report, ...]
    """Open ones; what readers wrote in them is only for those who may decide."""
    earlier: tuple[Earlier, ...]
    """What an edited comment said before, the oldest first."""


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A slice of the queue."""

    items: tuple[QueueItem, ...]
    counts: Mapping[Tab, int]
    """How many are pending, how many reported and how many spam, by the same site filter."""
    next: str | None


async def review_queue(ctx: Context, member: Member, wanted: QueueFilter, *, now: int) -> QueuePage:
    """The comments of this tab on the member's sites: pending and reported ones oldest first."""
    site_ids = _site_ids(member, wanted.site_id)
    held = await review.queue(
        ctx.store,
        wanted.tab,
        site_ids=site_ids,
        after=_position(wanted.after),
        limit=SLICE + 1,
        order="oldest" if wanted.tab in WAITING else "newest",
    )
    shown = held[:SLICE]
    return QueuePage(
        items=await _items(ctx, member, shown),
        counts=await review.counts(ctx.store, site_ids),
        next=_cursor(shown[-1]) if len(held) > SLICE else None,
    )


async def counts(ctx: Context, member: Member, site_id: int | None = None) -> Mapping[Tab, int]:
    """How many comments are pending, reported and spam on the member's sites, or on one of them."""
    return await review.counts(ctx.store, _site_ids(member, site_id))


def _site_ids(member: Member, site_id: int | None) -> list[int] | None:
    """None for every site; empty, so that nothing is found, for a site of others."""
    if site_id is None:
        return readable_sites(member)
    return [site_id] if may(member, site_id, Role.VIEWER) else []


async def _items(ctx: Context, member: Member, held: Sequence[Held]) -> tuple[QueueItem, ...]:
    on = await pages.get_many(ctx.store, sorted({each.comment.page_id for each in held}))
    histories = await _histories(ctx, held)
    reported = await reports.open_of(ctx.store, [each.comment.id for each in held])
    replaced = await edits.of_each(ctx.store, [each.comment.id for each in held])
    items = []
    for each in held:
        site = ctx.sites.by_id(each.site_id)
        if site is None or each.comment.page_id not in on:
            continue  # deleted this second
        decides = may(member, site.id, Role.MODERATOR)
        items.append(
            QueueItem(
                comment=each.comment,
                page=on[each.comment.page_id],
                site=site,
                email=each.email if decides else None,
                reasons=each.reasons,
                parent_author=each.parent_author,
                parent_excerpt=each.parent_excerpt,
                author_history=histories.get((site.id, each.comment.author.key or ""), {}),
                reports=_reports(reported.get(each.comment.id, ()), decides=decides),
                earlier=_earlier(each.comment, replaced.get(each.comment.id, ())),
            )
        )
    return tuple(items)


def _reports(found: Sequence[Report], *, decides: bool) -> tuple[Report, ...]:
    return tuple(found if decides else (replace(each, text="") for each in found))


def _earlier(comment: Comment, replaced: Sequence[Edit]) -> tuple[Earlier, ...]:
    """Each text was written when the one before it was replaced."""
    written = [comment.created_at, *(edit.edited_at for edit in replaced)]
    return tuple(Earlier(edit.source, at) for edit, at in zip(replaced, written, strict=False))


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
