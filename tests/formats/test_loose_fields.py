"""Numbers, dates and a yes are read whatever an exporter makes of them."""

from __future__ import annotations

from typing import Any

import pytest

from afterword.formats.loose_fields import Fields


def deep(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = {"$oid": value}
    return value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"), (7, "7"), (7.0, "7"), (True, "true"), (None, ""), ([1], ""), (1e999, ""),
        ({"$oid": "5f"}, "5f"), ({"$date": {"$numberLong": "5"}}, "5"), ({"other": 1}, ""),
        (10**400, "1" + "0" * 400), (deep(900), ""),
    ],
    ids=str,
)  # fmt: skip
def test_anything_has_a_text(value: object, text: str) -> None:
    assert Fields({"name": value}).text("name") == text


@pytest.mark.parametrize(
    ("value", "count"),
    [(3, 3), ("3", 3), (["a", "b"], 2), (None, 0), ("", 0), ("many", 0), ("inf", 0), (10**400, 0)],
    ids=str,
)
def test_anything_has_a_count(value: object, count: int) -> None:
    assert Fields({"name": value}).count("name") == count


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ({"__type": "Date", "iso": "2021-10-26T13:00:38.196Z"}, 1_635_253_238_196),
        ({"$date": {"$numberLong": "1635253238196"}}, 1_635_253_238_196),
        ({"$date": "2021-10-26T13:00:38.196Z"}, 1_635_253_238_196),
        (1_635_253_238_196.0, 1_635_253_238_196),
        (10**400, None),
        ("0001-01-01 00:00:00 +0000 UTC", -62_135_596_800_000),
    ],
    ids=str,
)
def test_a_date_is_read_in_any_wrapping(value: object, at: int | None) -> None:
    assert Fields({"name": value}).time("name") == at
