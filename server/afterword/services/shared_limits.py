"""Limits that several processes keep together: counted in the database, where each sees what all did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.storage import rate_buckets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.core.rate import Rate
    from afterword.services.context import Context

LONGEST = 60 * 60_000
"""Milliseconds after which every bucket that nobody used is empty: none leaks more slowly."""


class _Refused(Exception):
    """Nothing is taken."""

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.wait = wait


async def take(ctx: Context, wanted: Sequence[tuple[str, Rate]], *, now: int) -> int:
    """Takes one of each, or none; 0, or the seconds to wait.

    `wanted` names what is counted, with the network address; what is kept of it is a keyed hash. Of two that
    take several at the same time, each has to name them in the same order.
    """
    if not wanted:
        return 0
    try:
        # What a power cut loses here, on PostgreSQL, somebody may do again.
        async with ctx.store.write(durable=False) as db:
            for text, rate in wanted:
                # Another rate is another bucket: levels mean something by their rate alone.
                key = ctx.hashes.rate(f"{text}/{rate.count}/{rate.seconds}")
                if wait := await rate_buckets.take(db, key, rate, now=now):
                    raise _Refused(wait)
    except _Refused as refused:
        return refused.wait
    return 0
