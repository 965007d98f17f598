"""Akismet is asked in its own words, within three seconds, and whatever it answers is only an opinion."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from afterword.core.errors import NotFetched
from afterword.delivery import akismet
from afterword.delivery.akismet import PATIENCE, PAUSE, THANKS, Akismet, Opinion, Shown
from afterword.delivery.guarded_client import GuardedClient, Limits
from tests.support.elsewhere import Answer, Elsewhere, answer, elsewhere, endless, hang, raw

KEY = "0123456789ab"
SHOWN = Shown(
    blog="https://blog.example.org",
    permalink="https://blog.example.org/post",
    text="The weir & the *lock*",
    name="Mira Öse",
    website="https://mira.example/",
    address="192.0.2.1",
    agent="Firefox",
)


def account(other: Elsewhere) -> Akismet:
    """An account there."""
    return Akismet(GuardedClient([other.authority]), other.url, KEY)


async def check(how: Answer) -> Opinion:
    """What is made of such an answer."""
    async with elsewhere(how) as other:
        return await account(other).check(SHOWN, now=0)


async def test_a_question_says_what_akismet_wants_to_know_and_no_email() -> None:
    async with elsewhere(answer(b"false")) as other:
        await account(other).check(SHOWN, now=0)
    heard = other.heard[0]
    assert heard.head.startswith("POST /1.1/comment-check HTTP/1.1")
    assert KEY not in heard.head
    assert dict(parse_qsl(heard.body)) == {
        "api_key": KEY,
        "blog": "https://blog.example.org",
        "blog_charset": "UTF-8",
        "permalink": "https://blog.example.org/post",
        "comment_type": "comment",
        "comment_content": "The weir & the *lock*",
        "comment_author": "Mira Öse",
        "comment_author_url": "https://mira.example/",
        "user_ip": "192.0.2.1",
        "user_agent": "Firefox",
    }


@pytest.mark.parametrize(
    ("how", "opinion"),
    [
        (answer(b"false"), "good"),
        (answer(b"true"), "spam"),
        (answer(b"true\n"), "spam"),
        (answer(b"true", X_Akismet_Pro_Tip="discard"), "blatant"),
        (answer(b"false", X_Akismet_Pro_Tip="discard"), "good"),
    ],
)
async def test_its_answers_are_understood(how: Answer, opinion: Opinion) -> None:
    assert await check(how) == opinion


@pytest.mark.parametrize(
    "how",
    [
        answer(b"invalid", X_Akismet_Debug_Help="Empty key"),
        answer(b"Missing required field: blog."),
        answer(b""),
        answer(b'{"spam": true}'),
        answer(b"\xff\xfe"),
        answer(b"true", "500 Internal Server Error"),
        answer(b"true", "302 Found", Location="http://169.254.169.254/"),
        answer(b"false", "503 Service Unavailable"),
        raw(b"nonsense"),
        raw(b""),
        endless,
    ],
)
async def test_all_else_is_no_answer(how: Answer) -> None:
    with pytest.raises(NotFetched) as refused:
        await check(how)
    assert KEY not in refused.value.message


async def test_a_wrong_key_is_said_to_be_one() -> None:
    with pytest.raises(NotFetched, match="does not know the key"):
        await check(answer(b"invalid"))


async def test_nobody_waits_longer_for_it_than_three_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert akismet.LIMITS.seconds == 3
    monkeypatch.setattr(akismet, "LIMITS", Limits(seconds=0.2))
    with pytest.raises(NotFetched, match="did not answer within"):
        await check(hang)


async def test_after_some_failures_it_is_left_alone_for_a_minute() -> None:
    async with elsewhere(answer(b"", "500 Internal Server Error")) as other:
        account_there = account(other)
        for _ in range(PATIENCE + 1):
            with pytest.raises(NotFetched):
                await account_there.check(SHOWN, now=1_000)
        assert len(other.heard) == PATIENCE
        assert "HTTP 500" in account_there.trouble
        other.answer = answer(b"false")
        assert await account_there.check(SHOWN, now=1_000 + PAUSE) == "good"
        assert account_there.trouble == ""


@pytest.mark.parametrize(("is_spam", "method"), [(True, "submit-spam"), (False, "submit-ham")])
async def test_it_is_told_where_it_was_wrong(is_spam: bool, method: str) -> None:
    async with elsewhere(answer(THANKS.encode())) as other:
        await account(other).teach(SHOWN, is_spam=is_spam)
    assert other.heard[0].head.startswith(f"POST /1.1/{method} ")


async def test_what_it_does_not_take_is_said() -> None:
    async with elsewhere(answer(b"invalid")) as other:
        with pytest.raises(NotFetched, match="key"):
            await account(other).teach(SHOWN, is_spam=True)
