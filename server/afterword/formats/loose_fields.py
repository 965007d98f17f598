"""Members of JSON objects where every exporter has its own way to write a number, a date or a yes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from math import isfinite
from typing import Any

from afterword.formats import iso_time
from afterword.formats.json_stream import Item
from afterword.formats.record import Passed

# As databases write an id, a date or a large number into JSON.
_WRAPPED = ("$oid", "$numberLong", "$date", "iso")
# `2021-10-28 20:50:15.5 +0800 CST m=+0.1` is how Go prints a time.
_DATE = re.compile(
    r"(\d{4})[-/](\d\d)[-/](\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d+)?) ?(Z|[+-]\d\d:?\d\d)?(?: .*)?"
)
_SECONDS_END = 100_000_000_000
"""Below it a number is seconds, from it on milliseconds: the year 5138, or 1973."""


@dataclass(frozen=True, slots=True)
class Fields:
    """The members of one object; what is not there is empty."""

    values: Mapping[str, Any]

    def text(self, *names: str) -> str:
        """The first of these that says something."""
        for name in names:
            if found := _text(self.values.get(name)):
                return found
        return ""

    def id(self, name: str) -> str:
        """The name of another object; empty where there is none."""
        found = self.text(name)
        return "" if found == "0" else found

    def is_so(self, *names: str) -> bool:
        """Whether one of these says yes."""
        return any(_text(self.values.get(name)).lower() in ("true", "1") for name in names)

    def count(self, name: str) -> int:
        """A number, or how many there are in a list."""
        value = self.values.get(name)
        return len(value) if isinstance(value, list) else int(_number(_text(value)) or 0)

    def time(self, *names: str) -> int | None:
        """Milliseconds since 1970 UTC, by the first of these that is a date."""
        found = (_time(_text(self.values.get(name))) for name in names)
        return next((at for at in found if at is not None), None)

    def made_up_id(self, *names: str) -> str:
        """The same in each export for an object without a number, by what these say."""
        said = repr([self.text(name) for name in names])
        return f"unnumbered-{sha256(said.encode('utf-8', 'replace')).hexdigest()[:20]}"


def fields_of(item: Item) -> Fields | Passed:
    """The members of the object; or where something else stands."""
    if isinstance(item.value, dict):
        return Fields(item.value)
    return Passed(f"line {item.line}", "Where a comment should stand is something else.")


def _text(value: Any) -> str:
    if isinstance(value, str):  # as nearly all are
        return value
    match _unwrapped(_unwrapped(value)):
        case str(found):
            return found
        case bool(found):
            return "true" if found else "false"
        case int(found):
            return str(found)
        case float(found) if isfinite(found):
            return f"{found:.0f}"
        case _:
            return ""


def _unwrapped(value: Any) -> Any:
    """What `{"$oid": …}` and its like hold; dates are wrapped twice."""
    if not isinstance(value, dict):
        return value
    return next((value[name] for name in _WRAPPED if name in value), None)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None


def _time(text: str) -> int | None:
    text = text.strip()
    number = _number(text)
    if number is not None:
        return int(number * 1000 if number < _SECONDS_END else number)
    found = _DATE.fullmatch(text)
    if found is None:
        return iso_time.milliseconds(text)
    year, month, day, clock, zone = found.groups()
    return iso_time.milliseconds(f"{year}-{month}-{day} {clock}{zone or ''}")
