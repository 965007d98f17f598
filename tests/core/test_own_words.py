from __future__ import annotations

import pytest

from afterword.core.errors import Invalid
from afterword.core.languages import Languages
from afterword.core.own_words import LONGEST, MOST, reworded

LANGUAGES = Languages(
    {
        "en": {
            "leave": "Leave a comment",
            "replyTo": "Reply to {name}",
            "days": {"one": "yesterday", "other": "{count} days ago"},
            "replies": {"one": "{count} reply", "other": "{count} replies"},
        },
        "ru": {
            "dir": "ltr",
            "leave": "Оставить комментарий",
            "replies": {"one": "{count} ответ", "few": "{count} ответа", "many": "{count} ответов"},
        },
    }
)


def test_words_are_replaced_and_taken_back() -> None:
    words = reworded(LANGUAGES, {}, ["leave= Have  your say ", "ru:leave=Ваше мнение"])
    assert words == {"leave": "Have your say", "ru:leave": "Ваше мнение"}
    assert reworded(LANGUAGES, words, ["leave="]) == {"ru:leave": "Ваше мнение"}
    assert reworded(LANGUAGES, words, ["en:leave=", "ru:leave="]) == {}


def test_english_plurals_are_written_together_and_others_form_by_form() -> None:
    words = reworded(LANGUAGES, {}, ["replies={count} thought|{count} thoughts"])
    assert words == {"replies.one": "{count} thought", "replies.other": "{count} thoughts"}
    assert reworded(LANGUAGES, words, ["replies="]) == {}
    assert reworded(LANGUAGES, {}, ["ru:replies.few={count} мнения"]) == {
        "ru:replies.few": "{count} мнения"
    }
    words = {"ru:replies.few": "{count} мнения", "ru:replies.one": "{count} мнение"}
    assert reworded(LANGUAGES, words, ["ru:replies="]) == {}


def test_a_form_of_one_number_need_not_write_it() -> None:
    assert reworded(LANGUAGES, {}, ["replies=a reply|{count} replies"])["replies.one"] == "a reply"


def test_a_text_may_hold_an_equals_sign() -> None:
    assert reworded(LANGUAGES, {}, ["leave=a = b"]) == {"leave": "a = b"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("leave", "Write a word as key=text"),
        ("nobody=x", "There is no word nobody in en. Words: days, leave, replies, replyTo."),
        ("ru:days=x", "There is no word days in ru. Words: leave, replies."),
        ("ru:dir=rtl", "There is no word dir in ru."),
        ("eo:leave=x", "There are no words in eo. Languages: en, ru."),
        ("replyTo=Answer", "The text of replyTo needs {name}"),
        ("leave=Say {it}", "The text of leave needs no {placeholders}"),
        ("replies=many", "replies changes with the count: write replies=one|many."),
        ("replies=a|b", "The text of replies.other needs {count}"),
        ("ru:replies=много", "write ru:replies.one=text."),
        ("ru:replies.one=мнение", "The text of ru:replies.one needs {count}"),
        ("ru:replies.two={count}", "replies has the forms one, few, many in ru."),
        ("leave.one=x", "leave is the same for every count"),
        ("leave=" + "x" * (LONGEST + 1), f"The text of leave may have 1 to {LONGEST} characters."),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(change: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        reworded(LANGUAGES, {}, [change])
    assert sentence in refused.value.message


def test_a_site_has_a_limited_number_of_own_words() -> None:
    old = {f"was-there-{number}": "x" for number in range(MOST)}
    with pytest.raises(Invalid, match=f"A site may have {MOST} words"):
        reworded(LANGUAGES, old, ["leave=x"])
