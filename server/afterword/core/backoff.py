"""When something that failed is tried again: soon at first, then less and less often, for a day."""

from __future__ import annotations

FIRST = 30_000
"""Milliseconds from the first try to the second; each further wait is twice as long."""
LONGEST = 4 * 60 * 60_000
TRIES = 15
"""With these waits, the last comes about a day after the first."""
SHORTEST = 1_000
"""Milliseconds between two tries, however soon the other side would have the next."""


def wait_after(tries: int, asked: int | None = None) -> int | None:
    """How long to wait once so many tries have failed, the last answered by a wish; None to give up."""
    return after(FIRST * 2 ** (tries - 1), tries, asked) if tries < TRIES else None


def after(usual: int, failures: int, asked: int | None, longest: int = LONGEST) -> int:
    """The usual wait, or the one that the other side asked for, within limits.

    A shorter one is believed once; who goes on failing is tried as seldom as everybody who does.
    """
    if asked is None:
        return min(usual, longest)
    least = SHORTEST if failures == 1 else min(usual, longest)
    return min(max(asked, least), LONGEST)
