"""How writes went: for metrics, and for nothing that is decided."""

from __future__ import annotations

from afterword.core.metric_families import GROUP_SIZES, LATENCY
from afterword.core.metrics import Histogram


class WriteCounts:
    """What one engine has counted since the process began."""

    def __init__(self) -> None:
        self.waiting = 0
        """Writes that wait now: for their turn on SQLite, for a connection on PostgreSQL."""
        self.groups = Histogram(GROUP_SIZES)
        self.commits = Histogram(LATENCY)
        """Seconds."""
        self.failures = 0

    def note(self, writes: int, seconds: float, *, failed: bool) -> None:
        """A commit of so many writes took so long; one of none is none."""
        if failed:
            self.failures += 1
        elif writes:
            self.groups.note(writes)
            self.commits.note(seconds)
