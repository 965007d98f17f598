from __future__ import annotations

import pytest

from afterword.core.languages import Languages, Spot

LANGUAGES = Languages(
    {
        "en": {
            "reply": "Reply",
            "replies": {"one": "{count} reply", "other": "{count} replies"},
            "toForm": "Skip to the form",
            "post": "Post",
            "left": {"one": "{count} character left", "other": "{count} characters left"},
            "late": "Said in English until it is translated",
        },
        "he": {
            "dir": "rtl",
            "reply": "להשיב",
            "replies": {"one": "תגובה אחת", "two": "שתי תגובות", "other": "{count} תגובות"},
            "toForm": "דילוג לטופס",
            "post": "פרסום",
            "left": {
                "one": "נותר תו אחד",
                "two": "נותרו שני תווים",
                "other": "נותרו {count} תווים",
            },
        },
    },
    page_only=["toForm"],
    writer_only=["post", "left"],
    in_script=["reply", "replies"],
)
OWN = {"reply": "Answer", "replies.one": "{count} answer", "he:replies.two": "זוג תגובות"}


def test_a_count_chooses_its_form() -> None:
    hebrew, english = LANGUAGES.speech("he", {}), LANGUAGES.speech("en", {})
    said = [hebrew("replies", count=count) for count in (1, 2, 5)]
    assert said == ["תגובה אחת", "שתי תגובות", "5 תגובות"]
    assert english("replies", count=1) == "1 reply"
    assert english("replies", count=1_200) == "1,200 replies"


def test_a_direction_is_of_the_language() -> None:
    assert (LANGUAGES.speech("he", {}).dir, LANGUAGES.speech("en", {}).dir) == ("rtl", "ltr")


def test_a_text_that_is_not_translated_yet_is_said_in_english() -> None:
    assert LANGUAGES.speech("he", {})("late") == "Said in English until it is translated"


LATE = {"late": "Said in English until it is translated"}


def test_of_english_only_what_the_widget_does_not_hold_is_sent() -> None:
    assert LANGUAGES.to_send("en", {}) == LATE
    assert LANGUAGES.to_send("en", {"he:reply": "מענה"}) == LATE
    assert LANGUAGES.to_send("en", OWN) == {
        **LATE,
        "reply": "Answer",
        "replies": {"one": "{count} answer", "other": "{count} replies"},
    }


def test_another_language_is_sent_whole_without_what_only_pages_say() -> None:
    sent = LANGUAGES.to_send("he", OWN)
    assert sent is not None
    assert sorted(sent) == ["dir", "replies", "reply"]
    assert (sent["dir"], sent["reply"]) == ("rtl", "להשיב")
    assert sent["replies"]["two"] == "זוג תגובות"
    assert LANGUAGES.to_send("en", {"toForm": "Jump"}) == LATE
    assert LANGUAGES.speech("en", {"toForm": "Jump"})("toForm") == "Jump"


def test_who_writes_is_sent_the_rest_in_every_language() -> None:
    assert "post" not in (LANGUAGES.to_send("he", {}) or {})
    assert LANGUAGES.to_send("en", {"post": "Publish"}) == LATE
    english = LANGUAGES.to_send_writers("en", {"post": "Publish", "left.one": "One left"})
    assert english == {
        "post": "Publish",
        "left": {"one": "One left", "other": "{count} characters left"},
    }
    assert LANGUAGES.to_send_writers("he", {})["post"] == "פרסום"
    assert sorted(LANGUAGES.to_send_writers("he", {})) == ["left", "post"]


def test_own_words_for_what_no_longer_exists_are_passed_over() -> None:
    assert LANGUAGES.to_send("en", {"gone": "x", "eo:reply": "x", "reply": "Answer"}) == {
        **LATE,
        "reply": "Answer",
    }


def test_a_widget_that_holds_all_of_english_is_sent_none_of_it() -> None:
    whole = Languages({"en": {"reply": "Reply"}}, in_script=["reply"])
    assert whole.to_send("en", {}) is None
    assert whole.to_send("en", {"reply": "Answer"}) == {"reply": "Answer"}


def test_one_text_is_sent_alone() -> None:
    assert LANGUAGES.to_send_one("en", "replies", {}) is None
    assert LANGUAGES.to_send_one("en", "replies", OWN) == {
        "replies": {"one": "{count} answer", "other": "{count} replies"}
    }
    assert list(LANGUAGES.to_send_one("he", "replies", OWN) or ()) == ["replies"]


def test_the_first_wanted_language_that_there_is() -> None:
    assert LANGUAGES.nearest(["eo", "iw-IL", "en"]) == "he"
    assert LANGUAGES.nearest(["eo"]) == LANGUAGES.nearest([]) == "en"


@pytest.mark.parametrize("written", ["reply", "replies.one", "he:reply", "zh-Hant:replies.other"])
def test_a_spot_is_written_as_it_is_read(written: str) -> None:
    assert str(Spot.read(written)) == written


def test_english_may_be_named() -> None:
    assert str(Spot.read("en:reply")) == "reply"
