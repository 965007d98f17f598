"""What is done after an answer was given and may be lost: at most a few at once, none after the end."""

from __future__ import annotations

import asyncio
import logging
from contextvars import Context
from typing import TYPE_CHECKING, Any

from afterword.core.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Coroutine

MOST = 20
"""At once; more are not begun, because whoever is told so much does not listen."""

log = logging.getLogger(__name__)


class Errands:
    """Runs them; never begin one inside a write, which may not come true."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Does it some time soon; that it failed is written to the log."""
        if len(self._tasks) >= MOST:
            work.close()
            log.warning("%s was left out: %d others are not done yet", name, MOST)
            return
        # In a context of its own, for the patience of who began it is not its own.
        task = asyncio.create_task(_done(name, work), context=Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Waits until nothing is to be done."""
        await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        """Ends those that are not done."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _done(name: str, work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Refused as error:
        log.warning("%s failed: %s", name, error.message)
