"""Remark42: every comment of a backup comes, with what the backup knows of its author and page."""

from __future__ import annotations

import math

import pytest

from afterword.core.model import Status
from afterword.formats.opening import MalformedFile
from afterword.formats.record import CommentRecord, Html, Markdown, PageRecord
from tests.formats.reading import comments, pages, passed, read
from tests.support.remark42_file import comment, first_remark42_file, known, remark42_file

URL = "https://blog.example.org/a"
USERS = [known("github_1", verified=True, email="mira@example.org")]
WHOLE = comment(
    "c1", URL, "<p>One <strong>bold</strong></p>", orig="One **bold**", pid="c0", title="A page",
    user={"name": "Tom &amp; Mira", "admin": True}, score=2, pin=True,
    edit={"time": "2020-09-13T12:26:41Z", "summary": "typo"},
)  # fmt: skip


def one(*written: str) -> CommentRecord:
    (found,) = comments(read(remark42_file(*written), "remark42"))
    return found


def test_everything_that_it_says_is_read() -> None:
    page, found = read(remark42_file(WHOLE, users=USERS, closed=[URL]), "remark42")
    assert page == PageRecord(URL, URL, "A page", closed=True)
    assert found == CommentRecord(
        "c1", URL, "c0", Status.APPROVED, "Tom & Mira", Markdown("One **bold**", html=True),
        1_600_000_000_123, email="mira@example.org", edited_at=1_600_000_001_000, up=2, pinned=True, staff="",
        verified=True,
    )  # fmt: skip


def test_the_first_versions_said_the_same_in_other_words() -> None:
    later = read(remark42_file(WHOLE, users=USERS, closed=[URL]), "remark42")
    assert read(first_remark42_file(WHOLE, users=USERS, closed=[URL]), "remark42") == later
    alone = pages(read(f"{WHOLE}\n".encode(), "remark42"))
    assert alone == [PageRecord(URL, URL, "A page")]


def test_a_page_is_told_once() -> None:
    found = read(remark42_file(comment("c1", URL, "a"), comment("c2", URL, "b")), "remark42")
    assert len(pages(found)) == 1


@pytest.mark.parametrize(
    ("orig", "html", "body"),
    [
        ("One **bold**", "<p>One <strong>bold</strong></p>", Markdown("One **bold**", html=True)),
        ("Don&#39;t &gt; `a &amp;&amp; b`", "<p>Don’t &gt; <code>a &amp;&amp; b</code></p>",
         Markdown("Don't > `a && b`", html=True)),
        ("Use `List`", "<p>Use <code>List&lt;T&gt;</code></p>",
         Html("<p>Use <code>List&lt;T&gt;</code></p>")),
        ("kept", "", Markdown("kept", html=True)),
        (None, "<p>old</p>", Html("<p>old</p>")),
        (None, "<p>👍</p>", Html("<p>👍</p>")),
    ],
)  # fmt: skip
def test_a_body_is_what_was_written_unless_a_part_of_it_was_lost(
    orig: str | None, html: str, body: Html | Markdown
) -> None:
    assert one(comment("c1", URL, html, orig=orig)).body == body


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"delete": True}, Status.REMOVED),
        ({"delete": True, "text": "kept", "user": {"block": True}}, Status.SPAM),
        ({"delete": True, "text": "kept"}, Status.REMOVED),
        ({"user": {"block": True}, "text": "kept"}, Status.APPROVED),
    ],
)
def test_what_readers_did_not_see_is_not_published(more: dict[str, object], status: Status) -> None:
    text = str(more.pop("text", ""))
    user = more.pop("user", None)
    assert isinstance(user, dict | None)
    assert one(comment("c1", URL, text, user=user, **more)).status is status


@pytest.mark.parametrize(
    ("more", "up", "down"),
    [
        ({"votes": {"a": True, "b": True, "c": False}, "score": 1}, 2, 1),
        ({"score": 3}, 3, 0),
        ({"score": -2}, 0, 2),
        ({"score": 5, "controversy": math.pow(9, 2 / 7)}, 7, 2),
        ({"score": -5, "controversy": math.pow(9, 2 / 7)}, 2, 7),
        ({"score": 0, "controversy": 8.0}, 4, 4),
        ({"score": 3, "controversy": 2.5}, 3, 0),
        ({"score": 10**400, "controversy": 2.5}, 10**400, 0),
        ({"score": 0, "controversy": 1e308}, 0, 0),
    ],
)
def test_votes_are_told_apart_as_far_as_the_backup_says(
    more: dict[str, object], up: int, down: int
) -> None:
    found = one(comment("c1", URL, "a", **more))
    assert (found.up, found.down) == (up, down)


def test_what_is_no_comment_is_passed_with_its_line() -> None:
    written = remark42_file("{}", comment("c1", URL, "a"), '{"id": 7, "pid": []}', "[]", "3")
    found = read(written, "remark42")
    assert len(comments(found)) == 1
    assert [each.place for each in passed(found)] == ["line 2", "line 4", "line 6"]


def test_another_version_is_refused() -> None:
    with pytest.raises(MalformedFile, match="version is 2"):
        read(b'{"version": 2, "users": [], "posts": []}', "remark42")


def test_what_is_known_may_be_nothing() -> None:
    written = b'{"version":1,"users":null,"posts":null}\n' + comment("c1", URL, "a").encode()
    assert len(comments(read(written, "remark42"))) == 1
