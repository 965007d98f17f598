"""Tables as CSV that a spreadsheet shows and never runs."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""With which spreadsheets begin to calculate, or look past them for what does."""


def csv_line(cells: Iterable[object]) -> str:
    """One line; a text that could be a formula gets an apostrophe before it."""
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(map(_safe, cells))
    return line.getvalue()


def _safe(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(_STARTS) else text
