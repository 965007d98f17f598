"""What runs beside the requests: changes that others made, readers, surges, telling people, tidying up."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from afterword.core.errors import Refused
from afterword.services.backups.regular_backups import Regular
from afterword.services.importing.run_imports import Imports
from afterword.services.moderating.watch_surge import watch_surges
from afterword.services.pages.check_redirects import Rounds
from afterword.services.running.change_poll import ChangePoll
from afterword.services.running.housekeeping import tidy_up
from afterword.services.telling.deliver_outbox import CHANNELS, Delivery
from afterword.services.telling.spread_events import spread_events

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from afterword.services.context import Context
    from afterword.services.loop_counts import LoopCounts

Loop: TypeAlias = "tuple[str, float, Callable[[], Awaitable[object]]]"
"""What it is called in the log, the seconds between two rounds, and a round."""

POLL_SECONDS = 0.4
WATCH_SECONDS = 2.0
TIDY_SECONDS = 600.0
TELL_SECONDS = 0.05
"""Between two rounds of telling listeners: what changes within it is told together."""
DELIVER_SECONDS = 1.0
BACKUP_SECONDS = 60.0
IMPORT_SECONDS = 1.0
ADDRESS_SECONDS = 1.0

log = logging.getLogger(__name__)


@asynccontextmanager
async def background(ctx: Context, *, deliver: bool = True) -> AsyncIterator[None]:
    """Runs the loops while it is open, and waits for their end when it closes.

    Without `deliver` what happens stays in the table of events, and messages stay in the outbox.
    """
    loops = await _loops(ctx) + (_deliveries(ctx) if deliver else [])
    tasks = [asyncio.create_task(_repeat(ctx.loops, *each)) for each in loops]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def _loops(ctx: Context) -> list[Loop]:
    poll = await ChangePoll.begin(ctx)
    imports = Imports(ctx, _now)
    return [
        ("Importing", IMPORT_SECONDS, imports.go_on),
        ("Asking addresses", ADDRESS_SECONDS, Rounds(ctx, _now).go_on),
        ("The change poll", 0, lambda: poll.go_on(POLL_SECONDS)),
        ("Telling listeners", TELL_SECONDS, ctx.live.tell),
        ("Watching surges", WATCH_SECONDS, lambda: watch_surges(ctx, now=_now())),
        ("Tidying up", TIDY_SECONDS, lambda: tidy_up(ctx, now=_now())),
        *_backups(ctx),
    ]


def _backups(ctx: Context) -> list[Loop]:
    if ctx.settings.backup_dir is None:
        return []
    regular = Regular(ctx, _now, secrets.token_hex(8))
    return [("Backing up", BACKUP_SECONDS, regular.back_up_when_due)]


def _deliveries(ctx: Context) -> list[Loop]:
    """A loop for each channel, so that none waits for another."""
    delivery = Delivery(ctx, _now)
    channels: list[Loop] = [
        (f"Delivering by {channel}", DELIVER_SECONDS, partial(delivery.deliver, channel))
        for channel in CHANNELS
    ]
    spread = ("Spreading events", DELIVER_SECONDS, lambda: spread_events(ctx, now=_now()))
    return [spread, *channels]


async def _repeat(
    counts: LoopCounts, name: str, seconds: float, work: Callable[[], Awaitable[object]]
) -> None:
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
        counts.note(name, ok=not failing, now=_now())


def _now() -> int:
    return time.time_ns() // 1_000_000
