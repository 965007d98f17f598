"""One process of all has the duty, and another takes over whatever becomes of it."""

from __future__ import annotations

import pytest

from afterword.services.context import Context
from afterword.services.running.duty import KEEP_SECONDS, LASTS, Duty
from afterword.storage import leases


class Clock:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The same for all: they are compared with themselves alone."""
    return Clock()


async def _lease(ctx: Context, name: str, holder: str) -> None:
    async with ctx.store.write() as db:
        assert await leases.take(db, name, holder, ends_at=2**50, now=1)


async def test_one_has_it_until_it_gives_it_back(ctx: Context, clock: Clock) -> None:
    first, second = Duty(ctx, clock), Duty(ctx, clock)
    for _ in range(10):
        await first.keep()
        await second.keep()
        assert (first.is_ours, second.is_ours) == (True, False)
        clock.now += KEEP_SECONDS
    await first.give_back()
    assert not first.is_ours
    await second.keep()
    assert second.is_ours
    await second.give_back()


async def test_who_takes_over_from_one_that_is_gone_takes_back_its_leases_and_no_others(
    ctx: Context, clock: Clock
) -> None:
    gone, other = Duty(ctx, clock), Duty(ctx, clock)
    await gone.keep()
    await other.keep()
    await _lease(ctx, "deliver:mail", gone.holder)
    await _lease(ctx, "import:1", "somebody")
    if gone._lock is not None:
        gone._lock.close()  # as the kernel does
    clock.now += LASTS
    await other.keep()
    assert other.is_ours
    assert not gone.is_ours or ctx.settings.database_file
    assert await leases.held(ctx.store, "deliver:mail") is None
    assert await leases.held(ctx.store, "import:1") == ("somebody", 2**50)
    await other.give_back()


async def test_a_holder_that_was_away_for_long_hears_that_it_has_it_no_more(
    ctx: Context, clock: Clock
) -> None:
    if ctx.settings.database_file:
        pytest.skip("the kernel takes its lock from nobody that lives")
    away, other = Duty(ctx, clock), Duty(ctx, clock)
    await away.keep()
    await other.keep()
    clock.now += LASTS - KEEP_SECONDS
    assert not away.is_ours, "it stops before anybody else begins"
    await other.keep()
    assert not other.is_ours
    clock.now += KEEP_SECONDS
    await other.keep()
    assert other.is_ours
    await away.keep()
    assert not away.is_ours
    await away.give_back()
    await other.keep()
    assert other.is_ours, "it was not what the other one had to give"
    await other.give_back()
