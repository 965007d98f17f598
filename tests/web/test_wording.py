from __future__ import annotations

import pytest

from afterword.core.model import Act, Reason
from afterword.web import wording
from afterword.web.wording import DAY, HOUR, MINUTE

NOW = 1_773_324_309_000
"""12 March 2026, 14:05:09 UTC."""


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (-5_000, "just now"),
        (0, "just now"),
        (MINUTE - 1, "just now"),
        (MINUTE, "1 minute ago"),
        (59 * MINUTE, "59 minutes ago"),
        (HOUR, "1 hour ago"),
        (DAY - 1, "23 hours ago"),
        (DAY, "yesterday"),
        (2 * DAY, "2 days ago"),
        (30 * DAY, "30 days ago"),
        (31 * DAY, "9 February 2026"),
    ],
)
def test_how_long_ago(passed: int, words: str) -> None:
    assert wording.ago(NOW - passed, NOW) == words


def test_a_moment_for_machines_and_for_people() -> None:
    assert wording.iso(NOW) == "2026-03-12T14:05:09Z"
    assert wording.exact(NOW) == "12 March 2026, 14:05 UTC"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Mira Osei", "MO"),
        ("mira", "M"),
        ("Ana de la Cruz", "AC"),
        ("村上 結衣", "村結"),
        ("🙂 Tom", "T"),
        ("***", "*"),
        ("", ""),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert wording.initials(name) == letters


@pytest.mark.parametrize(("weight", "text"), [(2, "+2"), (1.5, "+1.5"), (-1.44, "−1.4"), (0, "+0")])
def test_weights_carry_their_sign(weight: float, text: str) -> None:
    assert wording.weight(Reason("rule", weight, "Because")) == text


def test_what_an_act_did_is_counted() -> None:
    assert wording.done(Act.APPROVE, 1) == "1 comment approved"
    assert wording.done(Act.SPAM, 2) == "2 comments marked as spam"
    assert wording.count(1_200, "reply", "replies") == "1,200 replies"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(900, "15 minutes"), (60, "1 minute"), (3600, "1 hour"), (90, "90 seconds"), (0, "0 seconds")],
)
def test_durations_read_as_people_say_them(seconds: int, text: str) -> None:
    assert wording.duration(seconds) == text
