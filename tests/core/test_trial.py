"""What was written is judged again; what only the moment knew counts as it did then."""

from __future__ import annotations

from dataclasses import fields

import pytest

from afterword.core.markdown import parse
from afterword.core.model import Hold, Outcome, Policy, Reason, Status
from afterword.core.rules import RULES, SPAM_AT, Facts
from afterword.core.trial import ASKED_AGAIN, OFF, Past, compare, is_error, screen_again

OPEN = Policy(hold=Hold.NONE)
FACTS_OF_PAST = {"known_author"}


def past(text: str = "The weir", *sheet: Reason, known: bool = False, name: str = "Mira") -> Past:
    return Past(parse(text), (name,), sheet, known)


@pytest.mark.parametrize(
    ("policy", "outcome"),
    [
        (OPEN, Outcome.PUBLISH),
        (Policy(hold=Hold.FIRST), Outcome.HOLD),
        (Policy(hold=Hold.ALL), Outcome.HOLD),
        (Policy(hold=Hold.NONE, hold_words=("weir",)), Outcome.HOLD),
        (Policy(hold=Hold.NONE, block_words=("mira",)), Outcome.SPAM),
        (Policy(hold=Hold.NONE, max_links=0), Outcome.HOLD),
        (Policy(hold=Hold.NONE, max_links=0, known_hosts=("example.org",)), Outcome.PUBLISH),
        (Policy(hold=Hold.NONE, max_links=0, quiet_rules=("links",)), Outcome.PUBLISH),
    ],
)
def test_text_is_judged_by_the_rules_that_are_tried(policy: Policy, outcome: Outcome) -> None:
    assert screen_again(past("The weir, https://example.org/a"), policy).outcome is outcome


def test_who_was_known_then_is_known() -> None:
    assert screen_again(past(known=True), Policy(hold=Hold.FIRST)).outcome is Outcome.PUBLISH


def test_what_the_sheet_says_of_text_is_not_believed() -> None:
    sheet = (Reason("links", 1.0, "3 links"), Reason("block_words", SPAM_AT, "Says “old”"))
    assert screen_again(past("The weir", *sheet), OPEN).outcome is Outcome.PUBLISH


def test_what_the_sheet_says_of_the_moment_counts() -> None:
    haste = Reason("too_fast", 1.0, "Written within 1 second")
    found = screen_again(past("The weir", haste), OPEN)
    assert (found.outcome, found.reasons) == (Outcome.HOLD, (haste,))
    quiet = Policy(hold=Hold.NONE, quiet_rules=("too_fast",))
    assert screen_again(past("The weir", haste), quiet).outcome is Outcome.PUBLISH


@pytest.mark.parametrize(
    ("rule", "off"),
    [
        ("too_fast", Policy(hold=Hold.NONE, min_seconds=0)),
        ("address_rate", Policy(hold=Hold.NONE, address_rate=0)),
        ("page_rate", Policy(hold=Hold.NONE, page_rate=0)),
        ("site_rate", Policy(hold=Hold.NONE, site_rate=0)),
        ("learnt", Policy(hold=Hold.NONE, learning=False)),
        ("proof", Policy(hold=Hold.NONE, proof="off")),
        ("akismet", OPEN),
        ("akismet_silent", OPEN),
    ],
)
def test_a_rule_that_is_off_altogether_says_nothing(rule: str, off: Policy) -> None:
    on = Policy(hold=Hold.NONE, akismet=True)
    found = past("The weir", Reason(rule, 1.0, "Said then"))
    assert screen_again(found, on).outcome is Outcome.HOLD
    assert screen_again(found, off).outcome is Outcome.PUBLISH


def test_a_quick_look_misses_nothing_that_a_slow_one_finds() -> None:
    texts = ("", "casino", "a CASINO\n\nb", "ｃａｓｉｎｏs", "https://casino.example", "occasion")
    pasts = [past(text, name=name) for text in texts for name in ("Mira", "Ed", "Casino Royal")]
    entries = ("casino", "*royal", "o*", "mira", "cas ino")
    tried = Policy(hold=Hold.NONE, hold_words=entries[:3], block_words=entries[3:], max_links=0)
    slow = [(screen_again(each, OPEN), screen_again(each, tried)) for each in pasts]
    assert list(compare(pasts, OPEN, tried)) == slow
    assert {after.outcome for _, after in slow} == set(Outcome)


def test_a_list_that_is_quiet_is_not_looked_through() -> None:
    tried = Policy(hold=Hold.NONE, block_words=("weir",), quiet_rules=("block_words",))
    [(_, after)] = compare([past()], OPEN, tried)
    assert after.outcome is Outcome.PUBLISH


def test_the_rules_that_are_asked_again_are_rules() -> None:
    names = {rule.__name__ for rule in RULES}
    assert set(ASKED_AGAIN) <= names
    assert not set(ASKED_AGAIN) & set(OFF)
    assert {field.name for field in fields(Facts)} >= FACTS_OF_PAST


@pytest.mark.parametrize(
    ("status", "outcome", "wrong"),
    [
        (Status.APPROVED, Outcome.PUBLISH, False),
        (Status.APPROVED, Outcome.HOLD, True),
        (Status.APPROVED, Outcome.SPAM, True),
        (Status.SPAM, Outcome.PUBLISH, True),
        (Status.REMOVED, Outcome.PUBLISH, True),
        (Status.SPAM, Outcome.HOLD, False),
        (Status.PENDING, Outcome.PUBLISH, False),
        (Status.PENDING, Outcome.HOLD, False),
    ],
)
def test_an_error_is_what_stands_against_the_decision_of_people(
    status: Status, outcome: Outcome, wrong: bool
) -> None:
    assert is_error(status, outcome) is wrong
