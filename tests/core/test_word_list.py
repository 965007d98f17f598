"""Words of a site's list are found however they are disguised, and never slowly."""

from __future__ import annotations

import time

import pytest

from afterword.core.word_list import WordList, folded


def found(text: str, *entries: str) -> list[str]:
    return WordList(entries).found([text])


@pytest.mark.parametrize(
    ("entry", "text", "is_found"),
    [
        ("casino", "the casino opens", True),
        ("casino", "Casino!", True),
        ("casino", "casinos", False),
        ("casino", "https://casino.example/", True),
        ("casino", "https://mycasino.example/", False),
        ("*casino*", "https://mycasinos.example/", True),
        ("*casino", "mycasino", True),
        ("*casino", "casinos", False),
        ("casino*", "casinos", True),
        ("casino*", "mycasino", False),
        ("cheap pills", "Cheap\n  pills", True),
        ("cheap pills", "cheap red pills", False),
        (" CASINO ", "casino", True),
        ("$$$", "make $$$ now", True),
        ("c++", "I like C++, too", True),
        ("casino", "ca\u200bsi\u00adno", True),
        ("casino", "ｃａｓｉｎｏ", True),
        ("casino", "𝕮𝖆𝖘𝖎𝖓𝖔", True),
        ("straße", "STRASSE", True),
        ("赌场", "最好的赌场在这里", True),
        ("카지노", "카지노에서", True),
        ("казино", "казино.", True),
        ("казино", "казинош", False),
        ("*", "anything", False),
        ("", "anything", False),
        ("***", "anything", False),
    ],
)
def test_an_entry_is_a_word_or_stands_anywhere(entry: str, text: str, is_found: bool) -> None:
    assert found(text, entry) == ([entry] if is_found else [])


@pytest.mark.parametrize("entry", ["(a+)+$", ".*", "[a-z]", "a|b", "\\w+"])
def test_an_entry_is_text_and_no_pattern(entry: str) -> None:
    assert found("aaaa b", f"*{entry}*") == []
    assert found(f"say {entry} here", f"*{entry}*") == [f"*{entry}*"]


def test_every_entry_is_found_once_in_the_order_of_the_text() -> None:
    assert found("his hers she", "*he*", "she", "his", "hers", "none") == [
        "his",
        "*he*",
        "hers",
        "she",
    ]


def test_a_phrase_does_not_reach_from_one_field_into_the_next() -> None:
    assert WordList(["good day"]).found(["good", "day"]) == []
    assert WordList(["good day"]).found(["good", "good day"]) == ["good day"]


def test_what_is_compared_has_neither_case_nor_style_nor_hidden_characters() -> None:
    assert folded("  A\u200d\u00a0 B\tſ ") == "a b s"


def test_hostile_texts_and_lists_take_a_time_that_grows_with_the_text_alone() -> None:
    entries = [f"*{'a' * length}b*" for length in range(2, 79)]
    entries += [f"*{'ab' * length}c*" for length in range(1, 39)]
    words = WordList(entries)

    def taken(text: str) -> float:
        began = time.process_time()
        assert words.found([text]) == []
        return time.process_time() - began

    for part in ("a", "ab"):
        short = min(taken(part * (5_000 // len(part))) for _ in range(3))
        long = min(taken(part * (40_000 // len(part))) for _ in range(3))
        assert long < 8 * 3 * short, (part, short, long)
