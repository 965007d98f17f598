"""When somebody wants to be asked again, in either of the two ways to say it."""

from __future__ import annotations

import pytest

from afterword.core.backoff import FIRST, LONGEST, SHORTEST, TRIES, wait_after
from afterword.core.retry_after import retry_after
from afterword.core.webhook import FIRST_REST, LONGEST_REST, rest

NOW = 1_800_000_000_000  # Fri, 15 Jan 2027 08:00:00 GMT


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("120", 120_000),
        (" 0 ", 0),
        ("Fri, 15 Jan 2027 08:02:00 GMT", 120_000),
        ("Fri, 15 Jan 2027 07:00:00 GMT", 0),
        ("Friday, 15-Jan-27 08:02:00 GMT", 120_000),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("١٢", None),
        ("9" * 400, None),
        ("Fri, 99 Foo 2027 08:02:00 GMT", None),
        ("Fri, 15 Jan 99999 08:02:00 GMT", None),
    ],
)
def test_seconds_and_dates_are_read_and_all_else_is_not(text: str, wait: int | None) -> None:
    assert retry_after(text, now=NOW) == wait


def test_a_wish_is_believed_within_limits() -> None:
    assert rest(1, 5_000) == wait_after(1, 5_000) == 5_000
    assert rest(1, 0) == wait_after(1, 0) == SHORTEST
    assert rest(1, 600_000) == wait_after(1, 600_000) == 600_000
    assert rest(1, 10**12) == wait_after(1, 10**12) == LONGEST


def test_who_goes_on_failing_is_tried_as_seldom_as_everybody_who_does() -> None:
    assert rest(3, 0) == 4 * FIRST_REST
    assert rest(50, 0) == LONGEST_REST
    assert rest(50, LONGEST) == LONGEST
    assert wait_after(3, 0) == 4 * FIRST
    assert wait_after(TRIES, 1_000) is None
