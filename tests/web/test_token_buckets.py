"""Limits on how often."""

from __future__ import annotations

from afterword.core.rate import Rate
from afterword.web.token_buckets import TokenBuckets

SIX_A_MINUTE = Rate(6, 60)
START = 1_700_000_000_000


def test_so_many_at_once_then_a_wait_that_is_told() -> None:
    buckets = TokenBuckets()
    waits = [buckets.take(b"mira", SIX_A_MINUTE, now=START) for _ in range(8)]
    assert waits == [0, 0, 0, 0, 0, 0, 10, 10]


def test_after_the_wait_that_was_told_there_is_one_again_and_not_before() -> None:
    buckets = TokenBuckets()
    for _ in range(6):
        buckets.take(b"mira", SIX_A_MINUTE, now=START)
    assert buckets.take(b"mira", SIX_A_MINUTE, now=START + 9_999) == 1
    assert buckets.take(b"mira", SIX_A_MINUTE, now=START + 10_000) == 0
    assert buckets.take(b"mira", SIX_A_MINUTE, now=START + 10_000) == 10


def test_a_refused_try_does_not_make_the_wait_longer() -> None:
    buckets = TokenBuckets()
    for second in range(60):
        buckets.take(b"mira", SIX_A_MINUTE, now=START + second * 1_000)
    assert buckets.take(b"mira", SIX_A_MINUTE, now=START + 60_000) == 0


def test_one_key_does_not_use_up_what_another_has() -> None:
    buckets = TokenBuckets()
    for _ in range(10):
        buckets.take(b"mira", SIX_A_MINUTE, now=START)
    assert buckets.take(b"jonas", SIX_A_MINUTE, now=START) == 0


def test_a_clock_that_steps_back_gives_nothing_and_breaks_nothing() -> None:
    buckets = TokenBuckets()
    for _ in range(6):
        buckets.take(b"mira", SIX_A_MINUTE, now=START)
    assert buckets.take(b"mira", SIX_A_MINUTE, now=START - 3_600_000) > 0
    assert buckets.take(b"mira", SIX_A_MINUTE, now=START + 3_600_000) == 0


def test_zero_is_no_limit() -> None:
    buckets = TokenBuckets()
    assert not any(buckets.take(b"mira", Rate(0, 60), now=START) for _ in range(1_000))
    assert len(buckets) == 0


def test_a_flood_of_addresses_does_not_fill_the_memory() -> None:
    buckets = TokenBuckets(most=1_000)
    for number in range(10_000):
        buckets.take(b"%d" % number, SIX_A_MINUTE, now=START)
    assert len(buckets) == 1_000


def test_who_was_last_seen_is_forgotten_last() -> None:
    buckets = TokenBuckets(most=2)
    for key in (b"mira", b"jonas", b"mira", b"mira", b"mira", b"mira", b"mira", b"lea"):
        buckets.take(key, SIX_A_MINUTE, now=START)
    assert buckets.take(b"mira", SIX_A_MINUTE, now=START) > 0
