"""All processes are replaced while people read and write: no request fails, nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter

import httpx2
import pytest

from afterword.storage.store import Store
from tests.faults.writers import Promises, Writers
from tests.support.server import NO_LIMITS, READY_WITHIN, UNHURRIED, Serve, Server, until

ORIGIN = "https://blog.example.org"
REPLACED = "All processes are replaced\n"
ROUNDS = {"sqlite": 3, "postgres": 1}
"""The engine makes no difference to sockets; it does to writers of two processes."""


@pytest.fixture
def settings(database_url: str) -> dict[str, str]:
    """Two processes that take what comes as fast as it comes."""
    return {
        "AFTERWORD_DATABASE_URL": database_url,
        "AFTERWORD_WORKERS": "2",
        **NO_LIMITS,
        "AFTERWORD_READS_PER_MINUTE": "0",
    }


class Readers:
    """Some who read without pause, over connections that they keep; each failure is written down."""

    def __init__(self, url: str) -> None:
        self.failed: list[str] = []
        self.answered = 0
        self._url = url
        self._is_over = False

    def stop(self) -> None:
        self._is_over = True

    async def run(self, number: int) -> None:
        async with httpx2.AsyncClient(base_url=self._url, timeout=30) as client:
            await asyncio.gather(*(self._read(client, each) for each in range(number)))

    async def _read(self, client: httpx2.AsyncClient, number: int) -> None:
        while not self._is_over:
            try:
                answer = await client.get(
                    "/api/v1/thread", params={"url": f"{ORIGIN}/gauge-{number}"}
                )
            except httpx2.TransportError as error:
                self.failed.append(repr(error))
            else:
                self.answered += 1
                if answer.status_code != 200:
                    self.failed.append(f"{answer.status_code} {answer.text}")
            # As browsers, whose connections are mostly quiet: they must not be cut off either.
            await asyncio.sleep(0.02 * (number + 1))


async def test_rolling_restarts_under_load_fail_nobody(
    serve: Serve, settings: dict[str, str], database_url: str, engine: str
) -> None:
    server = serve(**settings)
    server.add_site(ORIGIN, "--hold", "none", *UNHURRIED)
    promises = Promises()
    writers, readers = (
        Writers(server.url, ORIGIN, promises, number=4, pause=0.02),
        Readers(server.url),
    )
    load = asyncio.gather(writers.run(), readers.run(6))
    for number in range(1, ROUNDS[engine] + 1):
        await _replace_all(server, number)
    await writers.until(len(promises.acknowledged) + 1)
    writers.stop()
    readers.stop()
    await load
    assert promises.wrong == []
    assert promises.failed == []
    assert readers.failed == []
    assert promises.unanswered == {}
    assert readers.answered > 100
    assert len(promises.acknowledged) > 100
    assert await _stored(database_url) == Counter(list(promises.acknowledged))
    assert server.stop() in (0, -signal.SIGTERM, 128 + signal.SIGTERM)


async def _replace_all(server: Server, times: int) -> None:
    server.signal(signal.SIGHUP)

    async def are_replaced() -> bool:
        return server.output().count(REPLACED) == times

    await until(are_replaced, READY_WITHIN, server.output)


async def _stored(database_url: str) -> Counter[str]:
    store = await Store.open(database_url)
    try:
        rows = await store.fetch_all("SELECT origin_key FROM comment")
    finally:
        await store.close()
    return Counter(str(key).removeprefix("client:") for (key,) in rows)
