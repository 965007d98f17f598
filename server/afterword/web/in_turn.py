"""Lets a few streams begin at once: after a restart thousands come together, and others want to read.

Most of them begin without waiting for anything, so that without this all would do so before anybody else
has a turn: 10 thousand kept others waiting for as long as all of them took.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

STREAMS = "/thread/events"
"""How the paths of streams end."""
AT_ONCE = 16
"""Each takes half a millisecond, and asks the database where nobody has asked the same just now."""


class InTurn:
    """Holds back requests for a stream, first come first served, until others have begun theirs."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] != "http" or not scope["path"].endswith(STREAMS):
            await self._app(scope, receive, send)
            return
        await self._turns.acquire()
        has_turn = True

        def give_back() -> None:
            nonlocal has_turn
            if has_turn:
                has_turn = False
                self._turns.release()

        async def send_and_give_back(message: Message) -> None:
            give_back()  # the answer begins, and may go on for hours
            await send(message)

        try:
            await self._app(scope, receive, send_and_give_back)
        finally:
            give_back()
