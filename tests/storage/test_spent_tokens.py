"""What is good once is spent by one of those who try."""

from __future__ import annotations

import asyncio

from afterword.storage import spent_tokens
from afterword.storage.store import Store


async def _spend(store: Store, token: str, ends_at: int = 100) -> bool:
    async with store.write() as db:
        return await spent_tokens.spend(db, token, ends_at=ends_at)


async def test_a_token_is_spent_once(store: Store) -> None:
    assert await _spend(store, "a")
    assert not await _spend(store, "a")
    assert await _spend(store, "b")


async def test_of_many_at_the_same_time_one_spends_it(store: Store) -> None:
    spent = await asyncio.gather(*(_spend(store, "a") for _ in range(8)))
    assert sorted(spent) == [False] * 7 + [True]


async def test_what_is_rolled_back_is_not_spent(store: Store) -> None:
    class Refusal(Exception):
        pass

    async def refuse() -> None:
        async with store.write() as db:
            await spent_tokens.spend(db, "a", ends_at=100)
            raise Refusal

    (result,) = await asyncio.gather(refuse(), return_exceptions=True)
    assert isinstance(result, Refusal)
    assert await _spend(store, "a")


async def test_those_that_have_ended_are_forgotten(store: Store) -> None:
    await _spend(store, "old", ends_at=99)
    await _spend(store, "new", ends_at=100)
    async with store.write() as db:
        assert await spent_tokens.drop_ended(db, 100) == 1
    assert await _spend(store, "old")
    assert not await _spend(store, "new")
