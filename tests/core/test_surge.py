"""When comments are a flood, and when it is over: by simulated days."""

from __future__ import annotations

import pytest

from afterword.core.surge import (
    FACTOR,
    LEAST,
    MINUTE,
    RECENT,
    REST,
    TOLD_FOR,
    USUAL,
    Tide,
    counted,
    is_to_tell,
    judged,
    later,
    switched,
    with_told,
)

HOUR = 60 * MINUTE
START = 1_800_000_000_000


def flowing(tide: Tide, *, start: int, minutes: int, per_minute: float, guard: bool = True) -> Tide:
    """Comments at a steady rate, judged at each."""
    for number in range(int(minutes * per_minute)):
        now = start + int(number * MINUTE / per_minute)
        tide = judged(counted(tide, now, usual=not tide.is_surge), now, guard=guard)
    return tide


def test_a_quiet_site_stays_calm() -> None:
    tide = flowing(Tide(), start=START, minutes=24 * 60, per_minute=0.5)
    assert not tide.is_surge
    assert tide.per_minute() == pytest.approx(0.5, rel=0.3)


def test_a_lively_evening_is_no_surge_on_a_lively_site() -> None:
    usual = Tide(at=START, recent=25, usual=USUAL / MINUTE * 5)
    assert usual.threshold() > LEAST
    busy = flowing(usual, start=START, minutes=60, per_minute=20)
    assert not busy.is_surge


def test_a_flood_is_seen_within_as_many_comments_as_are_no_flood() -> None:
    few = flowing(Tide(), start=START, minutes=1, per_minute=LEAST - 1)
    many = flowing(Tide(), start=START, minutes=1, per_minute=LEAST + 5)
    assert not few.is_surge
    assert many.is_surge
    assert START < (many.began_at or 0) < START + MINUTE


def test_it_ends_by_itself_when_comments_come_as_usual() -> None:
    tide = flowing(Tide(), start=START, minutes=10, per_minute=1_600)
    end = START + 10 * MINUTE
    still = judged(tide, end + 10 * MINUTE, guard=True)
    over = judged(tide, end + 60 * MINUTE, guard=True)
    assert still.is_surge
    assert not over.is_surge


def test_a_flood_does_not_become_what_is_usual() -> None:
    before = flowing(Tide(), start=START, minutes=24 * 60, per_minute=0.5)
    begin = START + 24 * HOUR
    after = flowing(before, start=begin, minutes=10, per_minute=1_600)
    assert after.is_surge
    assert after.usual < before.usual + 2 * LEAST


def test_at_the_edge_it_does_not_flicker() -> None:
    """Once begun, a rate that would not begin it does not end it either."""
    tide = flowing(Tide(), start=START, minutes=2, per_minute=LEAST)
    assert tide.is_surge
    turns = 0
    now = START + 2 * MINUTE
    for _ in range(600):
        now += 15_000
        was = tide.is_surge
        tide = judged(counted(tide, now, usual=not was), now, guard=True)
        turns += tide.is_surge != was
    assert turns == 0


def test_without_the_guard_none_begins_and_one_that_is_on_still_ends() -> None:
    assert not flowing(Tide(), start=START, minutes=1, per_minute=500, guard=False).is_surge
    on = flowing(Tide(), start=START, minutes=1, per_minute=500)
    assert not judged(on, START + HOUR, guard=False).is_surge


def test_one_begun_by_hand_lasts_until_it_is_ended_by_hand() -> None:
    on = switched(Tide(), START, on=True)
    assert judged(on, START + 48 * HOUR, guard=True).is_surge
    assert not switched(on, START + HOUR, on=False).is_surge


def test_after_an_end_by_hand_the_site_is_left_alone_for_an_hour() -> None:
    off = switched(
        flowing(Tide(), start=START, minutes=1, per_minute=500), START + MINUTE, on=False
    )
    assert not judged(off, START + MINUTE + REST - 1, guard=True).is_surge
    again = flowing(off, start=START + MINUTE + REST, minutes=1, per_minute=500)
    assert again.is_surge


def test_the_owner_is_told_once_however_often_it_comes_back() -> None:
    on = flowing(Tide(), start=START, minutes=1, per_minute=500)
    began = on.began_at or 0
    assert is_to_tell(on, began)
    told = with_told(on, began)
    assert not is_to_tell(told, began + MINUTE)
    over = judged(told, began + 2 * HOUR, guard=True)
    back = flowing(over, start=began + 2 * HOUR, minutes=1, per_minute=500)
    assert back.is_surge
    assert not is_to_tell(back, began + 2 * HOUR + MINUTE)
    assert is_to_tell(back, began + TOLD_FOR)


def test_nobody_is_told_of_what_they_did_themselves() -> None:
    assert not is_to_tell(switched(Tide(), START, on=True), START)


def test_a_clock_that_was_put_back_changes_nothing() -> None:
    tide = counted(Tide(), START, usual=True)
    assert later(tide, START - HOUR) == tide


def test_the_count_fades() -> None:
    tide = counted(Tide(), START, usual=True)
    assert later(tide, START + RECENT).recent == pytest.approx(0.3679, abs=1e-4)
    assert FACTOR > 1
