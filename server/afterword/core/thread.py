"""The order of a thread, and the places in it from which more can be asked for."""

from __future__ import annotations

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, TypeAlias

from afterword.core.errors import FieldError, Invalid
from afterword.core.shown import Placed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from afterword.core.model import Order
    from afterword.core.shown import Shown

ROOTS_PER_SLICE = 50
"""Top-level comments in one answer."""
REPLIES_PER_ROOT = 20
"""Replies under one top-level comment before the rest is folded."""
REPLIES_PER_SLICE = 100
"""Replies in one answer when a folded run is opened."""


def arrange(
    comments: Iterable[Shown], order: Order = "oldest", totals: Mapping[int, int] | None = None
) -> list[Placed]:
    """One slice of a thread in reading order: each comment once, after its parent.

    Top-level comments come in `order`, replies oldest first. A reply whose parent is not in the slice
    hangs under its root; where that is missing too, it stands at depth 1 behind the rest. What is not
    approved stays as a placeholder only above something that is. `totals` are the approved replies
    under each top-level comment by its id, wherever they are; `more` is what the slice lacks of them.
    """
    by_id = {comment.id: comment for comment in comments}
    places = None if totals else simple(by_id.values(), order)
    return _arranged(by_id, order, totals or {}) if places is None else places


def simple(
    comments: Collection[Shown],
    order: Order,
    *,
    most_roots: int | None = None,
    most_replies: int | None = None,
) -> list[Placed] | None:
    """A thread where nothing is hidden, missing or too much, as most are, in a third of the time.

    None for any other. What is too much are more top-level comments, or more replies under one of them.
    """
    split = _split(comments)
    if split is None:
        return None
    roots, below, by_staff = split
    if most_roots is not None and len(roots) > most_roots:
        return None
    if most_replies is not None and len(comments) - len(roots) > most_replies:
        sizes = Counter(map(_root, comments))
        del sizes[None]
        if max(sizes.values(), default=0) > most_replies:
            return None
    tops = _pinned_first(roots) if order == "oldest" else in_order(roots, order)
    places = _walk(tops, below, by_staff)
    # What hangs under nothing that is here, or under itself, was not met.
    return places if len(places) == len(comments) else None


def _split(
    comments: Iterable[Shown],
) -> tuple[list[Shown], dict[int, list[Shown]], set[int]] | None:
    """The top-level comments, the replies under each comment, all by time; and whom members answered."""
    roots: list[Shown] = []
    below: dict[int, list[Shown]] = {}
    by_staff = set()
    for comment in sorted(comments, key=moment):
        if comment.status != "approved":
            return None
        parent = comment.parent_id
        if parent is None:
            roots.append(comment)
            continue
        # Neither setdefault nor a defaultdict: most have one reply, and those would make this twice as long.
        if parent in below:
            below[parent].append(comment)
        else:
            below[parent] = [comment]
        if comment.member_id is not None:
            by_staff.add(parent)
    return None if any(map(_root, roots)) else (roots, below, by_staff)


def _walk(
    roots: Iterable[Shown], below: Mapping[int, list[Shown]], by_staff: Collection[int]
) -> list[Placed]:
    """From the top down, each comment followed by what is below it."""
    places: list[Placed] = []
    here = iter(roots)
    above: list[Iterator[Shown]] = []
    while True:
        for comment in here:
            id = comment.id
            if id in below:
                replies = below[id]
                places.append(Placed(comment, len(above), len(replies), 0, id in by_staff))
                above.append(here)
                here = iter(replies)
                break
            places.append(Placed(comment, len(above), 0))
        else:
            if not above:
                return places
            here = above.pop()


def _arranged(by_id: Mapping[int, Shown], order: Order, totals: Mapping[int, int]) -> list[Placed]:
    parents = _parents(by_id)
    places = _places(by_id, parents, order)
    if len(places) < len(by_id):
        _break_cycles(by_id, parents)
        places = _places(by_id, parents, order)
    hidden = {id for id, comment in by_id.items() if not comment.is_public}
    answers = {id: parent for id, parent in parents.items() if id not in hidden}
    kept = _kept(places, parents, hidden, totals)
    answered = Counter(answers.values())
    by_staff = {answers[id] for id in answers if by_id[id].member_id is not None}
    more = _more(places, totals, hidden)
    return [
        Placed(comment, depth, answered[id], more.get(id, 0), id in by_staff)
        for comment, depth, _ in places
        if (id := comment.id) in kept
    ]


_Place: TypeAlias = "tuple[Shown, int, int]"
"""A comment, how deep it is, and the id of the one at the top of its branch."""


def _parents(by_id: Mapping[int, Shown]) -> dict[int, int | None]:
    """What each comment hangs under in this slice; None at the top."""
    parents: dict[int, int | None] = {}
    for id, comment in by_id.items():
        parent = comment.parent_id
        if parent is not None and parent not in by_id:
            parent = comment.root_id
            if parent not in by_id:
                parent = None
        parents[id] = parent
    return parents


def _break_cycles(by_id: Mapping[int, Shown], parents: dict[int, int | None]) -> None:
    """No database allows comments that hang under each other, but no import may hang a reader."""
    settled: set[int] = set()
    for start in sorted(by_id):
        path: set[int] = set()
        here: int | None = start
        while here is not None and here not in settled and here not in path:
            path.add(here)
            here = parents[here]
        if here in path:
            parents[here] = None
        settled |= path


def _places(
    by_id: Mapping[int, Shown], parents: Mapping[int, int | None], order: Order
) -> list[_Place]:
    """Every comment in reading order; none that hangs under itself."""
    below: dict[int | None, list[Shown]] = {}
    for comment in sorted(by_id.values(), key=moment, reverse=True):
        below.setdefault(parents[comment.id], []).append(comment)
    # A stack: what is to be read first stands last.
    tops = below.pop(None, [])
    waiting: list[_Place] = [(each, 1, each.id) for each in tops if each.root_id is not None]
    roots = in_order((comment for comment in tops if comment.root_id is None), order)
    waiting += [(each, 0, each.id) for each in reversed(roots)]
    places: list[_Place] = []
    while waiting:
        place = waiting.pop()
        places.append(place)
        if replies := below.get(place[0].id):
            depth, top = place[1] + 1, place[2]
            waiting += [(reply, depth, top) for reply in replies]
    return places


def in_order(roots: Iterable[Shown], order: Order) -> list[Shown]:
    """Top-level comments, the first to be read first; pinned ones stand before all others."""
    key = _standing if order == "top" else moment
    return _pinned_first(sorted(roots, key=key, reverse=order != "oldest"))


def _pinned_first(ordered: list[Shown]) -> list[Shown]:
    first = [root for root in ordered if root.pinned and root.stands_first]
    return [*first, *(root for root in ordered if not root.stands_first)] if first else ordered


moment = attrgetter("created_at", "id")
"""A comment's place in the order of time."""
_root = attrgetter("root_id")
_standing = attrgetter("points", "created_at", "id")


def _more(
    places: list[_Place], totals: Mapping[int, int], hidden: Collection[int]
) -> dict[int, int]:
    """How many of the approved replies under each top-level comment are not here."""
    here = Counter(top for comment, depth, top in places if depth and comment.id not in hidden)
    return {id: max(0, total - here[id]) for id, total in totals.items()}


def _kept(
    places: list[_Place],
    parents: Mapping[int, int | None],
    hidden: Collection[int],
    totals: Mapping[int, int],
) -> Collection[int]:
    """The comments that are visible or have something visible below them, here or left out."""
    kept: set[int] = set()
    for comment, _, _ in reversed(places):  # everything below a comment comes after it
        id = comment.id
        if id in kept or id not in hidden or totals.get(id):
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
