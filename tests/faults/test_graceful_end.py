"""A server that is asked to end while fifty write: it ends soon, and has all that it has promised."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections import Counter

import httpx2
import pytest

from afterword.storage.store import Store
from tests.faults.writers import Promises, Writers, repeat
from tests.support.server import NO_LIMITS, UNHURRIED, Serve, workers

ORIGIN = "https://blog.example.org"
SLOW = b"POST /api/v1/preview HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
SLOW += b"Content-Length: 99\r\n\r\n{"


@pytest.fixture
def engine() -> str:
    """What ends is the server and its line of writers; of PostgreSQL `test_rolling_restart` tells."""
    return "sqlite"


@pytest.mark.parametrize("processes", [1, 3])
async def test_fifty_writers_lose_nothing_when_it_is_asked_to_end(
    serve: Serve, database_url: str, processes: int
) -> None:
    """Also beside a reader who listens, and some whose bodies do not arrive."""
    server = serve(
        AFTERWORD_DATABASE_URL=database_url, **NO_LIMITS, AFTERWORD_WORKERS=str(processes)
    )
    server.add_site(ORIGIN, "--hold", "none", *UNHURRIED)
    promises = Promises()
    writers = Writers(server.url, ORIGIN, promises, number=50)
    slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(5)]
    for each in slow:
        each.sendall(SLOW)
    async with (
        httpx2.AsyncClient(base_url=server.url, timeout=30) as client,
        client.stream(
            "GET", "/api/v1/thread/events", params={"url": f"{ORIGIN}/gauge-1"}
        ) as stream,
    ):
        assert stream.status_code == 200
        writing = asyncio.create_task(writers.run())
        await writers.until(60)
        assert len(workers(server)) == (processes if processes > 1 else 0)
        server.signal(signal.SIGTERM)
        loop = asyncio.get_running_loop()
        began = loop.time()
        code = await asyncio.to_thread(server.stop, 15)
        assert loop.time() - began < 10, "of these, slow bodies take five"
        await writing
        # The stream was ended in good order, or its iteration raises.
        assert [line async for line in stream.aiter_lines()]
    for each in slow:
        with each:
            assert each.recv(100).startswith(b"HTTP/1.1 503 ")
    assert code in (0, -signal.SIGTERM, 128 + signal.SIGTERM)
    assert promises.wrong == []
    assert "Traceback" not in server.output()
    assert not list(server.data.glob("*-wal")), "the write-ahead log is in the database"

    server.start()
    assert set(await repeat(server.url, ORIGIN, promises.unanswered)) <= {201}
    server.stop()
    promised = promises.acknowledged | promises.unanswered
    assert len(promises.acknowledged) >= 60
    assert await _stored(database_url) == Counter(promised.items())


async def _stored(database_url: str) -> Counter[tuple[str, str]]:
    store = await Store.open(database_url)
    try:
        rows = await store.fetch_all("SELECT origin_key, source FROM comment")
    finally:
        await store.close()
    return Counter((str(key).removeprefix("client:"), str(text)) for key, text in rows)
