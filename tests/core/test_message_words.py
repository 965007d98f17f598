"""Each message is called by what it is and whom it is for, everywhere alike."""

from __future__ import annotations

import pytest

from afterword.core.message_words import COMMENTS, MAILS, words_of
from afterword.core.notices import TOLD
from afterword.core.telling import NewMessage
from afterword.core.webhook import TOPICS
from afterword.services.telling import mails


def mail(purpose: str, **data: str) -> NewMessage:
    return NewMessage(channel="mail", purpose=purpose, data=data)


def test_each_mail_that_there_is_has_words_of_its_own() -> None:
    assert set(MAILS) == set(mails.MAILS)
    assert len({str(each) for each in MAILS.values()}) == len(MAILS)
    assert set(COMMENTS) == set(TOLD)


def test_a_mail_says_to_whom_it_goes() -> None:
    assert str(words_of(mail("reply"))) == "New comment, to a reader who asked to be told"
    assert str(words_of(mail("lost_password"))) == "Link to a new password, to a member"


@pytest.mark.parametrize("told", TOLD)
def test_a_mail_to_a_moderator_says_what_it_is_about(told: str) -> None:
    words = words_of(mail("staff.comment", told=told))
    assert (words.what, words.whom) == (COMMENTS[told], "a moderator")


@pytest.mark.parametrize("kind", TOPICS)
def test_what_a_webhook_is_told_is_called_as_where_it_is_chosen(kind: str) -> None:
    words = words_of(NewMessage(channel="webhook", purpose=kind))
    assert (words.what, words.whom) == (TOPICS[kind], "a webhook")


def test_what_an_earlier_version_sent_is_still_called_something() -> None:
    assert str(words_of(mail("no_such_mail"))) == "no_such_mail, to somebody"
