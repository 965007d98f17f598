"""When something that failed is tried again: soon at first, then less and less often, for a day."""

from __future__ import annotations

FIRST = 30_000
"""Milliseconds from the first try to the second; each further wait is twice as long."""
LONGEST = 4 * 60 * 60_000
TRIES = 15
"""With these waits, the last comes about a day after the first."""


def wait_after(tries: int) -> int | None:
    """How long to wait once so many tries have failed; None to give up."""
    return min(FIRST * 2 ** (tries - 1), LONGEST) if tries < TRIES else None
