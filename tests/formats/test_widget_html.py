"""What only the page of another widget understood is kept as what a reader saw."""

from __future__ import annotations

import pytest

from afterword.core.html_body import html_body
from afterword.core.tree import to_text
from afterword.formats.widget_html import in_words


@pytest.mark.parametrize(
    ("html", "seen"),
    [
        ('<p><a class="at" href="#61">@Mira</a> , yes</p>', "@Mira , yes"),
        ("<a href='#61'>@Mira</a>: <b>yes</b>", "@Mira: yes"),
        ('Oh <img class="wl-emoji" src="https://e.example/a.png" alt="smile">', "Oh :smile:"),
        ('<img class="tk-owo-emotion" src="/o.png" alt="::(呵呵)">', "::(呵呵)"),
        ('<img src="https://e.example/a.png" atk-emoticon="滑稽">', ":滑稽:"),
        ('<img class="vemoji" src="https://e.example/a.png" alt="😀">', "😀"),
    ],
)
def test_mentions_and_emoji_become_words(html: str, seen: str) -> None:
    assert to_text(html_body(in_words(html)).tree).strip() == seen


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://a.example/#b">b</a>',
        '<img class="photo" src="https://a.example/b.png" alt="b">',
        '<img class="wl-emoji" src="https://e.example/a.png">',
        "a < b and <a",
    ],
)
def test_anything_else_stays_as_it_is(html: str) -> None:
    assert in_words(html) == html


def test_a_mention_in_markdown_becomes_words() -> None:
    assert in_words("[@Mira](#61): [there](#b)") == "@Mira: [there](#b)"
