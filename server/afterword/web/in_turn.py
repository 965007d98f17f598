"""Lets those who come together begin one after the other, so that others who want to read come in between.

After a restart thousands of streams come at once; most of them begin without waiting for anything, and
10 thousand kept others waiting for as long as all of them took. Those who write come in groups, as they
were answered, and work for a millisecond each (decision 41).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from afterword.web.state import context

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

STREAMS = "/thread/events"
"""How the paths of streams end."""
AT_ONCE = 16
"""Each takes half a millisecond, and asks the database where nobody has asked the same just now."""
TURN = "afterword.turn"
"""Where a scope has the number of the turn in which its request began."""
READING = frozenset({"GET", "HEAD", "OPTIONS"})


class InTurn:
    """Holds back requests for a stream until others have begun theirs, and each that writes for a turn."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._streams = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] == "http":
            if scope["path"].endswith(STREAMS):
                await self._stream(scope, receive, send)
                return
            if scope["method"] not in READING:
                turns = context(scope).store.turns
                await turns.mine()
                scope[TURN] = turns.number
        await self._app(scope, receive, send)

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._streams.acquire()
        has_turn = True

        def give_back() -> None:
            nonlocal has_turn
            if has_turn:
                has_turn = False
                self._streams.release()

        async def send_and_give_back(message: Message) -> None:
            give_back()  # the answer begins, and may go on for hours
            await send(message)

        try:
            await self._app(scope, receive, send_and_give_back)
        finally:
            give_back()
