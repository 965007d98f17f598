"""What several processes count together."""

from __future__ import annotations

import asyncio

from afterword.core.rate import Rate
from afterword.services import shared_limits
from afterword.services.context import Context, open_context
from tests.services.builders import NOW

MINUTE, HOUR = Rate(3, 60), Rate(4, 3600)


async def test_of_several_limits_all_must_agree_and_none_is_taken_where_one_does_not(
    ctx: Context,
) -> None:
    wanted = [("minute/203.0.113.7", MINUTE), ("hour/203.0.113.7", HOUR)]
    waits = [await shared_limits.take(ctx, wanted, now=NOW) for _ in range(4)]
    assert waits == [0, 0, 0, 20]
    assert await shared_limits.take(ctx, wanted, now=NOW + 60_000) == 0
    for _ in range(3):
        assert await shared_limits.take(ctx, wanted, now=NOW + 60_000) == 840
    # What was refused by the hour has used up nothing of the minute.
    assert [await shared_limits.take(ctx, wanted[:1], now=NOW + 60_000) for _ in range(3)] == [
        0,
        0,
        20,
    ]


async def test_processes_count_together_and_exactly(ctx: Context) -> None:
    wanted = [("comments/203.0.113.7", Rate(7, 60))]
    async with open_context(ctx.settings) as other:
        waits = await asyncio.gather(
            *(shared_limits.take(each, wanted, now=NOW) for each in (ctx, other) for _ in range(10))
        )
    assert waits.count(0) == 7


async def test_no_address_is_in_the_database(ctx: Context) -> None:
    await shared_limits.take(ctx, [("comments/203.0.113.7", MINUTE)], now=NOW)
    ((key,),) = await ctx.store.fetch_all("SELECT key FROM rate_bucket")
    assert len(key) == 32
    assert "203" not in bytes.fromhex(key).decode("latin-1")
