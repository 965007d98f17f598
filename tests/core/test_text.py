"""Cleaning of strangers' text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterword.core.text import is_blank, is_storable, one_line


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "a\udfffb"])
def test_what_a_database_would_not_give_back_is_not_storable(text: str) -> None:
    assert not is_storable(text)


def test_characters_beyond_the_basic_plane_are_storable() -> None:
    assert is_storable("a\n\t\U0001f600\uffff")


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b\ufeff", "\u2800", "\u3164\u00a0\u200d"])
def test_what_nobody_sees_is_blank(text: str) -> None:
    assert is_blank(text)
    assert one_line(text) == ""


@given(st.text())
@settings(derandomize=True, max_examples=200, deadline=None)
def test_one_line_is_one_line_and_stays_as_it_is(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert one_line(line) == line
