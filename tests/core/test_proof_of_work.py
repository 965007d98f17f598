"""Proofs of work: right ones are taken, everything else is told apart."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import Any

import pytest

from afterword.core.proof_of_work import (
    GOOD_FOR,
    HARDEST,
    NORMAL,
    Challenge,
    Fault,
    Proofs,
    Solution,
    how_hard,
    solve,
    solved,
)

NOW = 1_800_000_000_000
OLD, NEW = "o" * 40, "n" * 40
PROOFS = Proofs([NEW, OLD])


def asked(*, proofs: Proofs = PROOFS, site: int = 1, hardest: int = 1_000) -> Challenge:
    return proofs.ask(site, hardest, nonce=b"12345678", number=432, now=NOW)


def changed(**members: Any) -> str:
    """A right solution, apart from these members."""
    right = json.loads(b64decode(solved(asked())))
    return b64encode(json.dumps(right | members).encode()).decode()


def test_a_solution_is_good_and_says_how_hard_it_was_and_when_it_ends() -> None:
    challenge = asked()
    found = PROOFS.check(1, solved(challenge), now=NOW)
    assert found == Solution(challenge.challenge, NOW + GOOD_FOR, 1_000)


def test_the_number_that_was_hidden_is_found() -> None:
    assert solve(asked()) == 432


def test_none_is_found_where_there_is_none() -> None:
    assert solve(Challenge("0" * 64, "salt", "", 10)) is None


def test_a_member_that_other_programs_add_does_no_harm() -> None:
    assert isinstance(PROOFS.check(1, changed(took=12), now=NOW), Solution)


@pytest.mark.parametrize(
    "sent",
    [
        changed(number=433),
        changed(number=-432),
        changed(number=432.5),
        changed(number="432"),
        changed(challenge="0" * 64),
        changed(challenge="\ud800"),
        changed(signature="0" * 64),
        changed(signature="é" * 64),
        changed(algorithm="SHA-1"),
        changed(salt=asked().salt.replace("max=1000&", "max=9&")),
        changed(salt=asked().salt + "4", number=32),
        changed(salt=asked().salt[:-1], number=432),
        "null",
        "e30=",
        "not base64!",
        "é",
        "A" * 100_000,
        solved(asked(site=2)),
        solved(asked(proofs=Proofs(["x" * 40]))),
    ],
)
def test_whatever_was_not_asked_here_for_this_site_is_wrong(sent: str) -> None:
    assert PROOFS.check(1, sent, now=NOW) is Fault.WRONG


def test_an_empty_one_says_that_there_is_none() -> None:
    assert PROOFS.check(1, "", now=NOW) is Fault.NONE


def test_it_is_good_for_ten_minutes() -> None:
    assert isinstance(PROOFS.check(1, solved(asked()), now=NOW + GOOD_FOR - 1), Solution)
    assert PROOFS.check(1, solved(asked()), now=NOW + GOOD_FOR) is Fault.ENDED


def test_one_that_was_asked_with_an_older_key_is_good() -> None:
    assert isinstance(PROOFS.check(1, solved(asked(proofs=Proofs([OLD]))), now=NOW), Solution)


def test_the_end_of_the_salt_cannot_be_moved() -> None:
    """The same text cut elsewhere has the same hash: it must not say another time to end."""
    challenge = asked()
    assert challenge.salt.endswith("&")


def test_a_try_is_one_block_of_the_hash() -> None:
    challenge = asked(hardest=HARDEST)
    assert len(f"{challenge.salt}{HARDEST}") <= 55


@pytest.mark.parametrize(
    ("surge", "sent", "expected"),
    [
        (False, 0, NORMAL),
        (False, 3, NORMAL),
        (False, 4, 2 * NORMAL),
        (False, 6, 8 * NORMAL),
        (False, 10_000, HARDEST),
        (True, 0, HARDEST),
    ],
)
def test_more_work_is_asked_of_those_who_send_much_and_of_all_in_a_surge(
    surge: bool, sent: int, expected: int
) -> None:
    assert how_hard(surge=surge, sent=sent) == expected
