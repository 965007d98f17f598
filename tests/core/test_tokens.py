"""Signed tokens: for one purpose, of this installation, until their time."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer

from afterword.core.errors import SignInNeeded
from afterword.core.tokens import AuthorClaim, DecisionClaim, Tokens

NOW = 1_800_000_000_000
TOKENS = Tokens(["the newest key, long enough", "the key before it, long enough"])

DECISION = DecisionClaim(7, 3, 1, "waiting", "0123456789abcdef", NOW + 1)

MAKERS: dict[str, Callable[[Tokens], str]] = {
    "author": lambda tokens: tokens.author_token(7, 3, expires_at=NOW + 1),
    "session": lambda tokens: tokens.session.sign("a random value"),
    "decide": lambda tokens: tokens.decisions.sign(DECISION),
    "undo": lambda tokens: tokens.decisions.sign_undo(7, [3, 4], ends_at=NOW + 1),
    "quiet": lambda tokens: tokens.quiet.sign(7, 3),
}


def read_author(tokens: Tokens, token: str) -> object:
    try:
        return tokens.read_author(token, now=NOW)
    except SignInNeeded:
        return None


READERS: dict[str, Callable[[Tokens, str], object]] = {
    "author": read_author,
    "session": lambda tokens, token: tokens.session.read(token),
    "decide": lambda tokens, token: tokens.decisions.read(token),
    "undo": lambda tokens, token: tokens.decisions.read_undo(token, now=NOW),
    "quiet": lambda tokens, token: tokens.quiet.read(token),
}


@pytest.mark.parametrize("made_for", MAKERS)
@pytest.mark.parametrize("read_for", READERS)
def test_a_token_is_good_for_its_own_purpose_alone(made_for: str, read_for: str) -> None:
    token = MAKERS[made_for](TOKENS)
    assert (READERS[read_for](TOKENS, token) is not None) == (made_for == read_for)


def test_an_author_token_names_comment_and_site() -> None:
    token = TOKENS.author_token(7, 3, expires_at=NOW + 900_000)
    assert TOKENS.read_author(token, now=NOW) == AuthorClaim(7, 3, NOW + 900_000)


def test_a_session_value_comes_back() -> None:
    assert TOKENS.session.read(TOKENS.session.sign("a random value")) == "a random value"


@pytest.mark.parametrize(
    ("now", "is_good"),
    [(NOW - 3_600_000, True), (NOW - 1, True), (NOW, False), (NOW + 31_536_000_000, False)],
)
def test_an_author_token_ends_at_its_time_by_the_callers_clock(now: int, is_good: bool) -> None:
    token = TOKENS.author_token(7, 3, expires_at=NOW)
    if is_good:
        assert TOKENS.read_author(token, now=now).comment_id == 7
    else:
        with pytest.raises(SignInNeeded) as refusal:
            TOKENS.read_author(token, now=now)
        assert refusal.value.code == "token_ended"


def test_a_decision_link_says_what_was_signed_and_an_undo_ends() -> None:
    decisions = TOKENS.decisions
    assert decisions.read(decisions.sign(DECISION)) == DECISION
    ticket = decisions.sign_undo(7, [3, 4], ends_at=NOW)
    assert decisions.read_undo(ticket, now=NOW - 1) == (7, (3, 4))
    assert decisions.read_undo(ticket, now=NOW) is None


@pytest.mark.parametrize("make", MAKERS.values(), ids=list(MAKERS))
def test_any_other_character_anywhere_makes_a_token_bad(make: Callable[[Tokens], str]) -> None:
    token = make(TOKENS)
    for place, char in enumerate(token):
        for other in "AzM5_-.=! " + chr(ord(char) ^ 1):
            if other != char:
                changed = token[:place] + other + token[place + 1 :]
                assert all(read(TOKENS, changed) is None for read in READERS.values()), changed


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.text(max_size=80) | st.from_regex(r"[\w.-]{1,90}", fullmatch=True))
def test_what_was_not_signed_is_bad(text: str) -> None:
    for whole in (text, MAKERS["author"](TOKENS) + text[:1], text + MAKERS["session"](TOKENS)):
        if whole not in (MAKERS["author"](TOKENS), MAKERS["session"](TOKENS)):
            assert all(read(TOKENS, whole) is None for read in READERS.values())


@pytest.mark.parametrize("token", ["", ".", "x" * 100_000, "é" * 60, "\0", "a.b"])
def test_a_bad_author_token_is_told_from_one_that_ended(token: str) -> None:
    with pytest.raises(SignInNeeded) as refusal:
        TOKENS.read_author(token, now=NOW)
    assert refusal.value.code == "token_bad"


@pytest.mark.parametrize("payload", [None, 7, "7", [7, 3], [7, 3, "x"], [7, 3, NOW, 1], {"c": 7}])
def test_a_signature_alone_is_not_enough(payload: object) -> None:
    signer = URLSafeSerializer(
        "the newest key, long enough",
        salt="afterword/author/v1",
        signer_kwargs={"digest_method": sha256, "key_derivation": "hmac"},
    )
    with pytest.raises(SignInNeeded):
        TOKENS.read_author(str(signer.dumps(payload)), now=NOW)


@pytest.mark.parametrize("purpose", MAKERS)
def test_the_key_before_still_reads_and_the_newest_signs(purpose: str) -> None:
    make, read = MAKERS[purpose], READERS[purpose]
    before, after = Tokens(["the old key"]), Tokens(["the new key", "the old key"])
    assert read(after, make(before)) is not None
    assert read(before, make(after)) is None
    assert make(after) == make(Tokens(["the new key"]))


def test_other_installations_read_nothing() -> None:
    other = Tokens(["another installation's key"])
    assert all(READERS[purpose](other, make(TOKENS)) is None for purpose, make in MAKERS.items())


def test_an_author_token_is_short() -> None:
    assert len(TOKENS.author_token(2**62, 2**31, expires_at=NOW)) < 120


@pytest.mark.parametrize("purpose", ["author", "session"])
def test_tokens_are_as_itsdangerous_makes_them_by_itself(purpose: str) -> None:
    """So that those of earlier versions are good, and those of this one in an earlier one."""
    theirs = URLSafeSerializer(
        ["the key before it, long enough", "the newest key, long enough"],
        salt=f"afterword/{purpose}/v1",
        signer_kwargs={"digest_method": sha256, "key_derivation": "hmac"},
    )
    value = [7, 3, NOW + 1] if purpose == "author" else "a random value"
    assert MAKERS[purpose](TOKENS) == theirs.dumps(value)
    assert READERS[purpose](TOKENS, str(theirs.dumps(value))) is not None
