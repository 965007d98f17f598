"""Counts how often somebody does something, in bounded memory."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from math import ceil

MOST_BUCKETS = 100_000
"""Beyond it the bucket that was longest unused is forgotten, and with it about 200 bytes."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in so many seconds; all of them may come at once. 0 is no limit."""

    count: int
    seconds: int


class TokenBuckets:
    """One bucket for each key; a full one holds `rate.count` tokens and refills evenly."""

    def __init__(self, most: int = MOST_BUCKETS) -> None:
        self.secret = secrets.token_bytes(32)
        """For the hashes that are the keys: as short-lived as the buckets."""
        self._most = most
        self._buckets: OrderedDict[bytes, tuple[float, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, key: bytes, rate: Rate, *, now: int) -> int:
        """Takes one token; returns 0, or the seconds until there is one again (nothing is taken)."""
        if rate.count == 0:
            return 0
        tokens = self._tokens(key, rate, now)
        if tokens < 1:
            return max(1, ceil((1 - tokens) * rate.seconds / rate.count))
        self._keep(key, tokens - 1, now)
        return 0

    def _tokens(self, key: bytes, rate: Rate, now: int) -> float:
        tokens, since = self._buckets.get(key, (float(rate.count), now))
        refilled = max(0, now - since) * rate.count / (rate.seconds * 1000)
        return min(float(rate.count), tokens + refilled)

    def _keep(self, key: bytes, tokens: float, now: int) -> None:
        self._buckets[key] = (tokens, now)
        self._buckets.move_to_end(key)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
