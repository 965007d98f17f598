"""Dates come to the millisecond, from whatever zone and with however many digits."""

from __future__ import annotations

import pytest

from afterword.formats.iso_time import milliseconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-09-13T12:26:40Z", 1_600_000_000_000),
        ("2020-09-13T07:26:40.722999999-05:00", 1_600_000_000_722),
        ("2020-09-13 12:26:40", 1_600_000_000_000),
        (" 2020-09-13T12:26:40.5Z ", 1_600_000_000_500),
        ("1969-12-31T23:59:59Z", -1_000),
        ("0001-01-01T00:00:00Z", -62_135_596_800_000),
        ("0001-01-01T00:00:00+05:00", -62_135_614_800_000),
        ("yesterday", None),
        ("2020-02-30T00:00:00Z", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_are_milliseconds(text: str | None, expected: int | None) -> None:
    assert milliseconds(text) == expected
