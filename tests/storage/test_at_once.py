"""What is written at once: together with others in one commit, each on its own; on both engines."""

from __future__ import annotations

import asyncio
import threading

import pytest

from afterword.core.errors import Unavailable
from afterword.storage.sqlite import Sqlite
from afterword.storage.store import AlreadyThere, Store, WriteDb

ADD = "INSERT INTO sign_in_failure (subject, at) VALUES (:subject, :at)"
ALL = "SELECT subject FROM sign_in_failure ORDER BY subject"
ADD_UNIQUE = "INSERT INTO setup_link (token_hash, created_at) VALUES (:hash, 1)"
UNIQUE = "SELECT token_hash FROM setup_link ORDER BY token_hash"


async def add(db: WriteDb, subject: str) -> str:
    db.later(ADD, {"subject": subject, "at": 1})
    rows = await db.fetch_all(
        "SELECT subject FROM sign_in_failure WHERE subject = :it", {"it": subject}
    )
    return str(rows[0][0])


async def test_what_is_written_at_once_is_stored_and_its_result_comes_back(store: Store) -> None:
    assert await store.at_once(lambda db: add(db, "a")) == "a"
    assert await store.fetch_all(ALL) == [("a",)]


async def test_statements_for_later_are_done_in_their_order(store: Store) -> None:
    async def work(db: WriteDb) -> None:
        db.later(ADD, {"subject": "first", "at": 1})
        # Sees the one before it, of the same table; and one after that, of another.
        db.later("UPDATE sign_in_failure SET subject = :name", {"name": "second"})
        db.later(
            "INSERT INTO setup_link (token_hash, created_at) SELECT subject, at FROM sign_in_failure",
            {},
        )
        db.later("UPDATE setup_link SET created_at = :at", {"at": 7})

    await store.at_once(work)
    assert await store.fetch_all(ALL) == [("second",)]
    assert await store.fetch_all("SELECT token_hash, created_at FROM setup_link") == [("second", 7)]


async def test_whoever_fails_takes_back_their_own_work_alone(store: Store) -> None:
    await store.at_once(lambda db: db.execute(ADD_UNIQUE, {"hash": "taken"}))

    async def refused(db: WriteDb) -> None:
        await db.execute(ADD, {"subject": "refused", "at": 1})
        raise LookupError

    async def taken(db: WriteDb) -> None:
        await db.execute(ADD, {"subject": "taken", "at": 1})
        await db.execute(ADD_UNIQUE, {"hash": "taken"})

    async def taken_at_the_end(db: WriteDb) -> None:
        await db.execute(ADD, {"subject": "at the end", "at": 1})
        db.later(ADD_UNIQUE, {"hash": "taken"})

    works = [refused, taken, taken_at_the_end]
    told = await asyncio.gather(
        store.at_once(lambda db: add(db, "a")),
        *(store.at_once(work) for work in works),
        store.at_once(lambda db: add(db, "b")),
        *(store.at_once(work) for work in works),
        store.at_once(lambda db: add(db, "c")),
        return_exceptions=True,
    )
    kinds = [LookupError, AlreadyThere, AlreadyThere]
    assert [type(each) for each in told] == [str, *kinds, str, *kinds, str]
    assert await store.fetch_all(ALL) == [("a",), ("b",), ("c",)]
    assert await store.fetch_all(UNIQUE) == [("taken",)]


async def test_of_two_that_store_the_same_at_the_same_moment_one_is_told(store: Store) -> None:
    told = await asyncio.gather(
        *(store.at_once(lambda db: db.execute(ADD_UNIQUE, {"hash": "same"})) for _ in range(8)),
        return_exceptions=True,
    )
    assert [type(each) for each in told].count(AlreadyThere) == 7
    assert await store.fetch_all(UNIQUE) == [("same",)]


async def test_nothing_is_lost_where_each_reads_under_a_lock_and_adds_one(store: Store) -> None:
    lock = "UPDATE setup_link SET created_at = created_at + 0 RETURNING created_at"

    async def count(db: WriteDb) -> None:
        row = await db.fetch_one(lock)
        assert row is not None
        db.later("UPDATE setup_link SET created_at = :at", {"at": row[0] + 1})

    await store.at_once(lambda db: db.execute(ADD_UNIQUE, {"hash": "count"}))
    await asyncio.gather(*(store.at_once(count) for _ in range(50)))
    assert await store.fetch_one("SELECT created_at FROM setup_link") == (51,)


async def test_callbacks_run_once_it_is_durable_on_the_event_loop(store: Store) -> None:
    called: list[tuple[str, bool]] = []

    def note(name: str) -> None:
        called.append((name, threading.current_thread() is threading.main_thread()))

    async def work(db: WriteDb, name: str) -> None:
        db.after_commit(lambda: note(name))
        await db.execute(ADD_UNIQUE, {"hash": name})

    told = await asyncio.gather(
        *(store.at_once(lambda db, name=name: work(db, name)) for name in ("a", "b", "a")),
        return_exceptions=True,
    )
    assert [type(each) for each in told].count(AlreadyThere) == 1
    assert sorted(called) == [("a", True), ("b", True)]


async def test_writes_of_both_kinds_take_turns(store: Store) -> None:
    async def step_by_step(name: str) -> None:
        async with store.write() as db:
            await db.execute(ADD, {"subject": name, "at": 1})
            await asyncio.sleep(0)
            await db.execute(ADD, {"subject": name, "at": 2})
            if name.endswith("3"):
                raise LookupError

    told = await asyncio.gather(
        *(
            store.at_once(lambda db, n=n: add(db, f"at once {n}"))
            if n % 2
            else step_by_step(f"{n}")
            for n in range(40)
        ),
        *(step_by_step(f"fails {n}") for n in (3, 13, 23)),
        return_exceptions=True,
    )
    assert [type(each) for each in told].count(LookupError) == 3
    subjects = [row[0] for row in await store.fetch_all(ALL)]
    assert len(subjects) == 20 + 2 * 20
    assert not any("fails" in each for each in subjects)


async def test_a_cancelled_one_tears_nothing(store: Store) -> None:
    tasks = [
        asyncio.create_task(store.at_once(lambda db, n=n: add(db, f"{n:02}"))) for n in range(32)
    ]
    for _ in range(3):
        await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    told = await asyncio.gather(*tasks, return_exceptions=True)
    there = {row[0] for row in await store.fetch_all(ALL)}
    assert {each for each in told if isinstance(each, str)} <= there
    assert await store.at_once(lambda db: add(db, "after")) == "after"


async def test_one_inside_a_write_is_a_mistake_that_is_told(store: Store) -> None:
    async with store.write():
        with pytest.raises(RuntimeError, match="inside"):
            await store.at_once(lambda db: add(db, "a"))


async def test_on_sqlite_it_may_wait_for_nothing_but_its_handle(store: Store) -> None:
    if not isinstance(store._engine, Sqlite):
        return

    async def work(db: WriteDb) -> None:
        await db.execute(ADD, {"subject": "a", "at": 1})
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="await nothing but"):
        await store.at_once(work)
    assert await store.fetch_all(ALL) == []


async def test_a_turn_that_takes_too_long_is_not_waited_for(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not isinstance(store._engine, Sqlite):
        return
    monkeypatch.setattr("afterword.storage.sqlite_writer.BUSY_MS", 20)
    async with store.write() as db:
        await db.execute(ADD, {"subject": "slow", "at": 1})
        waiting = asyncio.create_task(store.at_once(lambda db: add(db, "too late")))
        await asyncio.wait([waiting])
    assert isinstance(waiting.exception(), Unavailable)
    assert await store.fetch_all(ALL) == [("slow",)]
