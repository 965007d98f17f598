"""Writers of several processes on one SQLite file: here several stores, which know nothing of each other."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from afterword.core.errors import Unavailable
from afterword.storage.sqlite_turn import Turn
from afterword.storage.store import AlreadyThere, Store

ADD = "INSERT INTO sign_in_failure (subject, at) VALUES (:subject, :at)"

ADD_LEASE = "INSERT INTO lease (name, holder, ends_at) VALUES ('a', 'b', 1)"


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


async def test_no_writer_waits_for_more_than_a_few_turns_of_another(ready_sqlite_url: str) -> None:
    stores = [await Store.open(ready_sqlite_url, shared=True) for _ in range(2)]
    order: list[int] = []

    async def write(number: int) -> None:
        for at in range(40):
            async with stores[number].write() as db:
                await db.execute(ADD, {"subject": str(number), "at": at})
                order.append(number)

    # Three at a time in each, so that a group never wants for a member.
    await asyncio.gather(*(write(number) for number in (0, 1) for _ in range(3)))
    for store in stores:
        await store.close()
    first_half = order[: len(order) // 2]
    assert min(first_half.count(0), first_half.count(1)) > len(first_half) // 5, order


async def test_a_turn_that_does_not_come_is_said_in_time(ready_sqlite_url: str) -> None:
    holder = Turn(_path(ready_sqlite_url))
    holder.take(1)
    store = await Store.open(ready_sqlite_url, shared=True)
    with pytest.raises(Unavailable, match="locked by another program"):
        async with store.write() as db:
            await db.execute(ADD, {"subject": "a", "at": 1})
    holder.close()  # as when its process ends
    async with store.write() as db:
        await db.execute(ADD, {"subject": "a", "at": 1})
    await store.close()


async def _fail(store: Store) -> None:
    async with store.write() as db:
        for _ in range(2):
            await db.execute(ADD_LEASE)


async def test_a_write_that_fails_gives_its_turn_back(ready_sqlite_url: str) -> None:
    stores = [await Store.open(ready_sqlite_url, shared=True) for _ in range(2)]
    with pytest.raises(AlreadyThere):
        await _fail(stores[0])
    async with stores[1].write() as db:
        await db.execute(ADD, {"subject": "b", "at": 1})
    assert await stores[0].fetch_all("SELECT subject FROM sign_in_failure") == [("b",)]
    for store in stores:
        await store.close()
