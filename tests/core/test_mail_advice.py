"""Each trouble with a mail server has its own advice, which names what to change."""

from __future__ import annotations

import pytest

from afterword.core.mail_advice import ADVICE, Sending, advice
from afterword.core.mail_trouble import Answer, Trouble

SENDING = Sending("smtp.example.org", 587, "comments@example.net")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Answer(None, 250, "Taken"), "look into the spam folder"),
        (Answer(Trouble.UNKNOWN_HOST, None, ""), "No host has the name smtp.example.org."),
        (Answer(Trouble.CONNECTION_REFUSED, None, ""), "Nothing listens at port 587"),
        (Answer(Trouble.TIMEOUT, None, ""), "hosting providers block ports"),
        (Answer(Trouble.TLS_NOT_OFFERED, None, ""), "Try port 465"),
        (Answer(Trouble.CERTIFICATE, None, ""), "The certificate of smtp.example.org"),
        (Answer(Trouble.TLS, None, ""), "Port 587 wants AFTERWORD_SMTP_SECURITY=starttls"),
        (Answer(Trouble.SIGN_IN, 535, "5.7.8 No"), "Mend AFTERWORD_SMTP_USER"),
        (Answer(Trouble.SIGN_IN, 454, "4.7.0 Busy"), "come again later"),
        (Answer(Trouble.NO_SIGN_IN, None, ""), "Leave AFTERWORD_SMTP_USER empty"),
        (Answer(Trouble.SENDER, 530, "5.7.0 Authentication required"), "who sign in only"),
        (Answer(Trouble.SENDER, 553, "5.7.1 Sender not owned"), "send for comments@example.net"),
        (Answer(Trouble.SENDER, 550, "5.7.26 SPF fails"), "The name servers of example.net"),
        (Answer(Trouble.RECIPIENT, 554, "5.7.1 Relay access denied"), "who sign in only"),
        (Answer(Trouble.RECIPIENT, 550, "5.1.1 No such user"), "There is no mailbox"),
        (Answer(Trouble.RECIPIENT, 550, "5.7.23 SPF"), "The name servers of example.net"),
        (Answer(Trouble.RECIPIENT, 552, "5.2.2 Full"), "its answer says why"),
        (Answer(Trouble.RECIPIENT, 451, "4.7.1 Greylisted"), "come again later"),
        (Answer(Trouble.CONTENT, 550, "5.7.1 DMARC policy"), "The name servers of example.net"),
        (Answer(Trouble.CONTENT, 554, "5.6.0 Odd"), "its answer says why"),
    ],
)
def test_it_says_what_to_change(answer: Answer, says: str) -> None:
    assert says in advice(answer, SENDING)


@pytest.mark.parametrize("trouble", Trouble)
def test_no_trouble_is_without_advice(trouble: Trouble) -> None:
    assert "{" not in advice(Answer(trouble, None, ""), SENDING)
    assert trouble in ADVICE
