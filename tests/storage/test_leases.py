"""One process at a time holds a lease."""

from __future__ import annotations

from afterword.storage import leases
from afterword.storage.store import Store


async def test_one_holder_has_a_lease_until_it_ends_or_is_given_back(store: Store) -> None:
    async def take(holder: str, now: int) -> bool:
        async with store.write() as db:
            return await leases.take(db, "deliver", holder, ends_at=now + 10, now=now)

    assert await take("a", 0)
    assert await take("a", 5)
    assert not await take("b", 14)
    assert await take("b", 15)
    assert not await take("a", 16)
    async with store.write() as db:
        await leases.give_back(db, "deliver", "a")
        await leases.give_back(db, "deliver", "b")
    assert await take("a", 17)
