"""What is written as a feed is one, whatever people wrote."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.core.atom import Entry, Feed, moment, write
from afterword.core.errors import Invalid
from afterword.core.markdown import parse
from afterword.core.tree import to_html
from tests.support.atom import entries, faults, feed_text

ENTRY = Entry(
    id="urn:uuid:1",
    title="Mira: Stones",
    link="https://comments.example/c/1",
    author="Mira",
    published=1_800_000_000_000,
    updated=1_800_000_001_000,
    html="<p>Stones &amp; herons</p>",
    answers=("urn:uuid:0", "https://comments.example/c/0"),
)
FEED = Feed(
    id="urn:uuid:2",
    title="Notes",
    link="https://blog.example/notes",
    updated=1_800_000_001_000,
    entries=[ENTRY],
    own="https://comments.example/feeds/thread?url=x&site=y",
)
OURS = (
    "]]>",
    "<![CDATA[x]]>",
    "</title></entry></feed>",
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
    "a\0b\x01c\x0bd\x1fe\x7ff\x85g",
    "\ufffe\uffff\U0001fffe",
    "\ud800 alone, and \udfff",
    "👩🏽‍🚀 עברית \u202e",
)


def test_a_feed_is_valid_and_says_what_it_was_given() -> None:
    data = write(FEED)
    assert data.startswith(b"<?xml version='1.0' encoding='utf-8'?>\n<feed xmlns=")
    assert faults(data) == []
    (entry,) = entries(data)
    assert (entry.author, entry.content, entry.link) == ("Mira", ENTRY.html, ENTRY.link)
    assert entry.updated == "2027-01-15T08:00:01Z"
    assert b'<thr:in-reply-to ref="urn:uuid:0"' in data


def test_an_empty_feed_without_an_address_is_valid() -> None:
    data = write(replace(FEED, entries=[], own=None, updated=0))
    assert faults(data) == []
    assert b'rel="self"' not in data
    assert moment(0) == "1970-01-01T00:00:00Z"


def test_faults_are_found() -> None:
    data = write(FEED)
    for wrong in (
        data.replace(b"<updated>2027", b"<updated>tomorrow"),
        data.replace(b"<author><name>Mira</name></author>", b""),
        data.replace(b"<id>urn:uuid:2</id>", b""),
        data.replace(b"<title>Notes</title>", b"<title>Notes</title><heading/>"),
        write(replace(FEED, entries=[ENTRY, ENTRY])),
    ):
        assert faults(wrong) != []


@pytest.mark.parametrize("text", OURS)
def test_no_text_breaks_out_of_a_feed(text: str) -> None:
    _check(text)


@given(st.text(st.characters(codec=None), max_size=60))
def test_any_text_makes_a_valid_feed(text: str) -> None:
    _check(text)


def test_hostile_corpora_make_valid_feeds(corpora: Path) -> None:
    texts = json.loads((corpora / "strings" / "blns.json").read_text())
    cases = json.loads((corpora / "xss" / "dompurify-expect.json").read_text())
    texts += [case["payload"] for case in cases]
    assert len(texts) > 700
    for start in range(0, len(texts), 50):
        _check(*texts[start : start + 50])


def _check(*texts: str) -> None:
    """Each as a title, a name, an address and a comment."""
    made = []
    for number, text in enumerate(texts):
        try:
            html = to_html(parse(text.encode("utf-8", "replace").decode(), images=True))
        except Invalid:
            html = ""
        made.append(replace(ENTRY, id=f"urn:x:{number}", title=text, author=text, html=html + text))
    data = write(replace(FEED, title=texts[0], entries=made))
    assert faults(data) == []
    assert len(entries(data)) == len(texts)
    assert feed_text(data, "id") == FEED.id
