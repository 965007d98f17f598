"""Everything that the services can say in numbers, for whoever watches the server."""

from __future__ import annotations

import asyncio
import os
import platform
from typing import TYPE_CHECKING

from msgspec.structs import replace

from afterword import __version__
from afterword.core import metric_families as families
from afterword.core.errors import Unavailable
from afterword.core.metrics import Sample
from afterword.core.telling import CHANNELS
from afterword.services.running.process_figures import process_figures
from afterword.services.running.shared_figures import SHARE_SECONDS, SharedFigures
from afterword.storage.figures import figures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from afterword.services.context import Context
    from afterword.services.running.background import Clock, Loop
    from afterword.storage.figures import Figures

KEPT = 15_000
"""Milliseconds for which what the database said is said again: whoever asks often costs no more."""


class Measuring:
    """Of one process, and by way of its files of those that serve beside it."""

    def __init__(self, ctx: Context, more: Callable[[], list[Sample]], clock: Clock) -> None:
        """`more` tells what is counted outside of the services."""
        self._ctx = ctx
        self._more = more
        self._clock = clock
        self._worker = str(os.getpid()) if ctx.settings.workers > 1 else ""
        self._shared = SharedFigures(ctx.settings.data / "metrics", self._worker)
        self._turn = asyncio.Lock()
        self._asked_at: int | None = None
        self._asked: list[Sample] = []

    async def everything(self) -> list[Sample]:
        """What each process knows, and what the database says."""
        now, own = self._clock(), await self._of_process()
        others = []
        if self._worker:
            others = await self._ctx.in_thread(self._shared.of_others, now=now)
        return [*own, *others, *await self._of_all(now)]

    async def begin(self) -> list[Loop]:
        """What is to go on beside the requests, so that the others can tell of this process."""
        if not self._worker or not self._ctx.settings.metrics_token:
            return []
        await self._share()
        return [("Sharing figures", SHARE_SECONDS, self._share)]

    async def end(self) -> None:
        """Nobody is to tell of this process any more."""
        if self._worker:
            await self._ctx.in_thread(self._shared.end)

    async def _share(self) -> None:
        own = await self._of_process()
        await self._ctx.in_thread(self._shared.leave, own, now=self._clock())

    async def _of_process(self) -> list[Sample]:
        ctx = self._ctx
        system = await ctx.in_thread(process_figures)
        own = [_build(ctx), *_cache(ctx), *_writes(ctx), *_streams(ctx), *_loops(ctx), *system]
        return [replace(sample, worker=self._worker) for sample in [*self._more(), *own]]

    async def _of_all(self, now: int) -> list[Sample]:
        """What the database says; where it cannot be asked, that."""
        async with self._turn:
            if self._asked_at is None or not 0 <= now - self._asked_at < KEPT:
                self._asked, self._asked_at = await self._ask(), now
            return self._asked

    async def _ask(self) -> list[Sample]:
        try:
            found = await figures(self._ctx.store)
        except Unavailable:
            return [Sample(families.DATABASE_UP.name, 0)]
        sizes = await self._ctx.in_thread(_sizes, self._ctx)
        return [Sample(families.DATABASE_UP.name, 1), *sizes, *_tables(found)]


def _build(ctx: Context) -> Sample:
    engine = "postgresql" if ctx.settings.database_file is None else "sqlite"
    return Sample(families.BUILD.name, 1, (__version__, platform.python_version(), engine))


def _cache(ctx: Context) -> Iterator[Sample]:
    cache = ctx.cache
    yield Sample(families.CACHE_HITS.name, cache.hits)
    yield Sample(families.CACHE_MISSES.name, cache.misses)
    yield Sample(families.CACHE_EVICTIONS.name, cache.evictions)
    yield Sample(families.CACHE_ENTRIES.name, len(cache))
    yield Sample(families.CACHE_BYTES.name, cache.bytes)
    yield Sample(families.CACHE_LIMIT.name, cache.max_bytes)
    yield Sample(families.CACHE_BYPASSED.name, int(cache.bypass))


def _writes(ctx: Context) -> Iterator[Sample]:
    counts = ctx.store.write_counts
    yield Sample(families.WRITERS_WAITING.name, counts.waiting)
    yield Sample(families.WRITE_GROUPS.name, counts.groups.seen())
    yield Sample(families.COMMIT_SECONDS.name, counts.commits.seen())
    yield Sample(families.COMMIT_FAILURES.name, counts.failures)


def _streams(ctx: Context) -> Iterator[Sample]:
    yield Sample(families.STREAMS.name, len(ctx.live))
    yield Sample(families.STREAMS_OPENED.name, ctx.live.opened)
    yield Sample(families.STREAMS_DROPPED.name, ctx.live.dropped)


def _loops(ctx: Context) -> Iterator[Sample]:
    for labels, number in sorted(ctx.loops.rounds.items()):
        yield Sample(families.LOOP_ROUNDS.name, number, labels)
    for loop, at in sorted(ctx.loops.last_success.items()):
        yield Sample(families.LOOP_SUCCESS.name, at / 1000, (loop,))


def _sizes(ctx: Context) -> list[Sample]:
    main = ctx.settings.database_file
    if main is None:
        return []
    files = {"main": main, "wal": main.with_name(f"{main.name}-wal")}
    return [
        Sample(families.DATABASE_BYTES.name, file.stat().st_size if file.exists() else 0, (name,))
        for name, file in files.items()
    ]


def _tables(found: Figures) -> Iterator[Sample]:
    for status, number in found.comments.items():
        yield Sample(families.COMMENTS.name, number, (status.value,))
    if found.oldest_pending is not None:
        yield Sample(families.OLDEST_PENDING.name, found.oldest_pending / 1000)
    yield Sample(families.EVENTS_WAITING.name, found.events_waiting)
    for channel in CHANNELS:
        for state in ("waiting", "failed"):
            number = found.outbox.get((channel, state), 0)
            yield Sample(families.OUTBOX.name, number, (channel, state))
    for waiting, at in sorted(found.oldest_waiting.items()):
        yield Sample(families.OUTBOX_OLDEST.name, at / 1000, (waiting,))
