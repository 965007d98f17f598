"""What happens to the servers, the cables and the database, by chance that a seed decides."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.faults.cluster.network import BACK, FRONT, Machine
from tests.faults.cluster.postgres import Postgres
from tests.faults.cluster.servers import Server


@dataclass
class Chaos:
    """It goes on until it is cancelled, and leaves everything as it should be."""

    chance: random.Random
    servers: list[Server]
    postgres: Postgres
    machines: list[Machine]
    """Those of the servers; none where there is no network of our own."""
    done: Counter[str] = field(default_factory=Counter)
    slowest_return: float = 0.0
    """Seconds from when the database could be asked again until a server said so that ran all the time."""

    async def kill_servers(self) -> None:
        """Now this one, now that one, when the last is back: the others have to go on."""
        while True:
            await asyncio.sleep(self.chance.uniform(0.5, 2.5))
            killed = self.chance.choice(self.servers)
            killed.kill()
            self.done["kills"] += 1
            await asyncio.sleep(0.1)
            await killed.until_ready()

    async def trouble_the_rest(self) -> None:
        """A cable or the database, one after the other."""
        kinds = [self._restart, self._hang, self._end_connections]
        if self.machines:
            kinds += [self._cut_front, self._cut_back, self._cut_back]
        while True:
            await asyncio.sleep(self.chance.uniform(0.5, 2))
            async with self.chance.choice(kinds)():
                await asyncio.sleep(self.chance.uniform(0.3, 3))
            await self._until_back()

    @asynccontextmanager
    async def _restart(self) -> AsyncIterator[None]:
        self.done["restarts"] += 1
        await asyncio.to_thread(self.postgres.kill)
        try:
            yield
        finally:
            self.postgres.start()

    @asynccontextmanager
    async def _hang(self) -> AsyncIterator[None]:
        self.done["hangs"] += 1
        with self.postgres.hanging():
            yield

    @asynccontextmanager
    async def _end_connections(self) -> AsyncIterator[None]:
        self.done["connections ended"] += 1
        admin = await self.postgres.connect()
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'afterword'"
        )
        await admin.close()
        yield

    @asynccontextmanager
    async def _cut_front(self) -> AsyncIterator[None]:
        async with self._cut(FRONT):
            yield

    @asynccontextmanager
    async def _cut_back(self) -> AsyncIterator[None]:
        async with self._cut(BACK):
            yield

    @asynccontextmanager
    async def _cut(self, network: str) -> AsyncIterator[None]:
        self.done["cuts"] += 1
        machine = self.chance.choice(self.machines)
        machine.cut(network)
        try:
            yield
        finally:
            machine.mend(network)

    async def _until_back(self) -> None:
        await (await self.postgres.connect()).close()
        back = time.monotonic()
        await asyncio.gather(*(self._until_up(each, back) for each in self.servers if each.is_up))

    async def _until_up(self, server: Server, back: float) -> None:
        was = server.pid
        await server.until_ready()
        if server.pid == was:
            self.slowest_return = max(self.slowest_return, time.monotonic() - back)
