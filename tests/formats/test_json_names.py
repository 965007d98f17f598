"""JSON is recognised by its names, whatever its texts speak of."""

from __future__ import annotations

import json

import pytest

from afterword.formats.json_names import names


@pytest.mark.parametrize("before", [b"", b" \n", b"\xef\xbb\xbf", b"["])
def test_names_at_any_depth_are_found(before: bytes) -> None:
    assert names(before + b'{"a" : {"b":[{"c_1":1},{"d') == {"a", "b", "c_1"}


def test_what_a_text_says_is_no_name() -> None:
    said = json.dumps({"text": 'Look: {"commentHex": 1} and "version":'})
    assert names(said.encode()) == {"text"}


def test_other_files_have_none() -> None:
    assert names(b'<a>{"a":1}</a>') == names(b"") == frozenset()
