"""Which comments are published, held or spam, and the sentences that say why."""

from __future__ import annotations

import pytest

from afterword.core.markdown import parse
from afterword.core.model import Draft, Hold, Outcome, Policy, Status
from afterword.core.screening import RULES, SPAM_AT, Facts, screen, screen_edit

OPEN = Policy(hold=Hold.NONE)
KNOWN = Facts(known_author=True)
STRANGER = Facts()
THREE_LINKS = "https://a.example https://b.example [c](https://c.example)"


def draft(body: str = "Thank you.", *, honeypot: bool = False) -> Draft:
    return Draft(
        body, "Mira Osei", None, None, "00000000-0000-4000-8000-000000000000", honeypot=honeypot
    )


def screened(
    body: str = "Thank you.",
    facts: Facts = STRANGER,
    policy: Policy = OPEN,
    *,
    honeypot: bool = False,
) -> tuple[Outcome, list[str]]:
    written = draft(body, honeypot=honeypot)
    verdict = screen(written, parse(written.body), facts, policy)
    return verdict.outcome, [reason.rule for reason in verdict.reasons]


def test_what_no_rule_minds_is_published() -> None:
    assert screened() == (Outcome.PUBLISH, [])


@pytest.mark.parametrize(
    ("hold", "facts", "outcome", "rules"),
    [
        (Hold.NONE, STRANGER, Outcome.PUBLISH, []),
        (Hold.FIRST, STRANGER, Outcome.HOLD, ["new_author"]),
        (Hold.FIRST, KNOWN, Outcome.PUBLISH, []),
        (Hold.ALL, STRANGER, Outcome.HOLD, ["hold_all"]),
        (Hold.ALL, KNOWN, Outcome.HOLD, ["hold_all"]),
    ],
)
def test_the_site_says_whom_it_wants_to_see_first(
    hold: Hold, facts: Facts, outcome: Outcome, rules: list[str]
) -> None:
    assert screened(facts=facts, policy=Policy(hold=hold)) == (outcome, rules)


def test_a_filled_trap_is_spam_whoever_it_is() -> None:
    assert screened(facts=KNOWN, honeypot=True) == (Outcome.SPAM, ["trap"])


def test_more_links_than_the_site_allows_are_held() -> None:
    assert screened("https://a.example www.b.example", KNOWN) == (Outcome.PUBLISH, [])
    assert screened(THREE_LINKS, KNOWN) == (Outcome.HOLD, ["links"])
    assert screened("see https://a.example", KNOWN, Policy(max_links=0))[0] is Outcome.HOLD
    assert screened("![x](https://a.example/x.png) " * 3, KNOWN)[0] is Outcome.HOLD


def test_the_same_text_again_is_held() -> None:
    facts = Facts(known_author=True, recent_duplicate=True)
    assert screened(facts=facts) == (Outcome.HOLD, ["duplicate"])


def test_what_came_after_the_page_was_closed_is_held() -> None:
    assert screened(facts=Facts(known_author=True, page_closed=True))[1] == ["closed_page"]


@pytest.mark.parametrize("body", ["Thank you.", THREE_LINKS])
def test_members_are_published(body: str) -> None:
    facts = Facts(is_member=True, recent_duplicate=True)
    assert screened(body, facts, Policy(hold=Hold.ALL), honeypot=True) == (Outcome.PUBLISH, [])
    after = parse(THREE_LINKS)
    assert screen_edit([], after, facts, Policy(hold=Hold.ALL)).outcome is Outcome.PUBLISH


def test_doubts_add_up_but_only_the_trap_makes_spam() -> None:
    facts = Facts(page_closed=True, recent_duplicate=True)
    for hold in Hold:
        outcome, rules = screened(THREE_LINKS * 50, facts, Policy(hold=hold))
        assert outcome is Outcome.HOLD
        assert {"closed_page", "links", "duplicate"} <= set(rules)


def test_a_verdict_gives_its_status_and_sentences_for_people() -> None:
    facts = Facts(page_closed=True, recent_duplicate=True)
    verdict = screen(draft(honeypot=True), parse(THREE_LINKS), facts, Policy())
    assert verdict.status is Status.SPAM
    assert [reason.text for reason in verdict.reasons] == [
        "Filled in a field that people cannot see",
        "Came after the page was closed for comments",
        "First comment of this author",
        "3 links, and this site holds comments with more than 2",
        "The same text was sent to this site shortly before",
    ]
    assert all(0 < reason.weight <= SPAM_AT for reason in verdict.reasons)


def test_each_rule_has_a_name_of_its_own() -> None:
    assert len({rule.__name__ for rule in RULES}) == len(RULES)


@pytest.mark.parametrize(
    ("before", "after", "rules"),
    [
        ("Thank you.", "Thank you!", []),
        ("see https://a.example", "See https://a.example.", []),
        ("see https://a.example", "see nothing", []),
        ("Thank you.", "Thank you. https://a.example", ["added_links"]),
        ("https://a.example", "https://b.example", ["added_links"]),
        ("https://a.example", "https://a.example https://a.example", ["added_links"]),
        ("[good](https://a.example)", "[bad](https://a.example)", []),
        (THREE_LINKS, THREE_LINKS + " more", []),
    ],
)
def test_an_edit_that_adds_a_link_goes_back_to_the_moderators(
    before: str, after: str, rules: list[str]
) -> None:
    verdict = screen_edit(parse(before), parse(after), STRANGER, Policy())
    assert [reason.rule for reason in verdict.reasons] == rules
    assert verdict.outcome is (Outcome.HOLD if rules else Outcome.PUBLISH)


def test_a_site_that_holds_everything_holds_edits_too() -> None:
    same = parse("Thank you.")
    assert screen_edit(same, same, KNOWN, Policy(hold=Hold.ALL)).outcome is Outcome.HOLD


def test_the_sentence_of_an_edit_counts_what_is_new() -> None:
    verdict = screen_edit(parse("x"), parse(THREE_LINKS), KNOWN, Policy(max_links=9))
    assert [reason.text for reason in verdict.reasons] == ["The edit added 3 links"]
    verdict = screen_edit(parse("x"), parse("https://a.example"), KNOWN, Policy())
    assert [reason.text for reason in verdict.reasons] == ["The edit added 1 link"]
