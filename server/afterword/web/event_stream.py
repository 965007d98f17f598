"""An answer of server-sent events: it goes on until its reader leaves or is let go.

Written by hand, in place of a library: docs/decisions/0007-server-sent-events-by-hand.md.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.responses import Response

from afterword.services.live_outlet import Waiting
from afterword.web.hand_over import HAND_OVER

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from afterword.services.live import Live
    from afterword.services.live_rooms import Listener
    from afterword.web.hand_over import HandOver

FIRST_RETRY = 3_000
RETRY_SPREAD = 5_000
"""Milliseconds over which readers come again, so that a restart is not followed by all of them at once."""


class EventStream(Response):
    """Sends what a listener hears; the listener leaves when the stream ends, however it does.

    With our own server the stream goes on without a task and without ASGI, once its head is sent; with
    any other, and where a connection cannot be handed over, it stays an answer like others.
    """

    media_type = "text/event-stream"

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
        is_handed_over = False
        try:
            start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
            await send(start)
            if scope["method"] == "HEAD":
                await send({"type": "http.response.body", "body": b""})
                return
            is_handed_over = self._hand_over(scope)
            if not is_handed_over:
                await self._stay(receive, send)
        finally:
            if not is_handed_over:
                self._leave()

    def _hand_over(self, scope: Scope) -> bool:
        hand_over: HandOver | None = scope.get("extensions", {}).get(HAND_OVER)
        outlet = hand_over and hand_over(self._first, self._leave)
        if outlet:
            self._listener.flow_to(outlet)
        return bool(outlet)

    async def _stay(self, receive: Receive, send: Send) -> None:
        waiting = Waiting()
        self._listener.flow_to(waiting)
        leaving = asyncio.create_task(_end_with_reader(receive, waiting))
        try:
            events = self._first
            while events:
                await send({"type": "http.response.body", "body": events, "more_body": True})
                telling = await waiting.next()
                events = telling.events if telling else b""
            await send({"type": "http.response.body", "body": b""})
        finally:
            leaving.cancel()

    def _leave(self) -> None:
        self._live.leave(self._listener)


async def _end_with_reader(receive: Receive, waiting: Waiting) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    waiting.end()
