"""How much a member hears of a site by mail: of what, at once or in a digest, and when that comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from afterword.core.model import Status
from afterword.core.telling import EventKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.core.telling import Event, Notices

Told: TypeAlias = Literal["waiting", "reported", "published"]
"""What a mail to a member is about: a comment that waits, one that readers reported, one that is public."""
TOLD: tuple[Told, ...] = get_args(Told)
Rhythm: TypeAlias = Literal["hour", "day"]
"""How often a digest comes."""

HOUR = 3_600_000
DAY = 24 * HOUR
MORNING = 6 * HOUR
"""After midnight UTC, when the daily digest comes: in the night or the morning of most of the world."""
AT_ONCE: Mapping[Notices, tuple[Told, ...]] = {
    "none": (),
    "waiting": ("waiting", "reported"),
    "all": TOLD,
    "hourly": (),
    "daily": (),
}
"""What a mail of its own tells of."""
DIGESTS: Mapping[Rhythm, tuple[Notices, ...]] = {
    "hour": ("waiting", "all", "hourly"),
    "day": ("daily",),
}
"""Whose digest it is; those who hear at once have one when there was too much for that."""
_RHYTHM: Mapping[Notices, Rhythm] = {"hourly": "hour", "daily": "day"}


def told_of(event: Event) -> Told | None:
    """What members are told when this has happened; None for nothing."""
    match event.kind, event.status:
        case (EventKind.CREATED, Status.PENDING) | (EventKind.HELD, _):
            return "waiting"
        case (EventKind.REPORTED, _):
            return "reported"
        case (EventKind.CREATED, Status.APPROVED):
            return "published"
    return None


def rhythm(notices: Notices, told: Told) -> Rhythm | None:
    """Of the digest that tells of it for those who want digests; None for all others."""
    return _RHYTHM.get(notices) if told != "published" else None


def digest_at(now: int, every: Rhythm) -> int:
    """When the next digest of that rhythm comes: the full hour, the morning."""
    if every == "hour":
        return (now // HOUR + 1) * HOUR
    return ((now - MORNING) // DAY + 1) * DAY + MORNING
