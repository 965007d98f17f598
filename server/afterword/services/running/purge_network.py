"""Tells a content delivery network which answers it shall drop: what has changed, some at a time.

The process that has the duty tells it, of all that it hears of, whoever wrote it. What could not be told
is told again later; what is older than the network keeps an answer needs no telling any more.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from afterword.core.errors import NotFetched
from afterword.core.surrogate import EVERYTHING, surrogate_key
from afterword.delivery.guarded_client import Limits, Outgoing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from afterword.delivery.guarded_client import GuardedClient
    from afterword.settings import Settings

SETTLED = 1.5
"""Seconds from a change until it is told. Another process may not have heard of it for one second, and
what the network then fetches there, before that, would be old again, and kept."""
AT_ONCE = 30
"""Names in one request: the fewest that a network is known to take."""
MOST = 10_000
"""Names that wait; of more, everything is dropped."""
LONGEST_REST = 60.0
"""Seconds until it is tried again, at the most; they are doubled from one on."""
LIMITS = Limits(seconds=5.0)


class Purges:
    """What is to be told."""

    def __init__(
        self,
        settings: Settings,
        client: GuardedClient,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = settings.cdn_purge_url
        self._how = settings.cdn_purge_how
        self._headers = _header(settings.cdn_purge_header)
        self._kept_for = settings.cdn_seconds + settings.cdn_stale_seconds
        self._client = client
        self._clock = clock
        self._waiting: dict[str, float] = {}
        self._rest, self._resting_until = 0.0, 0.0

    def __len__(self) -> int:
        return len(self._waiting)

    def note(self, tag: str) -> None:
        """What was made from this has changed; "" is everything."""
        now = self._clock()
        # Behind the others: what is fetched from now on may be old as well.
        name = surrogate_key(tag) if tag else EVERYTHING
        self._waiting.pop(name, None)
        self._waiting[name] = now
        if len(self._waiting) > MOST:
            self._waiting = {EVERYTHING: now}

    async def tell(self) -> None:
        """Tells what has waited long enough; raises NotFetched where it was not taken."""
        now = self._clock()
        if now < self._resting_until:
            return
        while due := self._due(now):
            try:
                await self._send(due)
            except NotFetched:
                self._rest = min(LONGEST_REST, max(1.0, 2 * self._rest))
                self._resting_until = now + self._rest
                raise
            self._rest = 0.0
            for name, at in due.items():
                # Changed once more while it was told: then that is told too.
                if self._waiting.get(name) == at:
                    del self._waiting[name]

    def _due(self, now: float) -> Mapping[str, float]:
        gone = [name for name, at in self._waiting.items() if now - at > self._kept_for + SETTLED]
        for name in gone:
            del self._waiting[name]
        ready = [each for each in self._waiting.items() if now - each[1] >= SETTLED]
        return dict(ready[:AT_ONCE])

    async def _send(self, due: Mapping[str, float]) -> None:
        names = [*due]
        headers, body = {**self._headers}, b""
        if self._how == "purge":
            headers |= {"Surrogate-Key": " ".join(names), "xkey-purge": " ".join(names)}
        else:
            kind = "tags" if self._how == "tags" else "surrogate_keys"
            headers["Content-Type"] = "application/json"
            body = json.dumps({kind: names}).encode()
        method = "PURGE" if self._how == "purge" else "POST"
        answer = await self._client.fetch(Outgoing(self._url, method, headers, body), LIMITS)
        if not 200 <= answer.status < 300:
            raise NotFetched(f"it answered {answer.status}.")


def _header(text: str) -> Mapping[str, str]:
    name, colon, value = text.partition(":")
    return {name.strip(): value.strip()} if colon else {}
