"""SQLite: writers that wait share a commit, and each hears of it after it, or of its failure."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from afterword.core.errors import Unavailable
from afterword.storage import migrate
from afterword.storage.sqlite import Sqlite
from afterword.storage.store import AlreadyThere, Store

ADD = "INSERT INTO sign_in_failure (subject, at) VALUES (:subject, 1)"
ALL = "SELECT subject FROM sign_in_failure ORDER BY subject"
ADD_UNIQUE = "INSERT INTO setup_link (token_hash, created_at) VALUES (:hash, 1)"


@pytest_asyncio.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    await migrate.upgrade(sqlite_url)
    opened = await Store.open(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
def long_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits joins the open group, however slow this machine is just now."""
    monkeypatch.setattr("afterword.storage.sqlite_writer.LONGEST", 60.0)


async def _statements(store: Store) -> list[str]:
    """Every statement that the writer runs from now on."""
    seen: list[str] = []
    assert isinstance(store._engine, Sqlite)
    await store._engine._held[0].raw_connection.set_trace_callback(seen.append)
    return seen


async def _add(store: Store, subject: str) -> None:
    async with store.write() as db:
        await db.execute(ADD, {"subject": subject})


async def test_a_lone_write_is_one_commit_of_its_own(store: Store) -> None:
    statements = await _statements(store)
    for subject in "abc":
        await _add(store, subject)
    assert statements.count("COMMIT") == 3
    assert statements.count("BEGIN IMMEDIATE") == 3


@pytest.mark.usefixtures("long_groups")
async def test_thirty_two_waiting_writers_share_commits(store: Store) -> None:
    statements = await _statements(store)
    for turn in range(5):
        await asyncio.gather(*(_add(store, f"{turn}-{number}") for number in range(32)))
    # One for each turn, and one more where the first of a turn finds the writer idle.
    assert statements.count("COMMIT") <= 10
    assert len(await store.fetch_all(ALL)) == 160


async def test_nobody_waits_for_writers_who_were_not_there_before(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whoever waited for company now would wait for an hour.
    for name in ("SHORTEST_GAP", "LONGEST_GAP", "LONGEST"):
        monkeypatch.setattr(f"afterword.storage.sqlite_writer.{name}", 3600.0)
    async with asyncio.timeout(60):
        await _add(store, "alone")
        await _add(store, "alone again")
        await asyncio.gather(*(_add(store, str(number)) for number in range(8)))
        # As many as last time: the group is complete with the last of them.
        await asyncio.gather(*(_add(store, str(number)) for number in range(8)))
    assert len(await store.fetch_all(ALL)) == 18


async def test_a_group_is_held_open_for_as_many_as_last_time_but_not_for_ever(
    store: Store,
) -> None:
    await asyncio.gather(*(_add(store, str(number)) for number in range(8)))
    statements = await _statements(store)
    await _add(store, "the others have left")
    assert statements.count("COMMIT") == 1


@pytest.mark.usefixtures("long_groups")
async def test_nobody_is_answered_before_the_commit(store: Store) -> None:
    order: list[str] = []
    assert isinstance(store._engine, Sqlite)
    raw = store._engine._held[0].raw_connection
    await raw.set_trace_callback(lambda sql: order.append(sql) if sql == "COMMIT" else None)

    async def write(subject: str) -> None:
        await _add(store, subject)
        order.append("answered")

    await asyncio.gather(*(write(str(number)) for number in range(10)))
    commits = [place for place, what in enumerate(order) if what == "COMMIT"]
    assert order[0] == "COMMIT"
    assert order.count("answered") == 10
    assert len(commits) <= 2


@pytest.mark.usefixtures("long_groups")
async def test_a_failing_member_takes_back_its_own_work_alone(store: Store) -> None:
    async with store.write() as db:
        await db.execute(ADD_UNIQUE, {"hash": "taken"})

    async def fail(subject: str) -> None:
        async with store.write() as db:
            await db.execute(ADD, {"subject": subject})
            await db.execute(ADD_UNIQUE, {"hash": "taken"})

    statements = await _statements(store)
    results = await asyncio.gather(
        _add(store, "a"),
        fail("b"),
        _add(store, "c"),
        fail("d"),
        _add(store, "e"),
        return_exceptions=True,
    )
    assert [type(each) for each in results] == [
        type(None),
        AlreadyThere,
        type(None),
        AlreadyThere,
        type(None),
    ]
    assert await store.fetch_all(ALL) == [("a",), ("c",), ("e",)]
    assert statements.count("COMMIT") <= 2


@pytest.mark.usefixtures("long_groups")
async def test_a_later_statement_that_fails_fails_its_member_alone(store: Store) -> None:
    async def fail() -> None:
        async with store.write() as db:
            await db.execute(ADD, {"subject": "b"})
            # No error of SQLite's own: it cannot be bound at all.
            db.later(ADD_UNIQUE, {"hash": 2**80})

    results = await asyncio.gather(
        _add(store, "a"), fail(), _add(store, "c"), return_exceptions=True
    )
    assert [type(each) for each in results] == [type(None), OverflowError, type(None)]
    assert await store.fetch_all(ALL) == [("a",), ("c",)]


@pytest.mark.usefixtures("long_groups")
async def test_a_failed_commit_fails_every_member_and_the_next_group_is_whole(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[str] = []

    async def write(subject: str) -> None:
        async with store.write() as db:
            await db.execute(ADD, {"subject": subject})
            db.after_commit(lambda: heard.append(subject))

    async def break_the_commit() -> None:
        async with store.write() as db:
            # References are then looked at by the commit, and not before.
            await db.execute("PRAGMA defer_foreign_keys=ON")
            await db.execute("INSERT INTO page_key (site_id, key, page_id) VALUES (1, 'k', 77)")

    results = await asyncio.gather(
        write("a"), break_the_commit(), write("b"), write("c"), return_exceptions=True
    )
    assert [type(each) for each in results] == [sqlite3.IntegrityError] * 4
    assert heard == []
    assert "Writes cannot be committed" in caplog.text
    await asyncio.gather(write("d"), write("e"))
    assert await store.fetch_all(ALL) == [("d",), ("e",)]
    assert sorted(heard) == ["d", "e"]


@pytest.mark.parametrize("swallows", [False, True])
@pytest.mark.usefixtures("long_groups")
async def test_when_sqlite_rolls_back_by_itself_nobody_is_told_of_success(
    store: Store, *, swallows: bool
) -> None:
    async with store.write() as db:
        await db.execute(ADD_UNIQUE, {"hash": "taken"})

    async def lose_everything() -> None:
        async with store.write() as db:
            await db.execute(ADD, {"subject": "b"})
            # As on a full disk: not this statement alone, the whole transaction is gone.
            with contextlib.suppress(AlreadyThere if swallows else LookupError):
                await db.execute(
                    ADD_UNIQUE.replace("INSERT", "INSERT OR ROLLBACK"), {"hash": "taken"}
                )
            with contextlib.suppress(AlreadyThere):
                await db.execute(ADD, {"subject": "outside of any transaction"})

    results = await asyncio.gather(
        _add(store, "a"), lose_everything(), _add(store, "c"), return_exceptions=True
    )
    assert [type(each) for each in results] == [AlreadyThere, AlreadyThere, type(None)]
    assert await store.fetch_all(ALL) == [("c",)]


async def test_a_cancelled_writer_gives_its_turn_to_the_next(store: Store) -> None:
    inside, never = asyncio.Event(), asyncio.Event()

    async def hang() -> None:
        async with store.write() as db:
            await db.execute(ADD, {"subject": "hangs"})
            inside.set()
            await never.wait()

    hanging = asyncio.create_task(hang())
    await inside.wait()
    waiting = [asyncio.create_task(_add(store, subject)) for subject in "abc"]
    await asyncio.sleep(0)
    waiting[1].cancel()
    hanging.cancel()
    results = await asyncio.gather(hanging, *waiting, return_exceptions=True)
    assert [isinstance(each, asyncio.CancelledError) for each in results] == [
        True,
        False,
        True,
        False,
    ]
    assert await store.fetch_all(ALL) == [("a",), ("c",)]


async def test_a_callback_runs_even_when_its_writer_was_cancelled_at_the_commit(
    store: Store,
) -> None:
    heard: list[str] = []
    left = asyncio.Event()

    async def write() -> None:
        async with store.write() as db:
            await db.execute(ADD, {"subject": "a"})
            db.after_commit(lambda: heard.append("committed"))
            left.set()

    writing = asyncio.create_task(write())
    await left.wait()
    # It has queued its commit by now, and awaits it.
    writing.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await writing
    await _add(store, "b")
    assert await store.fetch_all(ALL) == [("a",), ("b",)]
    assert heard == ["committed"]


async def test_a_writer_that_waits_too_long_in_the_line_is_told(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("afterword.storage.sqlite_writer.BUSY_MS", 50)
    inside, enough = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with store.write() as db:
            await db.execute(ADD, {"subject": "holds"})
            inside.set()
            await enough.wait()

    holding = asyncio.create_task(hold())
    await inside.wait()
    with pytest.raises(Unavailable):
        await _add(store, "waits")
    enough.set()
    await holding
    await _add(store, "next")
    assert await store.fetch_all(ALL) == [("holds",), ("next",)]


async def test_the_connections_have_their_settings(store: Store) -> None:
    expected = {
        "busy_timeout": 3000, "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1,
        "trusted_schema": 0, "temp_store": 2, "cache_size": -2000, "journal_size_limit": 67108864,
    }  # fmt: skip
    for name, value in expected.items():
        assert await store.fetch_one(f"PRAGMA {name}") == (value,)
        async with store.write() as db:
            assert await db.fetch_one(f"PRAGMA {name}") == (value,)
