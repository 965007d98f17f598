"""What throttles sign-in is counted."""

from __future__ import annotations

from afterword.storage import sign_in_failures
from afterword.storage.store import Store


async def test_failures_are_counted_by_subject_and_time(store: Store) -> None:
    async with store.write() as db:
        for now in (10, 20, 30):
            await sign_in_failures.add(db, "a", now=now)
        await sign_in_failures.add(db, "b", now=15)
    assert await sign_in_failures.since(store, "a", 20) == (2, 30)
    assert await sign_in_failures.since(store, "c", 0) == (0, 0)
    async with store.write() as db:
        await sign_in_failures.clear(db, "b")
        assert await sign_in_failures.drop_before(db, 20) == 1
    assert await sign_in_failures.since(store, "a", 0) == (2, 30)
    assert await sign_in_failures.since(store, "b", 0) == (0, 0)
