"""An answer of server-sent events: it goes on until its reader leaves or is let go.

Written by hand, in place of a library: docs/decisions/0007-server-sent-events-by-hand.md.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from afterword.services.live import Live
    from afterword.services.live_rooms import Listener

HEARTBEAT = 20.0
"""Seconds; proxies take a connection for dead after thirty at the least."""
STILL_HERE = b":\n\n"
FIRST_RETRY = 3_000
RETRY_SPREAD = 5_000
"""Milliseconds over which readers come again, so that a restart is not followed by all of them at once."""


class EventStream(Response):
    """Sends what a listener hears; the listener leaves when the answer ends, however it does."""

    media_type = "text/event-stream"
    heartbeat = HEARTBEAT

    def __init__(self, live: Live, listener: Listener, missed: bytes) -> None:
        super().__init__(headers={"cache-control": "no-store", "x-accel-buffering": "no"})
        del self.headers["content-length"]
        self._live = live
        self._listener = listener
        retry = FIRST_RETRY + len(live) * 997 % RETRY_SPREAD
        # An id without data is no event: it only tells where to go on.
        self._first = missed + b"retry: %d\nid: %d\n\n" % (retry, listener.told)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        leaving = asyncio.create_task(self._end_with_reader(receive))
        try:
            start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
            await send(start)
            if scope["method"] != "HEAD":
                await self._send_events(send)
            await send({"type": "http.response.body", "body": b""})
        finally:
            leaving.cancel()
            self._live.leave(self._listener)

    async def _send_events(self, send: Send) -> None:
        events: bytes | None = self._first
        while events is not None:
            await send({"type": "http.response.body", "body": events, "more_body": True})
            try:
                async with asyncio.timeout(self.heartbeat):
                    events = await self._listener.next()
            except TimeoutError:
                events = STILL_HERE

    async def _end_with_reader(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._listener.end()
