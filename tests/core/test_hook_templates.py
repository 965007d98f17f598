"""What a webhook is sent: exact for programs, and harmless for the people in a chat."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, get_args

import pytest

from afterword.core.hook_event import Told, ToldComment, ToldPage
from afterword.core.hook_templates import call
from afterword.core.hook_text import MOST_TEXT, SENTENCES
from afterword.core.model import Status
from afterword.core.telling import EventKind
from afterword.core.webhook import MODERATION, TEMPLATES, TOPICS, Template

HERE = "https://comments.example.org"
THERE = "https://there.example/hook"
PAGE = ToldPage(3, "https://blog.example.org/weir", "The weir")
COMMENT = ToldComment(
    id=7,
    parent_id=None,
    status=Status.APPROVED,
    created_at=1_800_000_000_000,
    edited_at=None,
    author="Mira Osei",
    is_staff=False,
    text="It was rebuilt.",
    permalink=f"{HERE}/c/7",
    dashboard=f"{HERE}/dashboard/comments/7",
)
TOLD = Told("a1b2", EventKind.APPROVED, 1_800_000_000_123, HERE, 1, "blog", PAGE, COMMENT)
HOSTILE = (
    "@everyone @here @room <!channel> <@U123> <@&42> </b><script> *bold* _i_ `x` ||spoiler||"
    " [see](https://evil.example) <https://evil.example|bank> # big\n> quote & &lt; https://a.example"
)
CHATS = [each for each in TEMPLATES if each != "events"]


def sent(template: Template, told: Told = TOLD, url: str = THERE) -> Any:
    """The body as who gets it reads it."""
    body = call(template, url, told).body
    return body.decode() if template == "text" else json.loads(body)


def hostile(template: Template) -> Any:
    comment = replace(COMMENT, author=HOSTILE, text=HOSTILE)
    page = replace(PAGE, title=HOSTILE)
    return sent(template, replace(TOLD, comment=comment, page=page))


def test_an_event_says_all_that_is_known_in_the_words_of_the_api() -> None:
    assert sent("events") == {
        "specversion": "1.0",
        "id": "a1b2",
        "source": HERE,
        "type": "org.afterword.comment.approved",
        "time": "2027-01-15T08:00:00.123Z",
        "subject": "comments/7",
        "datacontenttype": "application/json",
        "data": {
            "site": {"id": 1, "name": "blog"},
            "page": {"id": 3, "url": "https://blog.example.org/weir", "title": "The weir"},
            "comment": {
                "id": 7,
                "parent_id": None,
                "status": "approved",
                "created_at": "2027-01-15T08:00:00.000Z",
                "edited_at": None,
                "author": "Mira Osei",
                "staff": False,
                "text": "It was rebuilt.",
                "permalink": f"{HERE}/c/7",
            },
        },
    }


def test_an_event_of_a_site_brings_its_numbers() -> None:
    surge = Told("c3", EventKind.SURGE_BEGAN, 0, HERE, 1, "blog", numbers={"per_minute": 9.5})
    event = sent("events", surge)
    assert (event["subject"], event["data"]["surge"]) == ("sites/1", {"per_minute": 9.5})


def test_a_test_says_that_it_is_one() -> None:
    trial = Told("c3", EventKind.APPROVED, 0, HERE, 1, "blog", is_trial=True)
    assert sent("events", trial)["data"] == {"site": {"id": 1, "name": "blog"}, "test": True}
    assert "This is a test" in sent("text", trial)


@pytest.mark.parametrize("kind", list(TOPICS))
def test_people_read_a_sentence_and_who_decides_is_led_to_the_dashboard(kind: EventKind) -> None:
    of_site = "{site}" in SENTENCES[kind]
    told = Told("c3", kind, 0, HERE, 1, "blog") if of_site else replace(TOLD, kind=kind)
    text = sent("text", told)
    assert "{" not in text
    assert ("blog" in text) is of_site
    if "{author}" in SENTENCES[kind]:
        assert "Mira Osei" in text
        assert (COMMENT.dashboard in text) is (kind in MODERATION)
        assert (COMMENT.permalink in text) is (kind not in MODERATION)


def test_text_is_cut_to_a_length() -> None:
    text = sent("text", replace(TOLD, comment=replace(COMMENT, text="x" * 20_000)))
    assert MOST_TEXT < len(text) < MOST_TEXT + 200


@pytest.mark.parametrize("template", CHATS)
def test_what_is_not_shown_is_not_there(template: Template) -> None:
    hidden = replace(COMMENT, status=Status.REMOVED, author=None, text=None)
    text = json.dumps(sent(template, replace(TOLD, kind=EventKind.REMOVED, comment=hidden)))
    assert "was removed" in text
    assert "Mira" not in text
    assert "/c/7" not in text


def test_slack_calls_nobody_and_finds_no_markup() -> None:
    told = hostile("slack")
    assert (told["parse"], told["link_names"], told["mrkdwn"]) == ("none", False, False)
    *plain, link = [block["text"] for block in told["blocks"]]
    assert [each["type"] for each in plain] == ["plain_text", "plain_text"]
    assert link == {"type": "mrkdwn", "text": f"<{HERE}/c/7>", "verbatim": True}
    for text in [told["text"], *(each["text"] for each in plain)]:
        assert "<" not in text
        assert ">" not in text
    assert "&amp;lt;" in plain[1]["text"]


def test_slack_takes_blocks_of_three_thousand_characters() -> None:
    told = sent("slack", replace(TOLD, comment=replace(COMMENT, text="<" * 5_000)))
    assert all(len(block["text"]["text"]) <= 3_000 for block in told["blocks"])
    assert told["blocks"][1]["text"]["text"].endswith("&lt;")


def test_discord_calls_nobody_and_finds_no_markup() -> None:
    told = hostile("discord")
    assert told["allowed_mentions"] == {"parse": []}
    content: str = told["content"]
    assert content.endswith(f"<{HERE}/c/7>")
    text = content.removesuffix(f"<{HERE}/c/7>")
    assert "@everyone" not in text
    for place, char in enumerate(text):
        assert char not in "*_~`|<>[]()#:" or text[place - 1] == "\\"


def test_discord_takes_two_thousand_characters() -> None:
    told = sent("discord", replace(TOLD, comment=replace(COMMENT, text="*" * 5_000)))
    assert len(told["content"]) <= 2_000
    assert told["content"].endswith(f"<{HERE}/c/7>")


def test_telegram_is_given_text_alone() -> None:
    told = hostile("telegram")
    assert set(told) == {"text", "link_preview_options"}
    assert "@everyone" not in told["text"]


def test_matrix_is_told_once_by_number_and_the_token_is_in_no_address() -> None:
    room = f"{HERE}/_matrix/client/v3/rooms/!r:example.org/send/m.room.message"
    asked = call("matrix", f"{room}?access_token=s%2Fecret", TOLD)
    assert (asked.method, asked.url) == ("PUT", f"{room}/a1b2")
    assert asked.headers == {"Authorization": "Bearer s/ecret"}
    told = hostile("matrix")
    assert set(told) == {"msgtype", "body", "m.mentions"}
    assert "@room" not in told["body"]
    assert told["m.mentions"] == {}


def test_every_template_has_a_name_that_can_be_chosen() -> None:
    for template in get_args(Template):
        assert call(template, THERE, TOLD).url.startswith(THERE)
