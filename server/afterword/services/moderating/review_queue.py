"""What waits for a decision, with all that a moderator needs to decide it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from afterword.core.model import Comment, Member, Page, Reason, Role, Site, Status, Tab, Tree
from afterword.services.moderating.find_in_queue import QueueFilter, find, site_ids_of
from afterword.services.permission import may
from afterword.storage import edits, glances, members, pages, reports, review

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from afterword.services.context import Context
    from afterword.storage.edits import Edit
    from afterword.storage.glances import Glance
    from afterword.storage.reports import Report
    from afterword.storage.review import Held
    from afterword.storage.review_query import Since

SLICE = 20
"""Comments in one answer."""
LAST = 3
"""Other comments of an author that are shown at a glance."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A text that a comment once had."""

    source: str
    written_at: int
    by: str | None = None
    """The member who replaced it; None when its author did."""


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
    parent_tree: Tree | None
    """What it answers; None on a top-level comment."""
    author_history: Mapping[Status, int]
    """What became of this author's comments on the site, this one included."""
    author: Glance | None
    """What else is known of the author; None where nobody is recognised."""
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
    matching: int
    """How many match from here on; one more than can be decided at once stands for all above."""
    further: str | None
    """Where to look on, when texts were looked through as far as one request may."""
    looked_to: int | None
    """When what was looked at last was written; None where nothing is left to look at."""
    latest: Since
    """The last comment and report that there were."""
    page: Page | None
    """The one that was asked for."""
    author: str | None
    """The name of the author that was asked for."""


async def review_queue(ctx: Context, member: Member, wanted: QueueFilter, *, now: int) -> QueuePage:
    """The comments of this tab on the member's sites: pending and reported ones oldest first."""
    latest = await review.latest(ctx.store)
    found = await find(ctx, member, wanted)
    ids = [spot[2] for spot in found.spots[:SLICE]]
    return QueuePage(
        items=await _items(ctx, member, await review.get_held(ctx.store, ids), now),
        counts=await counts(ctx, member, wanted.site_id),
        next=found.after(SLICE),
        matching=len(found.spots),
        further=found.further,
        looked_to=found.looked_to,
        latest=latest,
        page=found.page,
        author=found.author,
    )


async def review_one(
    ctx: Context, member: Member, comment_id: int, *, now: int
) -> QueueItem | None:
    """One comment as the queue shows it; None where there is none for this member."""
    held = await review.get_held(ctx.store, [comment_id])
    items = await _items(ctx, member, [each for each in held if member.role_on(each.site_id)], now)
    return items[0] if items else None


async def counts(ctx: Context, member: Member, site_id: int | None = None) -> Mapping[Tab, int]:
    """How many comments are pending, reported and spam on the member's sites, or on one of them."""
    return await review.counts(ctx.store, site_ids_of(member, site_id))


async def _items(
    ctx: Context, member: Member, held: Sequence[Held], now: int
) -> tuple[QueueItem, ...]:
    on = await pages.get_many(ctx.store, sorted({each.comment.page_id for each in held}))
    histories = await _histories(ctx, held)
    reported = await reports.open_of(ctx.store, [each.comment.id for each in held])
    replaced = await edits.of_each(ctx.store, [each.comment.id for each in held])
    authors = await glances.of_each(
        ctx.store, [each.comment.id for each in held], others=LAST, now=now
    )
    names = await _names(ctx, replaced)
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
                parent_tree=each.parent_tree,
                author_history=histories.get((site.id, each.comment.author.key or ""), {}),
                author=authors.get(each.comment.id),
                reports=_reports(reported.get(each.comment.id, ()), decides=decides),
                earlier=_earlier(each.comment, replaced.get(each.comment.id, ()), names),
            )
        )
    return tuple(items)


def _reports(found: Sequence[Report], *, decides: bool) -> tuple[Report, ...]:
    return tuple(found if decides else (replace(each, text="") for each in found))


def _earlier(
    comment: Comment, replaced: Sequence[Edit], names: Mapping[int, str]
) -> tuple[Earlier, ...]:
    """Each text was written when the one before it was replaced."""
    written = [comment.created_at, *(edit.edited_at for edit in replaced)]
    return tuple(
        Earlier(edit.source, at, names.get(edit.by_member or 0))
        for edit, at in zip(replaced, written, strict=False)
    )


async def _names(ctx: Context, replaced: Mapping[int, Sequence[Edit]]) -> dict[int, str]:
    """Of the members who replaced a text, if any did."""
    if not any(edit.by_member for each in replaced.values() for edit in each):
        return {}
    return {each.id: each.name for each in await members.all_members(ctx.store)}


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
