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
"""Seconds; how much later than it should a connection may be closed."""


class Patience(asyncio.Protocol):
    """Mixed into uvicorn's protocol: looks at each connection now and then, and at no request.

    Reads three things of it: `cycle`, the last request whose headers were complete; whether that is
    answered; and `timeout_keep_alive_task`, which is there while a connection may be quiet.
    """

    headers_within = HEADERS_WITHIN
    stuck_for = STUCK_FOR
    check_every = CHECK_EVERY
    cycle: Any
    timeout_keep_alive_task: Any
    transport: Any

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begins to wait for a request."""
        super().connection_made(transport)
        self._loop = asyncio.get_running_loop()
        self._waiting, self._waiting_since = self._waits(), self._loop.time()
        self._unsent, self._unsent_since = 0, self._loop.time()
        self._check_later()

    def connection_lost(self, exc: Exception | None) -> None:
        """Waits no more."""
        self._check.cancel()
        super().connection_lost(exc)

    def _check_later(self) -> None:
        self._check = self._loop.call_later(self.check_every, self._look)

    def _look(self) -> None:
        now = self._loop.time()
        waiting, unsent = self._waits(), self.transport.get_write_buffer_size()
        if waiting is not self._waiting:
            self._waiting, self._waiting_since = waiting, now
        if unsent != self._unsent:
            self._unsent, self._unsent_since = unsent, now
        if unsent and now - self._unsent_since > self.stuck_for:
            self.transport.abort()
        elif waiting is not None and now - self._waiting_since > self.headers_within:
            self.transport.close()
        self._check_later()

    def _waits(self) -> object:
        """What it waits after: the last request, or itself before the first; None while it does not."""
        if self.cycle is None:
            return self
        is_answered = self.cycle.response_complete and self.timeout_keep_alive_task is None
        return self.cycle if is_answered else None


def patient_protocol(**limits: float) -> type[asyncio.Protocol]:
    """Uvicorn's own protocol, httptools where it is installed, with patience that ends."""
    return type("PatientProtocol", (Patience, AutoHTTPProtocol), limits)
