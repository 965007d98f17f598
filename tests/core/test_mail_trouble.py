"""Answers of mail servers are kept without addresses, and judged for what they mean."""

from __future__ import annotations

import pytest

from afterword.core.backoff import FIRST, LONGEST, TRIES, wait_after
from afterword.core.mail_trouble import LONGEST as LONGEST_ANSWER
from afterword.core.mail_trouble import Answer, Trouble, kept

HOUR = 60 * 60_000


@pytest.mark.parametrize(
    ("code", "text", "is_bounce"),
    [
        (550, "5.1.1 No such user", True),
        (550, "5.1.10 Recipient not found", True),
        (550, "5.2.1 Mailbox disabled", True),
        (550, "No such user here", True),
        (553, "Unknown mailbox", True),
        (552, "5.2.2 Mailbox full", False),
        (554, "5.7.1 Relay access denied", False),
        (550, "5.7.26 Unauthenticated mail is refused by the sender policy", False),
        (550, "Relaying denied", False),
        (550, "Blocked by reputation", False),
        (450, "4.1.1 Try later", False),
    ],
)
def test_only_a_mailbox_that_is_not_there_has_bounced(
    code: int, text: str, is_bounce: bool
) -> None:
    assert Answer(Trouble.RECIPIENT, code, text).is_bounce is is_bounce
    assert not Answer(Trouble.SENDER, code, text).is_bounce
    assert not Answer(Trouble.CONTENT, code, text).is_bounce


@pytest.mark.parametrize("trouble", Trouble)
def test_only_what_is_said_of_this_mail_is_final(trouble: Trouble) -> None:
    is_of_this = trouble in (Trouble.RECIPIENT, Trouble.CONTENT)
    assert Answer(trouble, 554, "No").is_final is is_of_this
    assert not Answer(trouble, 451, "Later").is_final
    assert not Answer(trouble, None, "").is_final


def test_an_answer_is_kept_as_one_short_line_without_addresses() -> None:
    assert kept("Hello\r\nmira%40example.net \x00 there", "") == "Hello (address) there"
    assert kept("user MIRA.o is gone, miranda is not", "mira.o@example.net") == (
        "user (address) is gone, miranda is not"
    )
    assert len(kept("x" * 10_000)) == LONGEST_ANSWER
    assert kept("a\udcffb") == "a?b"


def test_waits_double_to_some_hours_and_end_after_a_day() -> None:
    waits = [wait_after(tries) for tries in range(1, TRIES + 1)]
    assert waits[:3] == [FIRST, 2 * FIRST, 4 * FIRST]
    assert waits[-1] is None
    known = [each for each in waits if each is not None]
    assert len(known) == TRIES - 1
    assert max(known) == LONGEST
    assert 23 * HOUR < sum(known) < 26 * HOUR
