"""How long, and with how many bytes, a connection may keep us waiting: uvicorn itself has no limit.

Bodies have their own limits (`body.read_body`). These are for who connects and says nothing, for headers
that drip or do not end, and for readers who take no bytes. A proxy does the same, earlier.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from afterword.web.hand_over import HandsOver

HEADERS_WITHIN = 10.0
"""Seconds from the connection, or from the first byte of a request, to the end of its headers."""
HEADERS_LIMIT = 128 * 1024
"""Bytes of a request before its body; a hundred long addresses for their counts fit in."""
STUCK_FOR = 30.0
"""Seconds in which a reader took not one byte of what waits for it."""
CHECK_EVERY = 2.5
"""Seconds; how much later than it should a connection may be closed."""


TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\n\
content-length: 0\r\nconnection: close\r\n\r\n"


class Patience(asyncio.Protocol):
    """Mixed into uvicorn's protocol; keeps its timer by the connection, since requests are many.

    Reads three things of it: `cycle`, the last request whose headers were complete; whether that is
    answered; and `timeout_keep_alive_task`, which is there while a connection may be quiet.
    """

    headers_within = HEADERS_WITHIN
    headers_limit = HEADERS_LIMIT
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
        self._head = 0
        self._check_later()

    def data_received(self, data: bytes) -> None:
        """Counts bytes as long as they do not make a request."""
        AutoHTTPProtocol.data_received(self, data)  # super() would take as long as all of this
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete:
            self._head = 0
            return
        self._head += len(data)
        if self._head > self.headers_limit and not self.transport.is_closing():
            self.transport.write(TOO_LARGE)
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Waits no more."""
        self.stop_waiting()
        super().connection_lost(exc)

    def stop_waiting(self) -> None:
        """Has all the patience from now on."""
        self._check.cancel()
        self._waiting = None  # it may be this connection, which then would hold itself

    def _check_later(self) -> None:
        self._check = self._loop.call_later(self.check_every, self._look)

    def _look(self) -> None:
        now = self._loop.time()
        waiting, unsent = self._waits(), self.transport.get_write_buffer_size()
        if waiting is not self._waiting:
            self._waiting, self._waiting_since = waiting, now
        # Less than before, or nothing: bytes were taken. More is only us, who go on with a stream.
        if unsent < self._unsent or not unsent:
            self._unsent_since = now
        self._unsent = unsent
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
    """Uvicorn's own protocol, httptools where it is installed, with patience that ends.

    Streams that it hands over have limits of their own: `stream_connection`.
    """
    return type("PatientProtocol", (HandsOver, Patience, AutoHTTPProtocol), limits)
