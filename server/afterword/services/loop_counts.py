"""How the rounds ended of what goes on beside the requests: for metrics, and for nothing that is decided."""

from __future__ import annotations

from collections import Counter


class LoopCounts:
    """What this process has counted since it began."""

    def __init__(self) -> None:
        self.rounds: Counter[tuple[str, str]] = Counter()
        """By loop, and `ok` or `failed`."""
        self.last_success: dict[str, int] = {}
        """When a loop last ended a round well, in milliseconds UTC."""

    def note(self, name: str, *, ok: bool, now: int) -> None:
        """A round of the loop that the log calls so has ended."""
        loop = label_of(name)
        self.rounds[loop, "ok" if ok else "failed"] += 1
        if ok:
            self.last_success[loop] = now


def label_of(name: str) -> str:
    """`The change poll` is `change_poll`."""
    return name.removeprefix("The ").lower().replace(" ", "_")
