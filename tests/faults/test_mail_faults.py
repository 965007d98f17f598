"""Mail under faults of the real program: killed between two steps, and with a server that misbehaves."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import httpx2
import pytest

from afterword.core.telling import NewMessage
from afterword.services.members.lost_password import PURPOSE
from afterword.storage import members, outbox
from afterword.storage.store import Store
from tests.support.server import NO_LIMITS, UNHURRIED, Serve, Server, wait_until
from tests.support.smtp_sink import Sink

ORIGIN = "https://blog.example.org"
WITHIN = 20.0
MEGABYTE = 2**20
ROOM = 12 * MEGABYTE
"""What the memory of the process may grow by, where the mail server says sixteen times as much."""


def with_mail(serve: Serve, sink: Sink, database_url: str) -> Server:
    """A server that sends by the sink."""
    return serve(
        AFTERWORD_DATABASE_URL=database_url,
        **NO_LIMITS,
        **sink.environ,
    )


async def put(database_url: str, number: int) -> None:
    """Mails to a new member that are due now."""
    store = await Store.open(database_url)
    now = time.time_ns() // 1_000_000
    async with store.write() as db:
        lea = await members.add(db, "Lea", "lea", f"lea-{now}@example.org", "", now=now)
        message = NewMessage(channel="mail", purpose=PURPOSE, member_id=lea.id)
        for _ in range(number):
            await outbox.add(db, message, now=now)
    await store.close()


async def ask(database_url: str, sql: str) -> list[tuple[object, ...]]:
    store = await Store.open(database_url)
    rows = await store.fetch_all(sql)
    await store.close()
    return rows


async def end_leases(database_url: str) -> None:
    """As if the time of the dead process were over."""
    store = await Store.open(database_url)
    async with store.write() as db:
        await db.execute("UPDATE lease SET ends_at = 0")
    await store.close()


def test_a_mail_that_was_taken_before_the_kill_is_there_once(
    serve: Serve, sink: Sink, database_url: str
) -> None:
    server = with_mail(serve, sink, database_url)
    sink.forgets_to_answer = True
    asyncio.run(put(database_url, 3))
    wait_until(lambda: bool(sink.mails), WITHIN, server.output)
    server.kill()
    assert asyncio.run(ask(database_url, "SELECT DISTINCT state FROM outbox")) == [("waiting",)]
    sink.forgets_to_answer = False
    asyncio.run(end_leases(database_url))
    server.start()
    wait_until(lambda: len(sink.mails) == 3, WITHIN, server.output)
    server.stop()
    assert sink.again == [sink.mails[0]["Message-ID"]]
    assert asyncio.run(ask(database_url, "SELECT DISTINCT state FROM outbox")) == [("sent",)]
    assert {len(each) for each in sink.recipients} == {1}


def test_posting_does_not_wait_for_a_mail_server_that_never_speaks(
    serve: Serve, sink: Sink, database_url: str
) -> None:
    server = with_mail(serve, sink, database_url)
    added = server.run("site", "add", "blog", "--origin", ORIGIN, "--hold", "none", *UNHURRIED)
    assert added.returncode == 0, added.stderr
    sink.is_silent = True
    asyncio.run(put(database_url, 5))
    wait_until(lambda: sink.connections > 0, WITHIN, server.output)
    with httpx2.Client(base_url=server.url, timeout=WITHIN) as client:
        for number in range(20):
            sent = {
                "url": f"{ORIGIN}/a",
                "name": "Mira",
                "body": f"Reading number {number}",
                "client_id": f"00000000-0000-4000-8000-{number:012}",
            }
            began = time.monotonic()
            answer = client.post("/api/v1/comments", json=sent, headers={"origin": ORIGIN})
            assert answer.status_code == 201, answer.text
            assert time.monotonic() - began < 5.0
    # Not one mail was settled meanwhile: the server was waiting for the answer all the time.
    assert asyncio.run(ask(database_url, "SELECT DISTINCT tries FROM outbox")) == [(0,)]
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 10.0


@pytest.mark.parametrize("at", ["BANNER", "MAIL"])
def test_a_server_that_says_megabytes_takes_no_memory(
    serve: Serve, sink: Sink, sqlite_url: str, at: str
) -> None:
    server = with_mail(serve, sink, sqlite_url)
    asyncio.run(put(sqlite_url, 1))
    wait_until(lambda: bool(sink.mails), WITHIN, server.output)
    before = memory(server)
    sink.answers[at] = "250 " + "x" * MEGABYTE
    asyncio.run(put(sqlite_url, 16))
    tried = "SELECT count(*) FROM delivery_try WHERE sent = 0"
    wait_until(lambda: asyncio.run(ask(sqlite_url, tried)) == [(16,)], WITHIN, server.output)
    assert memory(server) - before < ROOM


def memory(server: Server) -> int:
    """Bytes of the process that are in use."""
    lines = Path(f"/proc/{server.pid}/status").read_text().splitlines()
    (line,) = [each for each in lines if each.startswith("VmRSS:")]
    return int(line.split()[1]) * 1024
