"""SQLite when it cannot be written: said within three seconds, reads go on, and it works again after."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from afterword.core.errors import Unavailable
from afterword.storage import migrate
from afterword.storage.store import Store

WRITER = Path(__file__).with_name("storage_writer.py")
ADD = "INSERT INTO sign_in_failure (subject, at) VALUES (:subject, 1)"
ALL = "SELECT subject FROM sign_in_failure ORDER BY subject"
HOLD_THE_LOCK = """
import sqlite3, sys
raw = sqlite3.connect(sys.argv[1], isolation_level=None)
raw.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.readline()
raw.execute("ROLLBACK")
print("released", flush=True)
sys.stdin.readline()
"""


@pytest_asyncio.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    await migrate.upgrade(sqlite_url)
    opened = await Store.open(sqlite_url)
    yield opened
    await opened.close()


async def _add(store: Store, subject: str) -> None:
    async with store.write() as db:
        await db.execute(ADD, {"subject": subject})


async def test_while_another_program_holds_the_lock_writes_are_refused_and_reads_go_on(
    store: Store, tmp_path: Path
) -> None:
    await _add(store, "before")
    holder = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        HOLD_THE_LOCK,
        str(tmp_path / "afterword.db"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"locked\n"
    writing = [asyncio.create_task(_add(store, f"during {number}")) for number in range(10)]
    reads = 0
    while not all(task.done() for task in writing):
        assert await store.fetch_all(ALL) == [("before",)]
        reads += 1
    errors = [task.exception() for task in writing]
    assert {type(error) for error in errors} == {Unavailable}
    assert reads > 10
    holder.stdin.write(b"release\n")
    assert await holder.stdout.readline() == b"released\n"
    await _add(store, "now")
    holder.stdin.write(b"end\n")
    await holder.wait()
    assert await store.fetch_all(ALL) == [("before",), ("now",)]


async def _fill(store: Store) -> int:
    """Write until it is refused; how many writes were answered."""
    answered: list[str] = []

    async def write_on() -> None:
        while True:
            subject = f"{len(answered):05}"
            await _add(store, subject + "x" * 3000)
            answered.append(subject)

    with pytest.raises(Unavailable, match="disk is full"):
        await write_on()
    return len(answered)


async def test_a_full_database_refuses_writes_keeps_the_answered_and_recovers(store: Store) -> None:
    async with store.write() as db:
        (pages,) = await db.fetch_one("PRAGMA page_count") or (0,)
        await db.execute(f"PRAGMA max_page_count={pages + 50}")
    answered = await _fill(store)
    assert answered > 0
    rows = await store.fetch_all(ALL)
    assert [row[0][:5] for row in rows] == [f"{number:05}" for number in range(answered)]
    async with store.write() as db:
        await db.execute("PRAGMA max_page_count=1000000")
    await _add(store, "after")
    assert len(await store.fetch_all(ALL)) == answered + 1


async def test_a_full_disk_refuses_writes_keeps_the_answered_and_recovers(
    small_disk: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"sqlite:///{small_disk / 'afterword.db'}"
    await migrate.upgrade(url)
    store = await Store.open(url)
    answered = await _fill(store)
    assert answered > 50
    for _ in range(5):
        with pytest.raises(Unavailable):
            await _add(store, "x" * 100_000)
    assert len(await store.fetch_all(ALL)) == answered
    grow = ["mount", "-o", "remount,size=64m", str(small_disk)]
    subprocess.run(grow, check=True)
    await asyncio.gather(*(_add(store, f"after {number}") for number in range(20)))
    assert len(await store.fetch_all(ALL)) == answered + 20
    assert await store.fetch_all("PRAGMA integrity_check") == [("ok",)]
    await store.close()
    # Said when it began, not for every write that was refused.
    assert len([each for each in caplog.records if "cannot be committed" in each.message]) <= 2


async def test_a_disk_that_reports_errors_refuses_writes_and_tears_nothing(
    sqlite_url: str, tmp_path: Path
) -> None:
    await migrate.upgrade(sqlite_url)
    # No file of that process may grow beyond this: its writes then fail as on a broken disk.
    limits = "import resource, signal, sys, runpy; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
    limits += "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000));"
    limits += "sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", limits, str(WRITER), sqlite_url, "0", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    said: list[bytes] = []
    while said.count(b"unavailable\n") < 40:
        said.append(await process.stdout.readline())
    process.kill()
    await process.wait()
    answered = {int(line) for line in said if line != b"unavailable\n"}
    assert answered
    store = await Store.open(sqlite_url)
    rows = await store.fetch_all("SELECT subject, at FROM sign_in_failure")
    stored = {int(subject) for subject, _ in rows}
    assert answered <= stored
    assert sorted(rows) == sorted((str(number), at) for number in stored for at in (1, 2))
    await _add(store, "it works again")
    assert await store.fetch_all("PRAGMA integrity_check") == [("ok",)]
    await store.close()


async def test_a_cancelled_reader_of_a_long_query_does_not_stop_the_others(store: Store) -> None:
    count = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300000)"
    long = f"{count} SELECT max(i) FROM n"
    tasks = [asyncio.create_task(store.fetch_one(long)) for _ in range(6)]
    await asyncio.sleep(0)
    for task in tasks[:5]:
        task.cancel()
    assert await tasks[5] == (300000,)
    for task in tasks[:5]:
        with contextlib.suppress(asyncio.CancelledError):
            await task
    assert await store.fetch_one("SELECT 1") == (1,)
