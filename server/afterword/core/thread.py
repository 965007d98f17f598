"""The order of a thread, and the places in it from which more can be asked for."""

from __future__ import annotations

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.errors import FieldError, Invalid
from afterword.core.model import Comment, Order, Placed, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROOTS_PER_SLICE = 50
"""Top-level comments in one answer."""
REPLIES_PER_ROOT = 20
"""Replies under one top-level comment before the rest is folded."""
REPLIES_PER_SLICE = 100
"""Replies in one answer when a folded run is opened."""


def arrange(
    comments: Iterable[Comment], order: Order = "oldest", totals: Mapping[int, int] | None = None
) -> list[Placed]:
    """One slice of a thread in reading order: each comment once, after its parent.

    Top-level comments come in `order`, replies oldest first. A reply whose parent is not in the slice
    hangs under its root; where that is missing too, it stands at depth 1 behind the rest. What is not
    approved stays as a placeholder only above something that is. `totals` are the approved replies
    under each top-level comment by its id, wherever they are; `more` is what the slice lacks of them.
    """
    by_id = {comment.id: comment for comment in comments}
    parents = _parents(by_id)
    places = _places(by_id, parents, order)
    kept = _kept(places, parents, totals or {})
    visible = [place for place in places if _is_visible(place.comment)]
    answered = Counter(parents[place.comment.id] for place in visible)
    by_staff = {
        parents[place.comment.id] for place in visible if place.comment.author.member_id is not None
    }
    under = Counter(place.top for place in visible if place.depth)
    return [
        Placed(
            place.comment,
            place.depth,
            answered[place.comment.id],
            max(0, (totals or {}).get(place.comment.id, 0) - under[place.comment.id]),
            place.comment.id in by_staff,
        )
        for place in places
        if place.comment.id in kept
    ]


@dataclass(frozen=True, slots=True)
class _Place:
    comment: Comment
    depth: int
    top: int
    """The comment at the top of this branch."""


def _is_visible(comment: Comment) -> bool:
    return comment.status is Status.APPROVED


def _parents(by_id: Mapping[int, Comment]) -> dict[int, int | None]:
    """What each comment hangs under in this slice; None at the top. Free of cycles."""
    parents = {
        each.id: next((id for id in (each.parent_id, each.root_id) if id in by_id), None)
        for each in by_id.values()
    }
    settled: set[int] = set()
    for start in sorted(by_id):
        path: set[int] = set()
        here: int | None = start
        while here is not None and here not in settled and here not in path:
            path.add(here)
            here = parents[here]
        if here in path:
            parents[here] = None  # no database allows it, but no import may hang a reader
        settled |= path
    return parents


def _places(
    by_id: Mapping[int, Comment], parents: Mapping[int, int | None], order: Order
) -> list[_Place]:
    """Every comment in reading order."""
    below: dict[int | None, list[Comment]] = {}
    for comment in sorted(by_id.values(), key=_moment, reverse=True):
        below.setdefault(parents[comment.id], []).append(comment)
    # A stack: what is to be read first stands last.
    tops = below.get(None, [])
    roots = in_order((comment for comment in tops if comment.root_id is None), order)
    strays = [comment for comment in tops if comment.root_id is not None]
    waiting = [_Place(comment, 1, comment.id) for comment in strays]
    waiting += [_Place(each, 0, each.id) for each in reversed(roots)]
    places: list[_Place] = []
    while waiting:
        place = waiting.pop()
        places.append(place)
        replies = below.get(place.comment.id, ())
        waiting += [_Place(reply, place.depth + 1, place.top) for reply in replies]
    return places


def in_order(roots: Iterable[Comment], order: Order) -> list[Comment]:
    """Top-level comments, the first to be read first; pinned ones stand before all others."""
    key = _standing if order == "top" else _moment
    ordered = sorted(roots, key=key, reverse=order != "oldest")
    return sorted(ordered, key=lambda root: not root.stands_first)


def _standing(comment: Comment) -> tuple[int, ...]:
    return (comment.points, *_moment(comment))


def _moment(comment: Comment) -> tuple[int, ...]:
    return (comment.created_at, comment.id)


def _kept(
    places: list[_Place], parents: Mapping[int, int | None], totals: Mapping[int, int]
) -> set[int]:
    """The comments that are visible or have something visible below them, here or left out."""
    kept: set[int] = set()
    for place in reversed(places):  # everything below a comment comes after it
        id = place.comment.id
        if id in kept or _is_visible(place.comment) or totals.get(id):
            kept.add(id)
            parent = parents[id]
            if parent is not None:
                kept.add(parent)
    return kept


NO_ROOT = 0


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place after which a thread goes on; opaque to everybody else once it is text."""

    created_at: int
    id: int
    root_id: int | None = None
    """Of a place among the replies under this comment; None: among the top-level comments."""
    points: int | None = None
    """Of a place among the top-level comments by their points; None: by time."""

    @property
    def position(self) -> tuple[int, int]:
        """When the comment at this place was written, and its id."""
        return (self.created_at, self.id)

    def encode(self) -> str:
        """The cursor as text for an address: letters, digits, `-` and `_`."""
        numbers: tuple[int, ...] = self.position
        if self.points is not None:
            numbers = (*numbers, NO_ROOT, self.points)
        elif self.root_id is not None:
            numbers = (*numbers, self.root_id)
        return urlsafe_b64encode(struct.pack(f">{len(numbers)}q", *numbers)).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> Cursor:
        """The cursor of a text that `encode` made; raises `Invalid` (`after`) for any other."""
        try:
            packed = urlsafe_b64decode(text.encode("ascii") + b"==")
            cursor = cls._of(*struct.unpack(f">{len(packed) // 8}q", packed))
        except (ValueError, TypeError, struct.error):
            raise _wrong() from None
        # Decoders forgive much, so only what would have been written like this is taken.
        if (
            cursor.encode() != text
            or cursor.id < 1
            or (cursor.root_id is not None and cursor.root_id < 1)
        ):
            raise _wrong()
        return cursor

    @classmethod
    def _of(cls, at: int, id: int, root: int | None = None, points: int | None = None) -> Cursor:
        return cls(at, id, root if points is None else None, points)


def _wrong() -> Invalid:
    message = "This place in the thread is not known. Please load the thread again."
    return Invalid(FieldError("after", "bad_cursor", message))
