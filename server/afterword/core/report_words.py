"""What readers say of a comment that they report, in sentences for moderators."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from afterword.core.model import ReportReason

_SAYS: Mapping[ReportReason, str] = {
    "spam": "it is spam",
    "abuse": "it is abusive",
    "private": "it tells something private",
    "off_topic": "it is off topic",
    "other": "something else is wrong",
}


def reported(reasons: Iterable[ReportReason]) -> tuple[str, ...]:
    """`2 readers say that it is spam`, the reason that most readers gave first."""
    return tuple(
        f"{number:,} {'reader says' if number == 1 else 'readers say'} that {_SAYS[reason]}"
        for reason, number in Counter(reasons).most_common()
    )
