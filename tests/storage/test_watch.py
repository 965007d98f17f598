"""Whoever waits for changes of others is woken on PostgreSQL, and asks in any case."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest_asyncio

from afterword.core.errors import Unavailable
from afterword.storage import changes
from afterword.storage.postgres_watch import CHANNEL, PostgresWatch
from afterword.storage.store import Store

LONG = 3600.0


@pytest_asyncio.fixture
async def two(ready_postgres_url: str) -> AsyncIterator[tuple[Store, Store]]:
    """Two processes on one database, both of which watch it."""
    stores = await Store.open(ready_postgres_url), await Store.open(ready_postgres_url)
    for store in stores:
        await changes.mark(store.watch)
    yield stores
    for store in stores:
        await store.close()


async def test_another_process_is_woken_and_nobody_else(two: tuple[Store, Store]) -> None:
    one, other = two
    async with asyncio.timeout(30):
        waiting = asyncio.create_task(other.watch.news(LONG))
        one.watch.tell()
        await waiting
    assert isinstance(one.watch, PostgresWatch)
    # By now it has heard its own words, and knows them.
    await one.watch.fetch_one("SELECT 1")
    assert not one.watch._news.is_set()


async def test_what_changes_while_others_are_told_is_told_too(two: tuple[Store, Store]) -> None:
    one, other = two
    async with asyncio.timeout(30):
        for _ in range(20):
            waiting = asyncio.create_task(other.watch.news(LONG))
            one.watch.tell()
            await waiting


async def test_a_lost_connection_is_opened_again_and_listens(two: tuple[Store, Store]) -> None:
    one, other = two
    (pid,) = await other.watch.fetch_one("SELECT pg_backend_pid()") or (0,)
    await one.fetch_one("SELECT pg_terminate_backend(:pid, 10000)", {"pid": pid})
    # Whether it is noticed before the next question or by it, the one after that is answered.
    with suppress(Unavailable):
        await changes.mark(other.watch)
    await changes.mark(other.watch)
    assert await other.watch.fetch_one("SELECT pg_backend_pid()") != (pid,)
    async with asyncio.timeout(30):
        waiting = asyncio.create_task(other.watch.news(LONG))
        one.watch.tell()
        await waiting


async def test_it_needs_no_connection_of_the_pool(two: tuple[Store, Store]) -> None:
    store, _ = two
    enough = asyncio.Event()

    async def hold() -> None:
        async with store.reading():
            await enough.wait()

    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        for _ in range(10):
            group.create_task(hold())
        await asyncio.sleep(0)
        await changes.mark(store.watch)
        enough.set()


async def test_it_listens_to_one_channel(two: tuple[Store, Store]) -> None:
    store, _ = two
    assert await store.watch.fetch_all("SELECT pg_listening_channels()") == [(CHANNEL,)]


async def test_nobody_is_woken_on_sqlite(ready_sqlite_url: str) -> None:
    store = await Store.open(ready_sqlite_url)
    store.watch.tell()
    await store.watch.news(0.001)
    assert (await changes.mark(store.watch)).committed == "0"
    await store.close()
