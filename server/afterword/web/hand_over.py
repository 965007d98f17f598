"""What our own server can do beyond ASGI; others know nothing of it.

A stream can be taken out of HTTP once its head is sent. That is offered to the path of streams alone, and
refused where the request is still coming: then the answer goes on by ASGI. An answer that is ready can
be sent in one go: `whole_answer`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

from afterword.web.fast_reads import READS
from afterword.web.in_turn import STREAMS
from afterword.web.stream_connection import StreamConnection
from afterword.web.whole_answer import SEND_WHOLE, send_whole

HandOver: TypeAlias = Callable[[bytes, Callable[[], None]], StreamConnection | None]
"""Given the first bytes and whom to tell when the connection is lost; None where it cannot be."""

HAND_OVER = "afterword.hand_over"
"""Name of the extension in the ASGI scope."""


class HandsOver(asyncio.Protocol):
    """Mixed into uvicorn's protocol with httptools; that with h11 never calls what is added here."""

    connections: set[Any]
    cycle: Any
    flow: Any
    headers: Any
    parser: Any
    pipeline: Any
    scope: Any
    stop_waiting: Callable[[], None]
    transport: Any

    def on_headers_complete(self) -> None:
        """Offers the extensions, before the application's task has begun to run."""
        super().on_headers_complete()  # type: ignore[misc] # uvicorn's, which this is mixed into
        path = self.scope.get("path", "")
        if path in READS:
            self.scope["extensions"] = {SEND_WHOLE: partial(send_whole, self.cycle)}
        elif path.endswith(STREAMS):
            self.scope["extensions"] = {HAND_OVER: partial(self.hand_over, self.cycle)}

    def hand_over(
        self, cycle: Any, first: bytes, on_lost: Callable[[], None]
    ) -> StreamConnection | None:
        """Leaves the transport to a stream, whose head is sent, and keeps nothing of the request."""
        has_gone = cycle.disconnected or self.transport.is_closing()
        if has_gone or cycle.more_body or not cycle.chunked_encoding:
            return None
        self.stop_waiting()
        self.connections.discard(self)
        stream = StreamConnection(self.transport, self.connections, on_lost)
        stream.begin(first)
        if self.pipeline:
            stream.end()  # what was asked behind it would never be answered
        self.flow.resume_reading()
        # For uvicorn the reader has gone: it expects no end of the answer, and sends none.
        cycle.disconnected = True
        cycle.message_event.set()
        # Each knows another, so that without this they would stay until the garbage is looked for.
        cycle.scope["extensions"].clear()
        self.pipeline.clear()
        self.cycle = self.flow = self.headers = self.parser = self.scope = None
        return stream
