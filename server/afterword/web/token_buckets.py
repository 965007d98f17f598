"""Counts how often somebody does something, in bounded memory."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from math import ceil

from afterword.core.rate import Rate

MOST_BUCKETS = 100_000
"""Beyond it the bucket that was longest unused is forgotten, and with it about 200 bytes."""


class TokenBuckets:
    """One bucket for each key. Each taken token fills it by a step; it leaks evenly; over its rim, no more.

    Levels are whole numbers (milliseconds times `rate.count`), so that no rounding adds up.
    """

    def __init__(self, most: int = MOST_BUCKETS) -> None:
        self.secret = secrets.token_bytes(32)
        """For the hashes that are the keys: as short-lived as the buckets."""
        self._most = most
        self._buckets: OrderedDict[bytes, tuple[int, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, key: bytes, rate: Rate, *, now: int) -> int:
        """Takes one token; returns 0, or the seconds until there is one again (nothing is taken)."""
        if rate.count == 0:
            return 0
        step = rate.seconds * 1000
        level, since = self._buckets.get(key, (0, now))
        filled = max(0, level - max(0, now - since) * rate.count) + step
        over = filled - rate.count * step
        if over > 0:
            return ceil(over / rate.count / 1000)
        self._keep(key, filled, now)
        return 0

    def _keep(self, key: bytes, level: int, now: int) -> None:
        self._buckets[key] = (level, now)
        self._buckets.move_to_end(key)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
