"""When comments come as a flood: the rate of a site, what is usual there, and when it is over.

Two counts are kept, which fade: one over minutes is the rate now, one over days is what is usual. Both
are a number and a time, so that a site's state is one row, however many comments come.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp

MINUTE = 60_000
RECENT = 5 * MINUTE
"""Milliseconds after which a comment weighs a third in the rate of now (1/e)."""
USUAL = 3 * 24 * 60 * MINUTE
"""And in what is usual."""
LEAST = 30.0
"""Comments in about five minutes that are no flood on any site."""
FACTOR = 6.0
"""Times as many as usual are one."""
OVER = 1 / 3
"""It is over at this part of the rate at which it would begin: the gap keeps it from flickering."""
SUSPECT = 2 * RECENT
"""Milliseconds before the begin in which newcomers may have been a part of it."""
REST = 60 * MINUTE
"""Milliseconds for which a site is left alone after somebody has ended a surge by hand."""
TOLD_FOR = 6 * 60 * MINUTE
"""Milliseconds in which the owner is told once, however often it comes back."""


@dataclass(frozen=True, slots=True)
class Tide:
    """How comments come to a site, and whether that is a surge."""

    at: int = 0
    """When it was counted last."""
    recent: float = 0.0
    usual: float = 0.0
    began_at: int | None = None
    """Of the surge that is on; None while the site is calm."""
    by_hand: bool = False
    """Whether somebody began it, who will have to end it too."""
    swept: bool = False
    """Whether what got through as it began is held again."""
    told_at: int | None = None
    """When the owner was told last."""
    rest_until: int = 0

    @property
    def is_surge(self) -> bool:
        """Whether only known authors are published without a look."""
        return self.began_at is not None

    @property
    def suspect_from(self) -> int:
        """From when on newcomers are held again, once it has begun by itself."""
        return (self.began_at or 0) - (0 if self.by_hand else SUSPECT)

    def threshold(self) -> float:
        """What `recent` must not reach."""
        return max(LEAST, FACTOR * self.usual * RECENT / USUAL)

    def per_minute(self) -> float:
        """The rate of now."""
        return self.recent * MINUTE / RECENT


def later(tide: Tide, now: int) -> Tide:
    """The same, after the time that has passed; a clock that was put back stands still."""
    passed = max(now - tide.at, 0)
    return replace(
        tide,
        at=tide.at + passed,
        recent=tide.recent * exp(-passed / RECENT),
        usual=tide.usual * exp(-passed / USUAL),
    )


def counted(tide: Tide, now: int, *, usual: bool) -> Tide:
    """With one more comment; `usual` is whether it belongs to what is usual there."""
    tide = later(tide, now)
    return replace(tide, recent=tide.recent + 1, usual=tide.usual + usual)


def judged(tide: Tide, now: int, *, guard: bool) -> Tide:
    """With a surge that begins, or ends, by itself; without `guard` none begins."""
    tide = later(tide, now)
    high = tide.threshold()
    if tide.began_at is None and guard and now >= tide.rest_until and tide.recent >= high:
        return replace(tide, began_at=now, by_hand=False, swept=False)
    if tide.is_surge and not tide.by_hand and tide.recent < high * OVER:
        return replace(tide, began_at=None)
    return tide


def switched(tide: Tide, now: int, *, on: bool) -> Tide:
    """As somebody wants it; after an end by hand the site is left alone for an hour."""
    tide = later(tide, now)
    if on:
        return replace(tide, began_at=tide.began_at or now, by_hand=True, swept=True)
    return replace(tide, began_at=None, by_hand=False, rest_until=now + REST)


def is_to_tell(tide: Tide, now: int) -> bool:
    """Whether the owner has yet to hear of the surge that is on."""
    if not tide.is_surge or tide.by_hand:
        return False
    return tide.told_at is None or now - tide.told_at >= TOLD_FOR


def with_told(tide: Tide, now: int) -> Tide:
    """The owner has heard of it."""
    return replace(tide, told_at=now)


def with_swept(tide: Tide) -> Tide:
    """What got through is held again."""
    return replace(tide, swept=True)
