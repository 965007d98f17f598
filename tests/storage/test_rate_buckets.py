"""Limits that the database counts: the same as in memory, whoever asks and in whatever order."""

from __future__ import annotations

import asyncio

from afterword.core.rate import Rate
from afterword.storage import rate_buckets
from afterword.storage.store import Store
from afterword.web.token_buckets import TokenBuckets

SIX_A_MINUTE = Rate(6, 60)
START = 1_700_000_000_000


async def take(store: Store, key: str, now: int, rate: Rate = SIX_A_MINUTE) -> int:
    async with store.write(durable=False) as db:
        return await rate_buckets.take(db, key, rate, now=now)


async def test_each_answer_is_that_of_a_bucket_in_memory(store: Store) -> None:
    memory = TokenBuckets()
    times = [0, 0, 0, 0, 0, 0, 0, 1, 9_999, 10_000, 10_001, 5_000, 70_000, 70_000, 200_000]
    for rate in (SIX_A_MINUTE, Rate(7, 60), Rate(1, 3600), Rate(1_000_000, 3600), Rate(0, 60)):
        for since in times:
            key, now = f"mira/{rate.count}", START + since
            expected = memory.take(key.encode(), rate, now=now)
            assert await take(store, key, now, rate) == expected, (rate, since)


async def test_many_at_one_moment_get_as_many_as_there_are(store: Store) -> None:
    waits = await asyncio.gather(*(take(store, "mira", START) for _ in range(20)))
    assert sorted(waits) == [0] * 6 + [10] * 14


async def test_what_nobody_used_for_long_is_dropped_some_at_a_time(store: Store) -> None:
    for number in range(5):
        await take(store, f"mira {number}", START + number)
    async with store.write() as db:
        assert await rate_buckets.drop_before(db, START + 4, 3) == 3
        assert await rate_buckets.drop_before(db, START + 4, 3) == 1
    assert await store.fetch_all("SELECT key FROM rate_bucket") == [("mira 4",)]
