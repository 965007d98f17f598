"""Days and minutes as they are written out."""

from __future__ import annotations

from afterword.core.dates import day_text, minute_text

NOON = 1_773_316_800_000


def test_days_and_minutes_are_those_of_utc() -> None:
    assert day_text(NOON) == "12 March 2026"
    assert day_text(NOON + 12 * 3_600_000 - 1) == "12 March 2026"
    assert day_text(NOON + 12 * 3_600_000) == "13 March 2026"
    assert minute_text(NOON) == "12 March 2026, 12:00 UTC"


def test_what_ends_within_a_minute_is_over_at_the_next() -> None:
    assert minute_text(NOON + 1) == "12 March 2026, 12:01 UTC"
    assert minute_text(NOON + 12 * 3_600_000 - 1) == "13 March 2026, 00:00 UTC"
