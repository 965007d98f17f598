"""Comments that others answer and that are no longer in the file: their places, so that threads hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from afterword.core.model import Status
from afterword.formats.record import CommentRecord, Plain


@dataclass(frozen=True, slots=True)
class _Place:
    page: str
    parent: str | None
    created_at: int | None


class LostParents:
    """Hears of each comment of a file whose comments know what they answer and where its thread begins."""

    def __init__(self) -> None:
        self._here: set[int] = set()
        """Hashes of refs: of a million comments these are 60 MB less than the refs."""
        self._answered: dict[str, _Place] = {}

    def hear(self, comment: CommentRecord, root: str) -> CommentRecord:
        """The comment; it answers the beginning of its thread where the file says no more."""
        self._here.add(hash(comment.ref))
        self._answered.pop(comment.ref, None)
        parent = comment.parent or root
        if not parent:
            return comment
        self._miss(parent, root if root != parent else "", comment)
        if root and root != parent:
            self._miss(root, "", comment)
        return comment if comment.parent else replace(comment, parent=parent)

    def places(self) -> Iterator[CommentRecord]:
        """At the end: the place of each comment that was answered and never came."""
        for ref, place in self._answered.items():
            yield CommentRecord(
                ref, place.page, place.parent, Status.REMOVED, "", Plain(""), place.created_at
            )

    def _miss(self, ref: str, parent: str, answer: CommentRecord) -> None:
        if hash(ref) not in self._here and ref not in self._answered:
            self._answered[ref] = _Place(answer.page, parent or None, answer.created_at)
