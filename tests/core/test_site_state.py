from __future__ import annotations

from afterword.core.model import Policy
from afterword.core.site_state import differences, state, undone

OLD = state("blog", ("https://a.example", "https://b.example"), Policy(reactions=("👍", "👎")))


def test_only_what_differs_is_noted() -> None:
    new = state("notes", ("https://b.example", "https://a.example"), Policy(reactions=("👍", "👎")))
    assert differences(OLD, new) == ({"site": "blog"}, {"site": "notes"})
    assert differences(OLD, OLD) == ({}, {})


def test_undo_sets_what_is_still_as_the_change_left_it() -> None:
    before, after = {"max_length": 10_000, "votes": "up"}, {"max_length": 500, "votes": "off"}
    current = {**OLD, "max_length": 500, "votes": "both"}
    assert undone(current, before, after) == {"max_length": 10_000}


def test_of_lists_undo_takes_back_what_came_and_brings_back_what_went() -> None:
    before, after = {"reactions": ["👍", "👎"]}, {"reactions": ["👍", "🎉"]}
    current = {"reactions": ["👍", "🎉", "🦉"]}
    assert undone(current, before, after) == {"reactions": ["👍", "🦉", "👎"]}
