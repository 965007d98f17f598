"""A stream that has left its HTTP request behind: one small object on the transport.

An answer by ASGI that goes on holds a task, two coroutines a layer of ours, the request and its parser,
24 KB in all, and each event passes through all of them. With the head sent there is nothing left to ask
of them: bytes go to the transport, and whoever does not take them is let go.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from afterword.services.live_outlet import Telling

MAY_WAIT = 64 * 1024
"""Bytes that may wait here for one reader, beyond the first of the stream; others wait for the same ones."""
MAY_WAIT_IN_KERNEL = 64 * 1024
"""Bytes that the kernel may hold for one reader, in place of some megabytes; Linux doubles it."""
LAST_CHUNK = b"0\r\n\r\n"


def chunk(events: bytes) -> bytes:
    """The bytes as a chunk of HTTP/1.1."""
    return b"%x\r\n%b\r\n" % (len(events), events)


class StreamConnection(asyncio.Protocol):
    """What the transport speaks to, and an outlet of live; counted as a connection by the server."""

    __slots__ = ("_connections", "_is_over", "_on_lost", "_transport", "_waited")

    def __init__(self, transport: Any, connections: set[Any], on_lost: Callable[[], None]) -> None:
        self._transport = transport
        self._connections = connections
        self._on_lost = on_lost
        self._waited = 0
        """Bytes that waited when it last was this stream's turn."""
        self._is_over = False
        connections.add(self)
        transport.set_protocol(self)

    def begin(self, first: bytes) -> None:
        """Sends the first bytes, however many; more than those may not wait, but for what always may."""
        begin = chunk(first)
        _bound_kernel(self._transport)
        self._transport.set_write_buffer_limits(high=MAY_WAIT + len(begin))
        self._transport.write(begin)

    def send(self, telling: Telling) -> bool:
        """Hands these to the transport; False where that was too much for a slow reader."""
        if self._is_over:
            return True
        self._transport.write(telling.form(chunk))
        return not self._is_over

    def beat(self, telling: Telling) -> bool:
        """Shows that the stream is there; a reader who took nothing of what waits since is let go."""
        waits, waited = self._transport.get_write_buffer_size(), self._waited
        self._waited = waits
        if not waits:
            return self.send(telling)
        if 0 < waited <= waits:
            self._abort()
            return False
        return True

    def end(self) -> None:
        """Ends the answer; for a reader who is behind, without waiting."""
        if self._is_over:
            return
        if self._transport.get_write_buffer_size():
            self._abort()
            return
        self._is_over = True
        self._transport.write(LAST_CHUNK)
        self._transport.close()

    def shutdown(self) -> None:
        """Called by the server that stops."""
        self.end()

    def data_received(self, data: bytes) -> None:
        """Whoever goes on talking wants something else; the connection is no use for that any more."""
        self.end()

    def pause_writing(self) -> None:
        """More waits than may: the reader is too slow."""
        self._abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Gives the place free."""
        self._is_over = True
        self._connections.discard(self)
        self._on_lost()

    def _abort(self) -> None:
        self._is_over = True
        self._transport.abort()


def _bound_kernel(transport: Any) -> None:
    with contextlib.suppress(OSError):
        transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_SNDBUF, MAY_WAIT_IN_KERNEL
        )
