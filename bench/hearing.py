"""How soon another process on PostgreSQL knows of a change, and what it costs who writes, by three ways."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from afterword.core.model import Page, Policy
from afterword.storage import changes, migrate, pages, sites
from afterword.storage.postgres import PostgresWrite
from afterword.storage.postgres_watch import TELL
from afterword.storage.store import Store
from bench import report
from bench.part import Part
from tests.support.postgres import own_postgres

_POLLED = 0.4
"""Seconds between two questions, as in `services/running/background.py`."""
_ROUNDS, _CHANGES = 5, 150
_WRITERS = (1, 10)
_WAYS = ("asked only", "told in the transaction", "told after the commit")
_NOTE = """\
Two processes' worth of storage in one, on one PostgreSQL with fsync. The delay is from the end of a write
to when the other's question brought it; writes are empty changes of 64 pages, the ways by turns. Ours is
the last way (docs/decisions/0030-others-are-woken-after-the-commit.md).
"""


def measure(_folder: Path, seconds: float) -> Part:
    """Each run of writers lasts so many seconds."""
    with own_postgres() as server:
        return asyncio.run(_measure(server.get_uri(), seconds))


async def _measure(url: str, seconds: float) -> Part:
    await migrate.upgrade(url)
    one, other = await Store.open(url), await Store.open(url)
    try:
        async with one.write() as db:
            site = await sites.add(db, "blog", ["https://blog.example.org"], Policy(), now=1)
            opened = [
                await pages.open_page(db, site.id, [f"k{n}"], "https://blog.example.org", "", 1)
                for n in range(64)
            ]
        delays = {way: await _delays(way, one, other, opened) for way in _WAYS}
        rates = await _rates(one, opened, seconds)
    finally:
        await one.close()
        await other.close()
    rows = [
        [way, *(f"{delay * 1000:.0f} ms" for delay in delays[way]), *_rounded(rates[way])]
        for way in _WAYS
    ]
    head = ["way", "median delay", "p99", *(f"writes/s by {n}" for n in _WRITERS)]
    text = report.table("Until another process knows of a change", head, rows)
    figures = {f"heard after ms: {way}": delays[way][0] * 1000 for way in _WAYS}
    return Part(f"{text}\n{_NOTE}", figures)


def _rounded(rates: list[float]) -> list[str]:
    return [f"{rate:,.0f}" for rate in rates]


async def _delays(way: str, one: Store, other: Store, opened: list[Page]) -> tuple[float, float]:
    """Median and 99th percentile of the seconds until the other knows."""
    known: dict[tuple[int, int], asyncio.Future[float]] = {}

    async def poll() -> None:
        mark = await changes.mark(other.watch)
        while True:
            await other.watch.news(_POLLED)
            now = await changes.mark(other.watch)
            async for found in changes.new_since(other.watch, mark):
                for change in found:
                    heard = _heard(known, change.page_id, change.version)
                    if not heard.done():
                        heard.set_result(time.monotonic())
            mark = now

    polling = asyncio.create_task(poll())
    chance, took = random.Random(1), []
    with _way(way, one):
        for number in range(_CHANGES):
            # Not in step with the questions.
            await asyncio.sleep(chance.uniform(0.01, _POLLED))
            async with one.write() as db, pages.changing(db, opened[number % 64].id, 1) as page:
                pass
            written = time.monotonic()
            took.append(await _heard(known, page.id, page.version) - written)
    polling.cancel()
    return statistics.median(took), statistics.quantiles(took, n=100)[98]


def _heard(
    known: dict[tuple[int, int], asyncio.Future[float]], page_id: int, version: int
) -> asyncio.Future[float]:
    loop = asyncio.get_running_loop()
    return known.setdefault((page_id, version), loop.create_future())


async def _rates(one: Store, opened: list[Page], seconds: float) -> dict[str, list[float]]:
    """Writes a second by each way, for each number of writers: medians of some rounds."""
    found: dict[str, list[float]] = {way: [] for way in _WAYS}
    for writers in _WRITERS:
        rounds: dict[str, list[float]] = {way: [] for way in _WAYS}
        for _ in range(_ROUNDS):
            for way in _WAYS:
                with _way(way, one):
                    rounds[way].append(await _rate(one, opened[:writers], seconds))
        for way in _WAYS:
            found[way].append(statistics.median(rounds[way]))
    return found


async def _rate(one: Store, opened: list[Page], seconds: float) -> float:
    end, done = time.monotonic() + seconds, 0

    async def write(page: Page) -> None:
        nonlocal done
        while time.monotonic() < end:
            async with one.write() as db, pages.changing(db, page.id, 1):
                pass
            done += 1

    await asyncio.gather(*map(write, opened))
    return done / seconds


@contextmanager
def _way(way: str, one: Store) -> Iterator[None]:
    """Has changes of the store told to others like this."""
    commit = PostgresWrite._commit

    async def tell_and_commit(write: PostgresWrite, connection: object) -> None:
        write._pending.append((TELL, {}))
        await commit(write, connection)

    if way == "told after the commit":
        stop = one.changes.subscribe(lambda _: one.watch.tell())
        yield
        stop()
    elif way == "told in the transaction":
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(PostgresWrite, "_commit", tell_and_commit)
            yield
    else:
        yield
