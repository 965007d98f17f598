"""Writes are counted by the commits that made them durable."""

from __future__ import annotations

import asyncio

import pytest

from afterword.storage.store import AlreadyThere, Store

INSERT = "INSERT INTO lease (name, holder, ends_at) VALUES (:name, 'a', 1)"


async def _insert(store: Store, name: str) -> None:
    async with store.write() as db:
        await db.execute(INSERT, {"name": name})


async def test_each_write_is_in_one_group_and_each_group_one_commit(store: Store) -> None:
    counts = store.write_counts
    await asyncio.gather(*(_insert(store, f"lease {number}") for number in range(20)))
    assert counts.groups.sum == 20
    assert counts.groups.total == counts.commits.total
    assert 0 < counts.commits.sum < 60
    assert (counts.failures, counts.waiting) == (0, 0)


async def test_who_waits_for_a_turn_is_seen_and_who_gave_up_is_not(store: Store) -> None:
    counts = store.write_counts
    async with store.write() as db:
        await db.execute(INSERT, {"name": "the first"})
        others = [asyncio.create_task(_insert(store, f"lease {number}")) for number in range(3)]
        await asyncio.sleep(0)
        # PostgreSQL lets them in at once, to wait for each other where they touch the same.
        assert counts.waiting == 3
        others[0].cancel()
        with pytest.raises(asyncio.CancelledError):
            await others[0]
    await asyncio.gather(*others[1:])
    assert counts.waiting == 0
    assert counts.groups.sum == 3


async def test_what_is_taken_back_is_not_counted(store: Store) -> None:
    await _insert(store, "a")
    with pytest.raises(AlreadyThere):
        await _insert(store, "a")
    assert store.write_counts.groups.sum == 1
