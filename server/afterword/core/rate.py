"""How often something may be done."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in so many seconds; all of them may come at once. 0 is no limit."""

    count: int
    seconds: int
