"""The filter is silent until it was taught, forgets exactly, and says why."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.core.classifier import ENOUGH, Opinion, Seen, Telling, judge, named, say, weight
from afterword.core.features import EVERY, features
from afterword.core.markdown import parse

GOOD = "The weir was rebuilt in the spring"
SPAM = "Subscribe to my channel https://tube.example.com/"


def counts(good: int, spam: int) -> dict[str, Seen]:
    of_good, of_spam = features(parse(GOOD)), features(parse(SPAM))
    tokens = {*of_good, *of_spam}
    return {each: Seen(good * (each in of_good), spam * (each in of_spam)) for each in tokens}


@pytest.mark.parametrize("taught", [(0, 0), (ENOUGH - 1, 90), (90, ENOUGH - 1)])
def test_it_says_nothing_before_it_knows_enough_of_both_kinds(taught: tuple[int, int]) -> None:
    assert judge(features(parse(SPAM)), counts(*taught)) is None


def test_what_reads_like_spam_is_above_zero_and_the_rest_below() -> None:
    seen = counts(ENOUGH, ENOUGH)
    bad, good = (judge(features(parse(text)), seen) for text in (SPAM, GOOD))
    assert bad is not None and good is not None
    assert bad.score > 5
    assert good.score < -5


def test_of_a_text_that_shares_nothing_with_any_other_little_is_said() -> None:
    opinion = judge(("all", "word:zyx", "word:xyz"), counts(ENOUGH, ENOUGH))
    assert opinion == Opinion(0.0)


def test_nobodys_name_speaks_for_a_comment() -> None:
    every = Seen(50, 50)
    assert weight("name:mira", Seen(50, 0), every) == 0
    assert weight("name:loans", Seen(0, 50), every) > 0
    assert weight("word:mira", Seen(50, 0), every) < 0


def test_the_sentence_names_what_speaks_loudest_and_nothing_twice() -> None:
    telling = (
        Telling("links:3", 4.2),
        Telling("pair:my channel", 4.0),
        Telling("word:channel", 3.5),
        Telling("word:weir", -3.2),
        Telling("host:tube.example.com", 3.0),
        Telling("capitals:0", 2.9),
        Telling("word:subscribe", 2.0),
        Telling("word:later", 1.0),
    )
    assert named(Opinion(5.0, telling)) == "“my channel”, link to tube.example.com, “subscribe”"


def test_where_no_word_speaks_its_looks_are_named() -> None:
    telling = (Telling("capitals:4", 2.0), Telling("stretched:yes", 1.0))
    assert named(Opinion(2.0, telling)) == "mostly capitals, one character many times"


def test_a_longer_token_takes_the_place_of_what_it_holds() -> None:
    telling = (Telling("word:channel", 4.0), Telling("pair:my channel", 3.5))
    assert named(Opinion(5.0, telling)) == "“my channel”"


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("word:free", "“free”"),
        ("stem:subs", "“subs…”"),
        ("stem:<lin", ""),
        ("url:shoes", "“shoes” in a link"),
        ("url:com", ""),
        ("name:loans", "the name “loans”"),
        ("links:3", "three links or more"),
        ("pair:<link> <number>", ""),
        ("pair:visit <link>", "“visit …”"),
        ("length:3", ""),
        (EVERY, ""),
    ],
)
def test_a_token_is_said_in_words_of_people(token: str, words: str) -> None:
    assert say(token) == words


@given(
    st.lists(st.tuples(st.sampled_from(["a b", "b c d", "c https://x.example/"]), st.booleans()))
)
def test_taking_back_a_decision_leaves_the_counts_as_they_were(
    decisions: list[tuple[str, bool]],
) -> None:
    counted: Counter[tuple[str, bool]] = Counter()
    for text, spam in decisions:
        counted.update((token, spam) for token in features(parse(text)))
    for text, spam in reversed(decisions):
        counted.subtract((token, spam) for token in features(parse(text)))
    assert not +counted
    assert not -counted
