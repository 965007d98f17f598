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
from afterword.services.live import BEATS
from afterword.services.moderating.watch_surge import watch_surges
from afterword.services.pages.check_redirects import Rounds
from afterword.services.running.change_poll import ChangePoll
from afterword.services.running.duty import KEEP_SECONDS, Duty
from afterword.services.running.housekeeping import tidy_up
from afterword.services.running.purge_network import Purges
from afterword.services.telling.deliver_outbox import CHANNELS, Delivery
from afterword.services.telling.spread_events import spread_events

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

    from afterword.services.context import Context
    from afterword.services.loop_counts import LoopCounts

Loop: TypeAlias = "tuple[str, float, Callable[[], Awaitable[object]]]"
"""What it is called in the log, the seconds between two rounds, and a round."""
Clock: TypeAlias = "Callable[[], int]"
"""Milliseconds UTC."""

POLL_SECONDS = 0.4
WATCH_SECONDS = 2.0
TIDY_SECONDS = 600.0
TELL_SECONDS = 0.05
"""Between two rounds of telling listeners: what changes within it is told together."""
BEAT_SECONDS = 20.0 / BEATS
"""So that a quiet stream shows every 20 seconds that it is there: proxies wait thirty at the least."""
DELIVER_SECONDS = 1.0
BACKUP_SECONDS = 60.0
IMPORT_SECONDS = 1.0
ADDRESS_SECONDS = 1.0
PURGE_SECONDS = 0.25

log = logging.getLogger(__name__)


@asynccontextmanager
async def background(
    ctx: Context, *, deliver: bool = True, more: Sequence[Loop] = ()
) -> AsyncIterator[None]:
    """Runs the loops while it is open, those of `more` too, and waits for their end when it closes.

    Without `deliver` what happens stays in the table of events, and messages stay in the outbox.
    """
    duty = Duty(ctx)
    with suppress(Refused):
        # At once, where it is free; what fails is told by the loop that goes on with it.
        await duty.keep()
    deliveries = _deliveries(ctx, duty) if deliver else []
    loops = [*await _loops(ctx, duty), *deliveries, *more]
    tasks = [asyncio.create_task(_repeat(ctx.loops, *each)) for each in loops]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
        with suppress(Refused):
            await duty.give_back()


async def _loops(ctx: Context, duty: Duty) -> list[Loop]:
    """Files to import lie on one machine and backups go to one: whether they are ours, their leases say."""
    poll = await ChangePoll.begin(ctx)
    imports, rounds = Imports(ctx, _now), Rounds(ctx, _now, holder=duty.holder)
    return [
        ("Keeping the duty", KEEP_SECONDS, duty.keep),
        ("Importing", IMPORT_SECONDS, imports.go_on),
        ("The change poll", 0, lambda: poll.go_on(POLL_SECONDS)),
        ("Telling listeners", TELL_SECONDS, ctx.live.tell),
        ("Keeping streams open", BEAT_SECONDS, ctx.live.beat),
        *_backups(ctx),
        *_of_one(duty, *_network(ctx)),
        *_of_one(
            duty,
            ("Asking addresses", ADDRESS_SECONDS, rounds.go_on),
            ("Watching surges", WATCH_SECONDS, lambda: watch_surges(ctx, now=_now())),
            ("Tidying up", TIDY_SECONDS, lambda: tidy_up(ctx, now=_now())),
        ),
    ]


def _of_one(duty: Duty, *loops: Loop) -> list[Loop]:
    """The same, with rounds of nothing while it is another process that has the duty."""

    def when_ours(work: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[object]]:
        async def one_round() -> None:
            if duty.is_ours:
                await work()

        return one_round

    return [(name, seconds, when_ours(work)) for name, seconds, work in loops]


def _backups(ctx: Context) -> list[Loop]:
    if ctx.settings.backup_dir is None:
        return []
    regular = Regular(ctx, _now, secrets.token_hex(8))
    return [("Backing up", BACKUP_SECONDS, regular.back_up_when_due)]


def _network(ctx: Context) -> list[Loop]:
    if not (ctx.settings.cdn_seconds and ctx.settings.cdn_purge_url):
        return []
    purges = Purges(ctx.settings, ctx.client)
    ctx.cache.has_changed = purges.note
    return [("Telling the network what has changed", PURGE_SECONDS, purges.tell)]


def _deliveries(ctx: Context, duty: Duty) -> list[Loop]:
    """A loop for each channel, so that none waits for another."""
    delivery = Delivery(ctx, _now, duty.holder)
    channels: list[Loop] = [
        (f"Delivering by {channel}", DELIVER_SECONDS, partial(delivery.deliver, channel))
        for channel in CHANNELS
    ]
    spread = ("Spreading events", DELIVER_SECONDS, lambda: spread_events(ctx, now=_now()))
    return _of_one(duty, spread, *channels)


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
