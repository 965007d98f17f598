"""Whoever asks many questions waits for all of them together no longer than for one."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from afterword.core.errors import Unavailable
from afterword.storage.patience import limited
from afterword.storage.store import Store

ADD = "INSERT INTO sign_in_failure (subject, at) VALUES (:subject, 1)"
STORED = "SELECT subject FROM sign_in_failure"


@pytest_asyncio.fixture
async def store(ready_postgres_url: str) -> AsyncIterator[Store]:
    opened = await Store.open(ready_postgres_url)
    yield opened
    await opened.close()


async def test_statements_of_one_write_share_it(store: Store) -> None:
    async def write() -> None:
        async with store.write() as db:
            await db.execute(ADD, {"subject": "slow"})
            for _ in range(100):
                await db.execute("SELECT pg_sleep(0.2)")

    with limited(0.5) as patience, pytest.raises(Unavailable):
        await write()
    assert patience.left <= 0
    assert await store.fetch_all(STORED) == []


async def test_reads_and_a_write_share_it(store: Store) -> None:
    async def write() -> None:
        async with store.write() as db:
            await db.execute(ADD, {"subject": "late"})

    with limited(0.1):
        with pytest.raises(Unavailable):
            await store.fetch_all("SELECT pg_sleep(10)")
        with pytest.raises(Unavailable):
            await write()
    assert await store.fetch_all(STORED) == []
    await write()
    assert await store.fetch_all(STORED) == [("late",)]


async def test_what_is_answered_quickly_costs_nothing(store: Store) -> None:
    with limited(0.5) as patience:
        for _ in range(50):
            await store.fetch_one("SELECT 1")
    assert patience.left > 0


async def test_a_reading_may_go_on_for_long(store: Store) -> None:
    with limited(0.3) as patience:
        async with store.reading() as db:
            left = patience.left
            await db.fetch_all("SELECT pg_sleep(0.4)")
            assert patience.left == left


async def test_a_write_whose_last_statement_fails_leaves_the_connection_as_it_was(
    store: Store,
) -> None:
    """What is run at the end of a write may fail without the connection being broken."""

    async def write() -> None:
        async with store.write() as db:
            await db.execute(ADD, {"subject": "one"})
            db.later("INSERT INTO sign_in_failure (subject, at) VALUES (NULL, 1)", {})

    for _ in range(3):
        with pytest.raises(Exception, match="null value"):
            await write()
    assert await store.fetch_all(STORED) == []
    async with store.write() as db:
        await db.execute(ADD, {"subject": "two"})
    assert await store.fetch_all(STORED) == [("two",)]
