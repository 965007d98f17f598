"""The part of a thread that one answer holds: some roots with their first replies, or more replies."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING

from afterword.core import wire
from afterword.core.errors import FieldError, Invalid
from afterword.core.thread import (
    REPLIES_PER_ROOT,
    REPLIES_PER_SLICE,
    ROOTS_PER_SLICE,
    Cursor,
    arrange,
    in_order,
    simple,
)
from afterword.storage import small_threads, threads

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from afterword.core.model import Order, Page
    from afterword.core.shown import Placed, Shown
    from afterword.storage.small_threads import Found
    from afterword.storage.store import Db
    from afterword.storage.threads import Place, Position, ThreadSlice

MOST_TEXT = 160_000
"""Characters of bodies in one answer, as JSON; what does not fit is folded."""
MOST_ROOTS = MOST_REPLIES = 1_000
"""Top-level comments, and replies under one, in a whole thread."""
_BEFORE_ALL = -(2**62)
"""A time before every comment."""
_tree = attrgetter("tree")


@dataclass(frozen=True, slots=True)
class Slice:
    """Comments in reading order, and where it goes on."""

    placed: Sequence[Placed] = ()
    next: str | None = None
    last_reply: dict[int, Position] = field(default_factory=dict)
    """By root: the place of its last reply that is in here."""

    def more(self, placed: Placed) -> wire.More | None:
        """What was left out under a root, and the cursor that brings it."""
        if not placed.more:
            return None
        root_id = placed.comment.id
        at, reply_id = self.last_reply.get(root_id, (_BEFORE_ALL, 1))
        return wire.More(count=placed.more, after=Cursor(at, reply_id, root_id).encode())


async def read_slice(
    db: Db, page: Page, order: Order, cursor: Cursor | None, around_id: int | None
) -> Slice:
    """Top-level comments after the cursor, or those among which a comment is."""
    around = None
    if around_id is not None:
        around = await threads.around(db, page.id, around_id, order=order, limit=ROOTS_PER_SLICE)
    found = await threads.thread_slice(
        db,
        page.id,
        order=order,
        after=_place(cursor, order) if cursor else None,
        limit=ROOTS_PER_SLICE,
        replies_per_root=REPLIES_PER_ROOT,
        around=around,
    )
    if around is None:
        return arranged_slice(found, order)
    # What was asked for by its id must be in the answer, however long.
    return _arranged(found.comments, order, found.reply_totals, found.next)


def begin(thread: list[Shown], order: Order) -> Slice:
    """The first top-level comments of a thread that was read whole."""
    if _text(thread) <= MOST_TEXT:
        places = simple(thread, order, most_roots=ROOTS_PER_SLICE, most_replies=REPLIES_PER_ROOT)
        if places is not None:
            return Slice(places)
    found = small_threads.cut(
        thread, order, limit=ROOTS_PER_SLICE, replies_per_root=REPLIES_PER_ROOT
    )
    return arranged_slice(found, order)


async def find_beginning(db: Db, site_id: int, keys: Sequence[str], order: Order) -> Found:
    """A page by its keys, with what its thread begins with."""
    return await small_threads.begin(
        db,
        site_id,
        keys,
        order,
        limit=ROOTS_PER_SLICE,
        replies_per_root=REPLIES_PER_ROOT,
    )


def arranged_slice(found: ThreadSlice, order: Order) -> Slice:
    """As much of what was found as one answer may hold, in reading order."""
    comments, end = _fitting(found, order)
    return _arranged(comments, order, found.reply_totals, end)


async def read_whole(db: Db, page: Page, order: Order) -> Slice:
    """All of a thread, but for what is beyond every measure: that stays to be asked for."""
    found = await threads.thread_slice(
        db, page.id, order=order, limit=MOST_ROOTS, replies_per_root=MOST_REPLIES
    )
    return _arranged(found.comments, order, found.reply_totals, found.next)


async def read_replies(db: Db, page: Page, cursor: Cursor) -> Slice:
    """More replies under one root; raises `Invalid` for a root of another page."""
    assert cursor.root_id is not None
    found = await threads.replies_slice(
        db, cursor.root_id, after=cursor.position, limit=REPLIES_PER_SLICE
    )
    if found.page_id not in (None, page.id):
        raise Invalid(FieldError("after", "bad_cursor", "This place is in another thread."))
    end = Cursor(*found.next, cursor.root_id).encode() if found.next else None
    return Slice(arrange(found.comments), end)


def _arranged(
    comments: list[Shown], order: Order, totals: Mapping[int, int], end: Place | None
) -> Slice:
    # Where all replies are here, nothing is folded: a simple thread is arranged in a third of the time.
    here = Counter(each.root_id for each in comments if each.is_public)
    totals = {root_id: total for root_id, total in totals.items() if total > here[root_id]}
    return Slice(
        arrange(comments, order, totals),
        _cursor(end, order).encode() if end else None,
        _last_replies(comments) if totals else {},
    )


def _place(cursor: Cursor, order: Order) -> Place:
    if (cursor.points is None) == (order == "top"):
        message = "This place is of another order. Please load the thread again."
        raise Invalid(FieldError("after", "bad_cursor", message))
    return (cursor.points or 0, cursor.created_at, cursor.id)


def _cursor(place: Place, order: Order) -> Cursor:
    points, at, comment_id = place
    return Cursor(at, comment_id, points=points if order == "top" else None)


def _fitting(found: ThreadSlice, order: Order) -> tuple[list[Shown], Place | None]:
    """As many of the comments as one answer may hold, and where it then goes on."""
    if _text(found.comments) <= MOST_TEXT:
        return found.comments, found.next
    kept: list[Shown] = []
    end: Place | None = None
    room = MOST_TEXT
    for root, replies in _families(found.comments, order):
        # What is pinned is always in it, and at least one more, so that it goes on from somewhere.
        if end and len(root.tree) > room:
            return kept, end
        kept.append(root)
        if not root.stands_first:
            end = threads.place_of(root)
        room -= len(root.tree)
        for reply in replies:
            room -= len(reply.tree)
            if room < 0:
                break
            kept.append(reply)
    return kept, found.next


def _text(comments: list[Shown]) -> int:
    """Characters of their bodies."""
    return sum(map(len, map(_tree, comments)))


def _families(comments: list[Shown], order: Order) -> list[tuple[Shown, list[Shown]]]:
    """Roots in order, each with its replies in the order of time."""
    by_time = sorted(comments, key=lambda comment: (comment.created_at, comment.id))
    roots = in_order((comment for comment in comments if comment.root_id is None), order)
    replies: dict[int, list[Shown]] = {root.id: [] for root in roots}
    for comment in by_time:
        if comment.root_id in replies:
            replies[comment.root_id].append(comment)
    return [(root, replies[root.id]) for root in roots]


def _last_replies(comments: list[Shown]) -> dict[int, Position]:
    last: dict[int, Position] = {}
    for comment in comments:
        if comment.root_id is not None:
            position = (comment.created_at, comment.id)
            last[comment.root_id] = max(position, last.get(comment.root_id, position))
    return last
