"""What hostile Markdown costs: counted in calls, so that a busy machine cannot change the answer."""

from __future__ import annotations

import json
from cProfile import Profile

import pytest

from afterword.core.errors import Invalid
from afterword.core.markdown import MAX_BYTES, parse
from afterword.core.model import Tree
from tests.support.pathological import PATHOLOGICAL

LENGTH = 10_000
MOST_CALLS = 220 * LENGTH
"""The dearest source here, `![` repeated, takes 200 calls a character: 150 ms."""


def tree_of(source: str) -> Tree | None:
    try:
        return parse(source)
    except Invalid:
        return None


def calls(source: str) -> int:
    profile = Profile()
    profile.enable()
    try:
        tree_of(source)
    finally:
        profile.disable()
    return sum(entry.callcount for entry in profile.getstats())


@pytest.mark.parametrize("name", PATHOLOGICAL)
def test_twice_the_text_is_about_twice_the_work(name: str) -> None:
    half, whole = (calls(PATHOLOGICAL[name](length)) for length in (LENGTH // 2, LENGTH))
    assert whole <= MOST_CALLS
    assert whole <= 2.6 * half + 2_000


@pytest.mark.parametrize("name", PATHOLOGICAL)
def test_no_text_makes_a_tree_out_of_proportion(name: str) -> None:
    source = PATHOLOGICAL[name](LENGTH)
    size = len(json.dumps(tree_of(source), ensure_ascii=False, separators=(",", ":")).encode())
    assert size <= min(MAX_BYTES, 10 * len(source.encode()) + 4_096)
