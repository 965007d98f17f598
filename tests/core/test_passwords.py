"""Passwords: stored as argon2id, checked in the same time for everybody, and not what all choose."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from afterword.core import passwords
from afterword.core.common_passwords import COMMON
from afterword.core.errors import Invalid

GOOD = "a quiet harbour at seven"
STORED = passwords.hash_password(GOOD)


def test_the_right_password_and_no_other_is_right() -> None:
    assert passwords.verify(STORED, GOOD)
    assert not passwords.verify(STORED, GOOD + " ")
    assert not passwords.verify(STORED, "")


def test_two_hashes_of_one_password_differ() -> None:
    assert passwords.hash_password(GOOD) != STORED


def test_letters_may_come_composed_or_not() -> None:
    assert passwords.verify(passwords.hash_password("grüße aus köln"), "gru\u0308ße aus ko\u0308ln")


def test_nobody_has_no_password_and_is_checked_like_everybody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checked: list[str] = []
    verify = PasswordHasher.verify

    def spy(self: PasswordHasher, hash: str, password: bytes) -> bool:
        checked.append(hash)
        return verify(self, hash, password)

    monkeypatch.setattr(PasswordHasher, "verify", spy)
    assert not passwords.verify(None, GOOD)
    assert not passwords.verify(STORED, "wrong")
    assert not passwords.verify(STORED, "x" * 1_000_000)
    assert [extract_parameters(hash) for hash in checked] == [extract_parameters(STORED)] * 3


def test_the_cost_is_what_owasp_asks_for() -> None:
    cost = extract_parameters(STORED)
    assert (cost.type, cost.memory_cost, cost.time_cost, cost.parallelism) == (
        Type.ID,
        19_456,
        2,
        1,
    )
    assert not passwords.needs_rehash(STORED)
    assert passwords.needs_rehash(PasswordHasher(1, 8, 1).hash("x"))


@pytest.mark.parametrize(
    "stored", ["", "!", "plain text", "$2b$12$" + "a" * 53, "$argon2id$broken"]
)
def test_what_is_no_hash_lets_nobody_in(stored: str) -> None:
    assert not passwords.verify(stored, GOOD)
    assert not passwords.verify(stored, stored)


def test_half_a_character_is_a_wrong_password_and_no_fault() -> None:
    assert not passwords.verify(STORED, GOOD + "\ud800")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "too_short"),
        ("elevenchars", "too_short"),
        ("x1" * 200, "too_long"),
        ("mira.osei@example.org", "guessable"),
        ("Mira.Osei@Example.org", "guessable"),
        ("Mira Osei 2026!", "guessable"),
        ("2026-MiraOsei", "guessable"),
        ("password1234", "common"),
        ("Password-1234!", "common"),
        ("correct horse battery staple", "common"),
        ("123456789012", "common"),
        ("QwertyUiopAs", "common"),
        ("!@#$%^&*()_+", "common"),
        ("aaaaaaaaaaaa", "common"),
        ("abababababab", "common"),
        ("lemon tree lemon tree ", "common"),
        ("1qaz2wsx3edc4rfv", "common"),
    ],
)
def test_what_is_guessed_first_is_refused_with_a_sentence(password: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        passwords.check_new(password, email="mira.osei@example.org", name="Mira Osei", field="new")
    assert [(wrong.field, wrong.code) for wrong in refusal.value.fields] == [("new", code)]
    assert refusal.value.message.endswith(".")


@pytest.mark.parametrize(
    "password",
    [GOOD, "twelve chars", "пароль из слов", "🐢🐇🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵", "x7" + "kQ9-" * 60 + "z"],
)
def test_any_long_enough_words_of_ones_own_will_do(password: str) -> None:
    passwords.check_new(password, email="mira@example.org", name="Mira Osei")


def test_every_common_password_can_be_met() -> None:
    assert all(len(each) >= passwords.MIN_LENGTH and each.isalnum() for each in COMMON)
    assert all(each == each.casefold() for each in COMMON)
