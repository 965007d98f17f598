"""Counts the turns of the event loop, to see who has one together with whom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Laps:
    """Counts the turns of the event loop."""

    def __init__(self) -> None:
        self.now = 0

    def count(self) -> None:
        self.now += 1
        self._next = asyncio.get_running_loop().call_soon(self.count)

    def stop(self) -> None:
        self._next.cancel()


@asynccontextmanager
async def counting() -> AsyncIterator[Laps]:
    laps = Laps()
    laps.count()
    try:
        yield laps
    finally:
        laps.stop()
