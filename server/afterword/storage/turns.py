"""One after the other, and the event loop in between: those who come together do not work together.

Writers come in groups, because they are answered in groups: 32 comments that begin in the same turn
of the event loop are 40 ms of work before anybody else is heard. Here each begins in a turn of its own;
what became ready meanwhile, a reader mostly, comes before the next.
"""

from __future__ import annotations

import asyncio
from collections import deque


class Turns:
    """Those who wait for a turn of the event loop, first come, first served.

    A turn is nothing that is held: it cannot be kept, lost, or given back.
    """

    def __init__(self) -> None:
        self._line = deque[asyncio.Future[None]]()
        self._taken = False
        self.number = 0
        """Of this turn: whoever went on and finds another one has awaited something meanwhile."""

    async def mine(self) -> None:
        """Go on at once where nobody else does in this turn of the loop, else in one of the next."""
        loop = asyncio.get_running_loop()
        if not self._taken:
            self._taken = True
            loop.call_soon(self._next, loop, False)
            return
        turn: asyncio.Future[None] = loop.create_future()
        self._line.append(turn)
        await turn

    def _next(self, loop: asyncio.AbstractEventLoop, somebody_went: bool) -> None:
        """Let the first of the line go on; a task does so in the turn of the loop after this one."""
        self.number += 1
        while self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(None)
                loop.call_soon(self._next, loop, True)
                return
        if somebody_went:
            loop.call_soon(self._next, loop, False)
        else:
            self._taken = False
