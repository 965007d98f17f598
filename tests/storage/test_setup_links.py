"""The one-time link of the first run."""

from __future__ import annotations

import asyncio

from afterword.storage import setup_links
from afterword.storage.store import Store


async def test_a_set_up_link_is_good_once_and_only_the_last_one(store: Store) -> None:
    for token in ("old", "new"):
        async with store.write() as db:
            await setup_links.replace(db, token, now=10)
    assert not await setup_links.is_valid(store, "old", since=0)
    assert await setup_links.is_valid(store, "new", since=10)
    assert not await setup_links.is_valid(store, "new", since=11)

    async def take() -> bool:
        async with store.write() as db:
            return await setup_links.take(db, "new", since=10)

    assert sorted(await asyncio.gather(*(take() for _ in range(5)))) == [False] * 4 + [True]
