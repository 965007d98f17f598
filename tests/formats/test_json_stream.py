"""JSON is read value by value in bounded memory, and what is broken is told with its place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from io import BytesIO

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.formats import json_stream
from afterword.formats.json_stream import Item, documents, members, typed
from afterword.formats.opening import MalformedFile, Opened
from afterword.formats.record import Passed

Reader = Callable[[Opened], Iterator[Item]]


def read(content: str | bytes, reader: Reader = documents) -> list[Item]:
    raw = BytesIO(content.encode() if isinstance(content, str) else content)
    return list(reader(Opened(raw, raw, len(raw.getvalue()))))


def values(items: list[Item]) -> list[object]:
    return [item.value for item in items]


def test_an_array_at_the_top_is_read_element_by_element() -> None:
    items = read('[{"a": 1},\n {"a": 2}\n]\n')
    assert items == [Item({"a": 1}, 1), Item({"a": 2}, 2)]


@pytest.mark.parametrize(
    "content", ['{"a":1}\n{"a":2}\n', '{"a":1}{"a":2}', '\x1e{"a":1}\n\x1e{"a":2}', '[{"a":1}]\n[{"a":2}]']
)  # fmt: skip
def test_documents_may_follow_each_other(content: str) -> None:
    assert values(read(content)) == [{"a": 1}, {"a": 2}]


def test_halves_of_characters_become_a_sign_for_what_is_unreadable() -> None:
    content = r'[{"a\uD83D": ["\ud83d\ude00 \udc00", 1.5, null]}, "\\\\ud800 \u00e4"]'
    assert values(read(content)) == [{"a\ufffd": ["😀 \ufffd", 1.5, None]}, "\\\\ud800 ä"]


@pytest.mark.parametrize("content", ["", " \n", "[]", "[ ]"])
def test_a_file_may_hold_nothing(content: str) -> None:
    assert read(content) == []


def test_a_byte_order_mark_says_nothing() -> None:
    assert values(read(b"\xef\xbb\xbf[1]")) == [1]


def test_members_are_named_and_their_arrays_read_element_by_element() -> None:
    content = '{"version": 1, "comments": [{"id": 7},\n{"id": 8}], "none": [], "more": {"a": [1]}}'
    assert read(content, members) == [
        Item(1, 1, "version"),
        Item({"id": 7}, 1, "comments"),
        Item({"id": 8}, 2, "comments"),
        Item({"a": [1]}, 2, "more"),
    ]


def test_an_object_inside_can_be_read_member_by_member() -> None:
    items = read(
        '{"type":"w","data":{"Comment":[1,2],"Users":{}}}',
        lambda opened: members(opened, inside=("data",)),
    )
    assert items == [
        Item("w", 1, "type"),
        Item(1, 1, "data.Comment"),
        Item(2, 1, "data.Comment"),
        Item({}, 1, "data.Users"),
    ]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ('[{"a":1},\n {"a":x}]', (2, 7)),
        ('[{"a":1},\n', (2, 1)),
        ('[{"a":1}\n 3]', (2, 2)),
        ('{"a":1} x', (1, 9)),
        ("[1,]", (1, 4)),
        ('["\x01"]', (1, 3)),
        ('["\\q"]', (1, 3)),
        ('["abc', (1, 2)),
        ("[NaN]", (1, 2)),
        ("[-Infinity]", (1, 2)),
        ("[" + "9" * 5000 + "]", (1, 2)),
        ("[0," + "[" * 100_000 + "]", (1, 4)),
        (b'[1, "\xff"]', None),
        (b"[1, \xe2\x82", None),
    ],
)
def test_what_is_broken_is_told_with_its_place(
    content: str | bytes, place: tuple[int, int] | None
) -> None:
    with pytest.raises(MalformedFile) as refusal:
        read(content)
    assert refusal.value.line == 1 if place is None else True
    assert place is None or (refusal.value.line, refusal.value.column) == place


@pytest.mark.parametrize(
    "content", ["", "[]", '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}', '{1:2}', '{"a":1}{', '{"a" 1}']
)  # fmt: skip
def test_a_file_that_is_no_object_has_no_members(content: str) -> None:
    with pytest.raises(MalformedFile):
        read(content, members)


def test_a_value_may_not_be_larger_than_memory_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "MAX_VALUE", 200_000)
    assert values(read('["' + "a" * 150_000 + '"]')) == ["a" * 150_000]
    with pytest.raises(MalformedFile, match="longer than 200,000"):
        read('["' + "a" * 900_000 + '"]')


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(st.lists(JSON, max_size=8), st.booleans(), st.integers(1, 7))
def test_pieces_of_any_size_give_the_same_values(
    found: list[object], plain: bool, size: int
) -> None:
    content = json.dumps(found, ensure_ascii=plain, indent=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "_CHUNK", size)
        assert values(read(content)) == found


class Vote(msgspec.Struct):
    up: int
    at: str = ""


def test_a_value_becomes_a_struct_or_says_why_not() -> None:
    assert typed(Item({"up": "3", "more": 1}, 4), Vote) == Vote(3)
    passed = typed(Item({"up": "many"}, 4), Vote)
    assert isinstance(passed, Passed)
    assert passed.place == "line 4"
    assert "up" in passed.reason
