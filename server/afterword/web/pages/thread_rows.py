"""A flat thread as nested lists: what to open and to close before each comment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.core import wire
    from afterword.core.languages import Speech

DEEPEST = 4
"""Lists within lists at most; deeper replies follow one another and say whom they answer."""


@dataclass(frozen=True, slots=True)
class Row:
    """A comment with its place in the lists."""

    comment: wire.Comment
    level: int
    """Lists around it, not counting the outermost."""
    opens: bool
    """True when a list begins with it, inside the comment before."""
    closes: int
    """Lists that end before it."""
    answers: str | None
    """Whom it answers, where the lists do not show it."""


def rows(comments: Sequence[wire.Comment], t: Speech) -> list[Row]:
    """The comments in their order; nothing recurses, whatever the depth."""
    names = {comment.id: _name(comment, t) for comment in comments}
    found: list[Row] = []
    level = 0
    for comment in comments:
        # A slice that begins inside a thread may jump; a list cannot open two levels at once.
        target = min(comment.depth, DEEPEST, level + 1) if found else 0
        is_flat = comment.depth > target and comment.parent_id is not None
        answers = names.get(comment.parent_id or 0) if is_flat else None
        found.append(Row(comment, target, target > level, max(level - target, 0), answers))
        level = target
    return found


def _name(comment: wire.Comment, t: Speech) -> str:
    if comment.author is None:
        return t("someone")
    return comment.author.name or t("anonymous")
