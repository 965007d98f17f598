"""A mail has one recipient, headers that nobody can add to, and two parts that say the same."""

from __future__ import annotations

import email
import json
from email.message import EmailMessage
from email.policy import SMTP
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.core.language_tag import direction
from afterword.core.mail import Action, Mail, Paragraph, Quote, Sender, Small
from afterword.core.mail_message import NotAMail, message_of
from tests.support.project import ROOT

NOW = 1_800_000_000_000
SENDER = Sender("comments@example.org", "Comments of Ærø")
LINK = "https://comments.example.org/c/" + "x" * 90


def mail(**more: object) -> Mail:
    blocks = (
        Paragraph("Jonas answered you on “The weir”."),
        Quote("Jonas", 'See <a href="https://evil.example">here</a>\nand & there'),
        Action("Read it", LINK),
        Small("You asked for this.", LINK + "/stop"),
    )
    values: dict[str, object] = {"to": "mira@example.org", "subject": "A reply", "blocks": blocks}
    return Mail(**(values | more))


def written(wanted: Mail, **more: str) -> EmailMessage:
    """The message as its recipient parses it."""
    values = {"message_id": "ab12", "host": "comments.example.org"} | more
    raw = message_of(wanted, SENDER, now=NOW, **values).as_bytes()
    raw.decode("ascii")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    parsed = email.message_from_bytes(raw, policy=SMTP)
    assert not parsed.defects
    return cast("EmailMessage", parsed)


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_a_mail_has_the_headers_that_it_must_have_and_no_more() -> None:
    stop = "https://comments.example.org/stop?token=" + "t" * 120
    message = written(mail(unsubscribe=stop, thread="page:1"))
    assert {name: str(value) for name, value in message.items()} == {
        "From": "Comments of Ærø <comments@example.org>",
        "To": "mira@example.org",
        "Subject": "A reply",
        "Date": "Fri, 15 Jan 2027 08:00:00 +0000",
        "Message-ID": "<ab12@comments.example.org>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "References": str(message["References"]),
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "MIME-Version": "1.0",
        "Content-Type": str(message["Content-Type"]),
    }
    assert message.get_content_type() == "multipart/alternative"


def test_mails_of_one_conversation_refer_to_the_same() -> None:
    first, second = written(mail(thread="a")), written(mail(thread="a"), message_id="cd34")
    assert first["References"] == second["References"] != written(mail(thread="b"))["References"]
    assert written(mail())["References"] is None
    assert written(mail(), host="127.0.0.1")["Message-ID"] == "<ab12@[127.0.0.1]>"


def test_the_text_part_says_all_of_it_and_shows_each_address() -> None:
    assert part(written(mail()), "plain").replace("\r\n", "\n") == (
        "Jonas answered you on “The weir”.\n\n"
        'Jonas:\n> See <a href="https://evil.example">here</a>\n> and & there\n\n'
        f"Read it:\n{LINK}\n\n"
        f"-- \nYou asked for this.\n{LINK}/stop\n"
    )


def test_nothing_that_people_wrote_is_markup_in_the_html_part() -> None:
    html = part(written(mail()), "html")
    assert "See &lt;a href=&quot;https://evil.example&quot;&gt;here&lt;/a&gt;<br>" in html
    assert html.count("<a ") == 2
    assert f'<a class="act" href="{LINK}">Read it</a>' in html
    assert f'href="{LINK}/stop">{LINK.removeprefix("https://")}/stop</a>' in html
    for fetched in ("<img", "<script", "<link", "url(", "@import", "src="):
        assert fetched not in html


@pytest.mark.parametrize("lang", ["en", "de", "ar"])
def test_the_html_part_names_its_language(lang: str) -> None:
    where = "rtl" if lang == "ar" else "ltr"
    assert f'<html lang="{lang}" dir="{where}">' in part(written(mail(lang=lang)), "html")


def test_each_language_of_ours_has_the_direction_that_readers_see() -> None:
    for file in (ROOT / "widget/src/messages").glob("*.json"):
        texts = json.loads(file.read_text(encoding="utf-8"))
        assert direction(file.stem) == texts.get("dir", "ltr"), file.stem


ENCODED = [
    "=?utf-8?q?=0D=0ABcc:_victim@example.org=0D=0A=0D=0A<h1>?=",
    "=?utf-8?b?DQpCY2M6IHZpY3RpbUBleGFtcGxlLm9yZw==?=",
    "=?utf-8*en?q?=0A=0ABody?=",
    "=?utf-7?q?+AA0ACg-Bcc:_victim@example.org?=",
    "=?unicode_escape?q?=5Cr=5CnBcc:_victim@example.org?=",
    "=?raw_unicode_escape?q?=5Cud800?=",
    "=?utf-8?q?=00?=",
    "=?utf-8?q?bad",
    "=?utf-8?q?a?==?utf-8?q?b?=",
]


@pytest.mark.parametrize("name", ENCODED)
@pytest.mark.parametrize("subject", ["{}", "Waiting: {} on The weir", "Ærø: {}"])
def test_a_name_that_looks_like_an_encoded_word_is_the_name_that_it_is(
    name: str, subject: str
) -> None:
    subject = subject.format(name)
    message = written(mail(subject=subject))
    assert str(message["Subject"]) == subject
    assert list(message.keys()) == list(written(mail()).keys())


BREAKS = ["\r\n", "\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\0"]


@pytest.mark.parametrize("line_break", BREAKS)
def test_nobody_can_add_a_header_by_what_they_are_called(line_break: str) -> None:
    evil = f"Mira{line_break}Bcc: victim@example.org{line_break}{line_break}<h1>"
    blocks = (Paragraph(evil), Quote(evil, evil), Action(evil, LINK), Small(evil, LINK))
    message = written(mail(subject=evil, blocks=blocks, thread=evil))
    assert message["Bcc"] is None
    assert list(message.keys()) == list(written(mail(thread="t")).keys())
    assert "<h1>" not in part(message, "html")


@pytest.mark.parametrize(
    "to",
    [
        "",
        "a@b.example,c@d.example",
        "a@b.example, c@d.example",
        "a@b.example\r\nBcc: c@d.example",
        "a@b.example\nBcc: c@d.example",
        "a@b.example\u2028c@d.example",
        "Mira <a@b.example>",
        "a@b.example;",
        "a b@example.org",
        "a@b.example\0",
        "undisclosed:;",
    ],
)
def test_what_is_not_exactly_one_address_gets_no_mail(to: str) -> None:
    with pytest.raises(NotAMail):
        written(mail(to=to))


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://a.example/\r\nBcc: x", "https://a b", "", "https://a>b"]
)
def test_what_is_no_web_address_is_no_link(url: str) -> None:
    for broken in (mail(blocks=(Action("Go", url),)), mail(unsubscribe=url)):
        with pytest.raises(NotAMail):
            written(broken)
    with pytest.raises(NotAMail):
        written(mail(blocks=(Small("Go", url),)))


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_is_written_down_for_one_recipient(subject: str, text: str) -> None:
    subject, text = (each.encode(errors="replace").decode() for each in (subject, text))
    message = written(mail(subject=subject, blocks=(Quote(subject, text), Paragraph(text))))
    assert message["To"] == "mira@example.org"
    assert list(message.keys()) == list(written(mail()).keys())
