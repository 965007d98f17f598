"""What runs beside the requests: changes that others made, readers, surges, tidying up."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from afterword.core.errors import Refused
from afterword.services.change_poll import ChangePoll
from afterword.services.housekeeping import tidy_up
from afterword.services.watch_surge import watch_surges

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from afterword.services.context import Context

POLL_SECONDS = 1.0
WATCH_SECONDS = 2.0
TIDY_SECONDS = 600.0
TELL_SECONDS = 0.05
"""Between two rounds of telling listeners: what changes within it is told together."""

log = logging.getLogger(__name__)


@asynccontextmanager
async def background(ctx: Context) -> AsyncIterator[None]:
    """Runs the loops while it is open, and waits for their end when it closes."""
    poll = await ChangePoll.begin(ctx)
    tasks = [
        asyncio.create_task(_repeat("The change poll", POLL_SECONDS, poll.poll)),
        asyncio.create_task(_repeat("Telling listeners", TELL_SECONDS, ctx.live.tell)),
        asyncio.create_task(
            _repeat("Watching surges", WATCH_SECONDS, lambda: watch_surges(ctx, now=_now()))
        ),
        asyncio.create_task(_repeat("Tidying up", TIDY_SECONDS, lambda: tidy_up(ctx, now=_now()))),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def _repeat(name: str, seconds: float, work: Callable[[], Awaitable[object]]) -> None:
    """Does the work again and again; a failure is logged when it begins and when it is over."""
    failing = False
    while True:
        await asyncio.sleep(seconds)
        try:
            await work()
        except Refused as error:
            if not failing:
                log.warning("%s fails: %s", name, error)
            failing = True
        except Exception:
            # Our own mistake; the loop goes on, or the cache would be bypassed for ever.
            log.exception("%s fails", name)
            failing = True
        else:
            if failing:
                log.info("%s works again", name)
            failing = False


def _now() -> int:
    return time.time_ns() // 1_000_000
