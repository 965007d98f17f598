from __future__ import annotations

import csv
import io

import pytest

from afterword.core.csv_text import csv_line


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "  =1"])
def test_what_a_spreadsheet_would_calculate_stays_text(text: str) -> None:
    (row,) = csv.reader(io.StringIO(csv_line([text]), newline=""))
    assert row == [f"'{text}"]


def test_all_else_comes_back_as_it_was() -> None:
    cells = ['a "b", c', "two\nlines", "é", "1-2", ""]
    (row,) = csv.reader(io.StringIO(csv_line([*cells, 7, None]), newline=""))
    assert row == [*cells, "7", ""]
