"""What came of trying rules, in sentences and links."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.model import Outcome, Status
from afterword.core.tree import excerpt

if TYPE_CHECKING:
    from afterword.core.model import Reason
    from afterword.services.screening.try_rules import Errors, Move, Trial

MOST = 100
"""Comments that are listed."""
EXCERPT = 200

_WOULD = {Outcome.PUBLISH: "be published", Outcome.HOLD: "be held", Outcome.SPAM: "go to the spam"}
_INSTEAD = {
    Outcome.PUBLISH: "being published",
    Outcome.HOLD: "being held",
    Outcome.SPAM: "going to the spam",
}
_THOUGH = {
    Status.APPROVED: "though it is approved",
    Status.SPAM: "though it is spam",
    Status.REMOVED: "though it was removed",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One comment that would have fared otherwise."""

    author: str
    text: str
    would: str
    error: str
    """Why that would be wrong; empty where it would not."""
    reasons: tuple[Reason, ...]
    page: str
    address: str
    """Where it is: on its page, or in the queue."""
    created_at: int


@dataclass(frozen=True, slots=True)
class Shown:
    """All of it."""

    looked_at: int
    sums: tuple[str, ...]
    """`3 would be held instead of being published`."""
    today: Errors
    tried: Errors
    lines: tuple[Line, ...]
    left_out: int


def shown(trial: Trial) -> Shown:
    """The trial as its page tells it."""
    kinds = Counter((move.tried, move.today) for move in trial.moves)
    return Shown(
        looked_at=trial.looked_at,
        sums=tuple(
            f"{number:,} would {_WOULD[tried]} instead of {_INSTEAD[today]}"
            for (tried, today), number in kinds.most_common()
        ),
        today=trial.today,
        tried=trial.tried,
        lines=tuple(map(_line, trial.moves[:MOST])),
        left_out=max(0, len(trial.moves) - MOST),
    )


def _line(move: Move) -> Line:
    comment = move.comment
    return Line(
        author=comment.author.name or "Anonymous",
        text=excerpt(comment.tree, EXCERPT),
        would=f"Would {_WOULD[move.tried]} instead of {_INSTEAD[move.today]}",
        error=_THOUGH[comment.status] if move.is_error else "",
        reasons=move.reasons,
        page=move.page_title or move.page_url,
        address=_address(move),
        created_at=comment.created_at,
    )


def _address(move: Move) -> str:
    """The comment on its page where readers can see it, else the page."""
    public = move.comment.status is Status.APPROVED
    return f"{move.page_url}#comment-{move.comment.id}" if public else move.page_url
