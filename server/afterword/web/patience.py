"""How long a connection may keep us waiting: uvicorn itself waits for ever.

Bodies have their own limit (`body.read_body`). This one is for who connects and says nothing, for
headers that drip, and for readers who take no bytes. A proxy with such limits does the same earlier.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

HEADERS_WITHIN = 10.0
"""Seconds from the connection, or from the first byte of a request, to the end of its headers."""
STUCK_FOR = 30.0
"""Seconds in which a reader took not one byte of what waits for it."""
CHECK_EVERY = 2.5
"""Seconds. A timer for each connection and not for each request: requests are many."""


class Patience(asyncio.Protocol):
    """Mixed into uvicorn's protocol; reads its `cycle`, the request that is being answered."""

    headers_within = HEADERS_WITHIN
    stuck_for = STUCK_FOR
    check_every = CHECK_EVERY
    cycle: Any
    transport: Any

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begins to wait for a request."""
        super().connection_made(transport)
        self._loop = asyncio.get_running_loop()
        self._waiting_since: float | None = self._loop.time()
        self._unsent, self._unsent_since = 0, self._loop.time()
        self._check_later()

    def data_received(self, data: bytes) -> None:
        """Goes on waiting where this did not complete the headers of a request."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._waiting_since = None
        elif self._waiting_since is None:
            self._waiting_since = self._loop.time()

    def connection_lost(self, exc: Exception | None) -> None:
        """Waits no more."""
        self._check.cancel()
        super().connection_lost(exc)

    def _check_later(self) -> None:
        self._check = self._loop.call_later(self.check_every, self._look)

    def _look(self) -> None:
        now = self._loop.time()
        unsent = self.transport.get_write_buffer_size()
        if unsent != self._unsent:
            self._unsent, self._unsent_since = unsent, now
        if unsent and now - self._unsent_since > self.stuck_for:
            self.transport.abort()
        elif self._waiting_since is not None and now - self._waiting_since > self.headers_within:
            self.transport.close()
        self._check_later()


def patient_protocol(**limits: float) -> type[asyncio.Protocol]:
    """Uvicorn's own protocol, httptools where it is installed, with patience that ends."""
    return type("PatientProtocol", (Patience, AutoHTTPProtocol), limits)
