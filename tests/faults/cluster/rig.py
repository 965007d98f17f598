"""Puts it together: what was promised is looked at until the end, and then what would have to be noticed."""

from __future__ import annotations

import asyncio
import random
import shutil
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from pathlib import Path

from tests.faults.cluster.chaos import Chaos
from tests.faults.cluster.checker import WITHIN, Checker, text_of
from tests.faults.cluster.network import BACK, FRONT, Machine, machines
from tests.faults.cluster.people import ORIGIN, PATHS, People, page_of
from tests.faults.cluster.postgres import Postgres, postgres
from tests.faults.cluster.servers import Server
from tests.support.server import NO_LIMITS, UNHURRIED, free_port

SERVERS, WRITERS, READERS = 3, 6, 2
"""Readers of each server."""
STORED = "SELECT source FROM comment"
_LIKE = """
INSERT INTO comment (site_id, page_id, status, author_name, author_key, source, tree, tree_version,
    origin_key, created_at, version, shown_version)
SELECT site_id, page_id, status, author_name, author_key, $1, tree, tree_version, $2, created_at,
    version, shown_version
FROM comment WHERE source = $3 LIMIT 1
"""


async def run(folder: Path, seconds: float, seed: int, *, apart: bool) -> dict[str, object]:
    """What was counted in so many seconds of trouble, and whether planted faults were noticed."""
    with _places(folder, apart=apart) as (database, places):
        async with AsyncExitStack() as stack:
            servers = [_server(folder, database, *each) for each in places]
            running = []
            await (await database.connect()).close()
            for each in servers:
                await stack.enter_async_context(each.client)
                running.append(asyncio.create_task(each.keep_running()))
                if each is servers[0]:
                    await _set_up(each, servers[1:])
            try:
                await _all_ready(servers)
                return await _try(servers, database, [each[0] for each in places], seconds, seed)
            finally:
                for task in running:
                    task.cancel()
                await asyncio.gather(*running, return_exceptions=True)


async def _try(
    servers: list[Server],
    database: Postgres,
    at: list[Machine | None],
    seconds: float,
    seed: int,
) -> dict[str, object]:
    people = People(servers, random.Random(seed))
    own = [machine for machine in at if machine is not None]
    chaos = Chaos(random.Random(seed + 1), servers, database, own)
    enough, quite_enough = asyncio.Event(), asyncio.Event()
    readers = [
        asyncio.create_task(people.read(server, quite_enough))
        for server in servers
        for _ in range(READERS)
    ]
    writers = [asyncio.create_task(people.write(enough)) for _ in range(WRITERS)]
    troubles = [
        asyncio.create_task(chaos.kill_servers()),
        asyncio.create_task(chaos.trouble_the_rest()),
    ]
    await asyncio.wait(
        [*troubles, *readers, *writers], timeout=seconds, return_when="FIRST_COMPLETED"
    )
    for each in troubles:
        each.cancel()
    for each in troubles:
        with suppress(asyncio.CancelledError):
            await each
    await _all_ready(servers)
    enough.set()
    await asyncio.gather(*writers)
    await asyncio.sleep(WITHIN)
    quite_enough.set()
    await asyncio.gather(*readers)
    await _look_at_all(people)
    admin = await database.connect()
    people.checker.settle(row[0] for row in await admin.fetch(STORED))
    planted = await _plant(people, database)
    await admin.close()
    return _report(people, chaos, seconds, seed, planted)


def _report(
    people: People, chaos: Chaos, seconds: float, seed: int, planted: dict[str, bool]
) -> dict[str, object]:
    checker = people.checker
    return {
        "seconds": seconds,
        "seed": seed,
        "network": "namespaces" if chaos.machines else "loopback, so no cable was cut",
        "acknowledged": sum(map(len, checker.promised.values())),
        "reads": dict(checker.reads),
        "answers": {str(status): number for status, number in sorted(people.answers.items())},
        "unreachable": people.unreachable,
        **{kind: chaos.done[kind] for kind in ("kills", "cuts", "restarts", "hangs")},
        "connections_ended": chaos.done["connections ended"],
        "lost": checker.lost,
        "twice": checker.twice,
        "late": checker.late,
        "wrong": people.wrong,
        "largest_delay": round(checker.largest_delay, 3),
        "slowest_refusal": round(people.slowest_refusal, 3),
        "slowest_return": round(chaos.slowest_return, 3),
        "planted_and_noticed": planted,
    }


async def _look_at_all(people: People) -> None:
    """Every page in every form by every server."""
    for server in people.servers:
        for page in people.checker.promised:
            for what in PATHS:
                while not await people.look(server, what, page):
                    await asyncio.sleep(0.1)


async def _plant(people: People, database: Postgres) -> dict[str, bool]:
    """Faults of which the checker has to speak: else its silence means nothing."""
    admin = await database.connect()
    last = max(number for page in people.checker.promised.values() for number in page)
    lost, twice, late = last, last - 1, last + 10 * 3
    await admin.execute(
        "DELETE FROM event WHERE comment_id IN (SELECT id FROM comment WHERE source = $1)",
        text_of(lost),
    )
    await admin.execute("DELETE FROM comment WHERE source = $1", text_of(lost))
    await admin.execute(_LIKE, text_of(twice), "client:planted", text_of(twice))
    # Past the one door, so that no server hears of it: a cache that is not told is late.
    await admin.execute(_LIKE, text_of(late), "client:late", text_of(twice))
    stored = [row[0] for row in await admin.fetch(STORED)]
    await admin.close()
    checker = Checker(promised=people.checker.promised)
    people.checker, kept = checker, people.checker
    checker.promise(page_of(twice), late, time.monotonic())
    await asyncio.sleep(WITHIN)
    for server in people.servers:
        await people.look(server, "thread", page_of(twice))
    checker.settle(stored)
    people.checker = kept
    del checker.promised[page_of(twice)][late]
    return {
        "lost": checker.lost == [lost],
        "twice": checker.twice == [twice],
        "late": len(checker.late) == len(people.servers),
    }


@contextmanager
def _places(
    folder: Path, *, apart: bool
) -> Iterator[tuple[Postgres, list[tuple[Machine | None, str, int]]]]:
    """The database, and where each server is to run: machine, address and port."""
    if not apart:
        with postgres(folder, "127.0.0.1", free_port(), []) as database:
            yield database, [(None, "127.0.0.1", free_port()) for _ in range(SERVERS)]
        return
    with (
        machines(SERVERS) as (machine, others),
        postgres(folder, machine.addresses[BACK], 5432, machine.inside) as database,
    ):
        yield database, [(each, each.addresses[FRONT], 8000) for each in others]


def _server(
    folder: Path, database: Postgres, machine: Machine | None, host: str, port: int
) -> Server:
    name = machine.name if machine is not None else f"port {port}"
    data = folder / f"data-{host}-{port}"
    data.mkdir()
    environ = {
        "AFTERWORD_DATA": str(data),
        "AFTERWORD_DATABASE_URL": database.url,
        "AFTERWORD_PUBLIC_URL": "http://comments.example.org",
        **NO_LIMITS,
        "AFTERWORD_READS_PER_MINUTE": "0",
    }
    return Server(name, host, port, machine.inside if machine is not None else [], environ)


async def _set_up(first: Server, others: list[Server]) -> None:
    """A site, and the keys of the first for all, as several machines have them."""
    await first.until_ready()
    await asyncio.to_thread(
        first.run, "site", "add", "blog", "--origin", ORIGIN, "--hold", "none", *UNHURRIED
    )
    for each in others:
        shutil.copy2(first.data / "secret.key", each.data / "secret.key")


async def _all_ready(servers: list[Server]) -> None:
    async with asyncio.timeout(120):
        await asyncio.gather(*(each.until_ready() for each in servers))
