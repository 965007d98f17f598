"""Which comments are published, held or spam, and the sentences that say why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from afterword.core.markdown import parse
from afterword.core.model import Draft, Hold, Outcome, Policy, Status
from afterword.core.rules import EDIT_RULES, NEVER_QUIET, RULES, SPAM_AT, Facts, Written
from afterword.core.screening import screen, screen_edit

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
    assert {rule.__name__ for rule in (*RULES, *EDIT_RULES)} >= NEVER_QUIET


def test_a_reason_has_the_name_of_its_rule() -> None:
    policy = Policy(Hold.ALL, block_words=("thank",), hold_words=("you",), max_links=0)
    facts = Facts(False, False, True, True, "a ban", 99, 99, 99, 0.5)
    after = parse(f"Thank you. {THREE_LINKS}")
    for rule in (*RULES, *EDIT_RULES):
        for each in (policy, replace(policy, hold=Hold.FIRST)):
            reason = rule(Written(after, facts, each, trap_filled=True, before=[]))
            assert reason is None or reason.rule == rule.__name__


def test_a_site_can_switch_a_rule_off_but_never_a_ban_or_its_own_hold() -> None:
    facts = Facts(recent_duplicate=True)
    quiet = Policy(hold=Hold.NONE, quiet_rules=("duplicate", "links"))
    assert screened(THREE_LINKS, facts, quiet) == (Outcome.PUBLISH, [])
    assert screened(THREE_LINKS, facts)[1] == ["links", "duplicate"]
    for hold, rule in ((Hold.ALL, "hold_all"), (Hold.FIRST, "new_author")):
        loud = Policy(hold=hold, quiet_rules=tuple(sorted(NEVER_QUIET)))
        assert screened(policy=loud) == (Outcome.HOLD, [rule])
        assert screened(facts=Facts(shadow_ban="Noa"), policy=loud)[0] is Outcome.SPAM


def test_whoever_is_banned_without_being_told_is_spam() -> None:
    assert screened(facts=Facts(known_author=True, shadow_ban="Noa")) == (
        Outcome.SPAM,
        ["shadow_ban"],
    )
    verdict = screen_edit([], [], Facts(shadow_ban="Noa"), OPEN)
    assert (verdict.outcome, verdict.reasons[0].text) == (
        Outcome.SPAM,
        "Banned without being told: Noa",
    )


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ({"body": "A **ca**sino here"}, True),
        ({"body": "[here](https://casino.example)"}, True),
        ({"body": "Hello", "name": "Casino Royal"}, True),
        ({"body": "Hello", "website": "https://casino.example/"}, True),
        ({"body": "Hello", "email": "casino@example.org"}, True),
        ({"body": "Hello"}, False),
        ({"body": "Hello", "name": "Casinos"}, False),
    ],
)
def test_listed_words_are_found_wherever_somebody_wrote_them(
    written: dict[str, str], found: bool
) -> None:
    given = replace(draft(written["body"]), **written)
    for field, outcome in (("hold_words", Outcome.HOLD), ("block_words", Outcome.SPAM)):
        policy = replace(OPEN, **{field: ("casino",)})
        verdict = screen(given, parse(given.body), KNOWN, policy)
        assert verdict.outcome is (outcome if found else Outcome.PUBLISH)
        assert [reason.rule for reason in verdict.reasons] == ([field] if found else [])


def test_the_sentence_names_the_words_as_the_list_has_them() -> None:
    policy = replace(OPEN, hold_words=("*pill*", "casino", "loan"))
    verdict = screen(draft("Pills and a casino"), parse("Pills and a casino"), KNOWN, policy)
    assert verdict.reasons[0].text == "Says “*pill*” and “casino”, which this site holds"
    verdict = screen(draft(), parse("Pills, casino, loan"), KNOWN, policy)
    assert verdict.reasons[0].text == "Says “*pill*”, “casino” and more, which this site holds"


@pytest.mark.parametrize(
    ("before", "after", "rules"),
    [
        ("Hello", "Hello casino", ["hold_words"]),
        ("The casino", "The casino, too", []),
        ("Hello", "Hello spam", ["block_words"]),
        ("Hello", "[Hello](https://casino.example)", ["hold_words", "added_links"]),
    ],
)
def test_an_edit_is_asked_what_it_added(before: str, after: str, rules: list[str]) -> None:
    policy = replace(OPEN, hold_words=("casino",), block_words=("spam",))
    verdict = screen_edit(parse(before), parse(after), STRANGER, policy)
    assert [reason.rule for reason in verdict.reasons] == rules


def test_links_to_known_hosts_do_not_count() -> None:
    policy = Policy(hold=Hold.NONE, max_links=0, known_hosts=("example.org",))
    known = "https://example.org/a http://www.example.org:8080/ https://deep.blog.example.org"
    assert screened(known, KNOWN, policy) == (Outcome.PUBLISH, [])
    for stranger in ("https://example.org.evil.example", "https://notexample.org", "a@example.org"):
        assert screened(f"{known} {stranger} <{stranger}>", KNOWN, policy)[1] == ["links"]
    assert screen_edit([], parse(known), STRANGER, policy).reasons == ()


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        (Facts(seconds=2.9), ["too_fast"]),
        (Facts(seconds=0), ["too_fast"]),
        (Facts(seconds=3), []),
        (Facts(seconds=None), []),
        (Facts(seconds=1, known_author=True), []),
        (Facts(from_address=10), ["address_rate"]),
        (Facts(from_address=9), []),
        (Facts(from_address=99, known_author=True), []),
        (Facts(on_page=30), ["page_rate"]),
        (Facts(on_page=29), []),
        (Facts(on_page=99, on_site=99, known_author=True), []),
        (Facts(on_site=60), ["site_rate"]),
        (Facts(on_site=59), []),
    ],
)
def test_what_is_too_much_or_too_fast_is_held(facts: Facts, rules: list[str]) -> None:
    assert screened(facts=facts) == (Outcome.HOLD if rules else Outcome.PUBLISH, rules)


def test_a_limit_of_nothing_is_no_limit() -> None:
    policy = replace(OPEN, min_seconds=0, address_rate=0, page_rate=0, site_rate=0)
    facts = Facts(seconds=0, from_address=99, on_page=99, on_site=99)
    assert screened(facts=facts, policy=policy) == (Outcome.PUBLISH, [])


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
