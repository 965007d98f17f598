"""The one door: what a read and a write promise, on both engines."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from afterword.core.errors import Unavailable
from afterword.core.model import Page
from afterword.storage import migrate, pages
from afterword.storage.store import AlreadyThere, Store

ADD = "INSERT INTO sign_in_failure (subject, at) VALUES (:subject, :at)"
ALL = "SELECT subject, at FROM sign_in_failure ORDER BY subject, at"
ADD_TWO_COLUMNS = "INSERT INTO setup_link (token_hash, created_at) VALUES (:hash, 1)"


async def test_rows_are_tuples_in_the_order_of_the_columns(store: Store) -> None:
    async with store.write() as db:
        await db.execute(ADD, {"subject": "a", "at": 2})
        made = await db.fetch_all(ADD + " RETURNING at, subject", {"subject": "b", "at": 3})
    assert made == [(3, "b")]
    assert await store.fetch_all(ALL) == [("a", 2), ("b", 3)]
    assert await store.fetch_one(ALL) == ("a", 2)
    assert await store.fetch_one(ALL + " LIMIT 0") is None


async def test_a_list_is_a_value(store: Store) -> None:
    async with store.write() as db:
        await db.execute_many(ADD, [{"subject": letter, "at": 1} for letter in "abcde"])
    sql = "SELECT subject FROM sign_in_failure WHERE subject IN (:some) ORDER BY subject"
    assert await store.fetch_all(sql, {"some": ["e", "b", "z"]}) == [("b",), ("e",)]
    assert await store.fetch_all(sql, {"some": []}) == []


async def test_what_raises_inside_a_write_takes_all_of_it_back(store: Store) -> None:
    async def write() -> None:
        async with store.write() as db:
            await db.execute(ADD, {"subject": "a", "at": 1})
            db.later(ADD, {"subject": "b", "at": 1})
            raise LookupError

    with pytest.raises(LookupError):
        await write()
    assert await store.fetch_all(ALL) == []


async def test_a_write_sees_what_it_wrote_and_others_do_not_yet(store: Store) -> None:
    async with store.write() as db:
        await db.execute(ADD, {"subject": "a", "at": 1})
        assert await db.fetch_all(ALL) == [("a", 1)]
        assert await store.fetch_all(ALL) == []
    assert await store.fetch_all(ALL) == [("a", 1)]


async def test_later_statements_come_before_the_next_one_and_at_the_end(store: Store) -> None:
    async with store.write() as db:
        db.later(ADD, {"subject": "a", "at": 1})
        assert await db.fetch_all(ALL) == [("a", 1)]
        db.later(ADD, {"subject": "b", "at": 1})
    assert await store.fetch_all(ALL) == [("a", 1), ("b", 1)]


async def test_a_write_of_nothing_but_later_statements_is_stored(store: Store) -> None:
    async with store.write() as db:
        db.later(ADD, {"subject": "a", "at": 1})
    assert await store.fetch_all(ALL) == [("a", 1)]


async def test_a_later_statement_that_fails_at_the_end_fails_the_write(store: Store) -> None:
    heard: list[str] = []

    async def write() -> None:
        async with store.write() as db:
            await db.execute(ADD, {"subject": "a", "at": 1})
            db.after_commit(lambda: heard.append("committed"))
            db.later(ADD_TWO_COLUMNS, {"hash": "x"})
            db.later(ADD_TWO_COLUMNS, {"hash": "x"})

    with pytest.raises(AlreadyThere):
        await write()
    assert await store.fetch_all(ALL) == []
    assert heard == []


async def test_a_taken_unique_value_is_already_there(store: Store) -> None:
    async def write() -> None:
        async with store.write() as db:
            await db.execute(ADD_TWO_COLUMNS, {"hash": "x"})
            await db.execute(ADD_TWO_COLUMNS, {"hash": "x"})

    with pytest.raises(AlreadyThere):
        await write()
    assert await store.fetch_all("SELECT token_hash FROM setup_link") == []


async def test_callbacks_run_after_the_commit_and_before_the_write_ends(store: Store) -> None:
    heard: list[object] = []
    async with store.write() as db:
        await db.execute(ADD, {"subject": "a", "at": 1})
        db.after_commit(lambda: heard.append("committed"))
        await db.fetch_all(ALL)
        assert heard == []
    assert heard == ["committed"]


async def test_a_failing_callback_does_not_fail_the_write(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[str] = []
    async with store.write() as db:
        await db.execute(ADD, {"subject": "a", "at": 1})
        db.after_commit(lambda: 1 / 0)
        db.after_commit(lambda: heard.append("the next one"))
    assert heard == ["the next one"]
    assert "callback after a commit failed" in caplog.text
    assert await store.fetch_all(ALL) == [("a", 1)]


async def test_a_write_inside_a_write_is_a_mistake_that_is_told(store: Store) -> None:
    with pytest.raises(RuntimeError, match="write\\(\\) inside a write"):
        async with store.write(), store.write():
            pass
    async with store.write() as db:
        await db.execute(ADD, {"subject": "after", "at": 1})
    assert await store.fetch_all(ALL) == [("after", 1)]


async def test_a_handle_is_of_no_use_after_its_write(store: Store) -> None:
    async with store.write() as db:
        pass
    with pytest.raises(RuntimeError, match="has ended"):
        await db.fetch_all(ALL)
    with pytest.raises(RuntimeError, match="has ended"):
        db.later(ADD, {"subject": "a", "at": 1})


async def test_an_error_that_was_caught_inside_does_not_pass_for_success_on_postgres(
    store: Store, engine: str
) -> None:
    if engine == "sqlite":
        return  # There a failed statement takes back itself alone.

    async def write() -> None:
        async with store.write() as db:
            await db.execute(ADD_TWO_COLUMNS, {"hash": "x"})
            with pytest.raises(AlreadyThere):
                await db.execute(ADD_TWO_COLUMNS, {"hash": "x"})

    with pytest.raises(RuntimeError, match="nothing was stored"):
        await write()


async def test_a_hundred_concurrent_read_modify_writes_count_to_a_hundred(
    store: Store, page: Page
) -> None:
    async def increment() -> None:
        async with store.write() as db, pages.changing(db, page.id, now=2) as locked:
            row = await db.fetch_one("SELECT note FROM page WHERE id = :id", {"id": locked.id})
            note = str(int(row[0] or "0") + 1 if row else 0)
            await db.execute(
                "UPDATE page SET note = :note WHERE id = :id", {"note": note, "id": locked.id}
            )

    await asyncio.gather(*(increment() for _ in range(100)))
    assert await store.fetch_all("SELECT note FROM page") == [("100",)]
    found = await pages.get(store, page.id)
    assert found is not None
    assert found.version == page.version + 100


async def test_a_storm_of_cancellations_tears_and_leaks_nothing(store: Store) -> None:
    async def write_pair(number: int) -> None:
        async with store.write() as db:
            await db.execute(ADD, {"subject": f"{number:03}", "at": 1})
            await db.execute(ADD, {"subject": f"{number:03}", "at": 2})

    before = _database_threads()
    tasks = [asyncio.create_task(write_pair(number)) for number in range(200)]
    # Each is cancelled at another moment of its life: while it waits, asks, or is committed.
    for number, task in enumerate(tasks):
        if number % 3:
            await store.fetch_one("SELECT 1")
        task.cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)

    assert {type(each) for each in done if each is not None} <= {asyncio.CancelledError}
    async with store.write() as db:
        await db.execute(ADD, {"subject": "after", "at": 1})
    rows = await store.fetch_all(ALL)
    pairs = {subject for subject, _ in rows} - {"after"}
    assert rows == sorted([(each, at) for each in pairs for at in (1, 2)] + [("after", 1)])
    answered = {f"{number:03}" for number, each in enumerate(done) if each is None}
    assert answered <= pairs
    assert _database_threads() == before


async def test_cancelled_readers_leave_their_connections(store: Store) -> None:
    tasks = [asyncio.create_task(store.fetch_all(ALL)) for _ in range(200)]
    for number, task in enumerate(tasks):
        if number % 20 == 0:
            await asyncio.sleep(0)
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    answers = await asyncio.gather(*(store.fetch_one("SELECT 1") for _ in range(50)))
    assert answers == [(1,)] * 50


def _database_threads() -> set[threading.Thread]:
    """Threads of SQLite connections; others come and go with the executor."""
    return {thread for thread in threading.enumerate() if "_connection_worker" in thread.name}


@pytest_asyncio.fixture
async def fresh(database_url: str) -> AsyncIterator[str]:
    await migrate.upgrade(database_url)
    yield database_url


async def test_a_closed_store_has_stored_what_it_answered_and_takes_no_more(fresh: str) -> None:
    before = _database_threads()
    store = await Store.open(fresh)
    async with store.write() as db:
        await db.execute(ADD, {"subject": "a", "at": 1})
    opened = _database_threads() - before
    await store.close()
    with pytest.raises((RuntimeError, Unavailable, AssertionError)):
        await store.fetch_all(ALL)
    for thread in opened:
        thread.join(timeout=10)
    assert _database_threads() == before
    again = await Store.open(fresh)
    assert await again.fetch_all(ALL) == [("a", 1)]
    await again.close()


@pytest.mark.parametrize(
    "url", ["mysql://h/d", "sqlite://", "sqlite:///a.db?timeout=30", "sqlite://host/a.db"]
)
async def test_other_urls_are_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite:///"):
        await Store.open(url)
