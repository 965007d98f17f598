"""Twikoo's own export, and what its databases export."""

from __future__ import annotations

import json

from afterword.core.model import Status
from afterword.formats.record import CommentRecord, Html, PageRecord, Passed, Record
from afterword.formats.twikoo import recognise
from tests.formats.reading import comments, pages, read
from tests.support.json_comments import array, twikoo


def records(written: bytes) -> list[Record]:
    return read(written, "twikoo")


def test_comments_are_read_with_their_pages() -> None:
    written = array(twikoo(1, like=["u1", "u2"], top=True, master=True), twikoo(2, isSpam=True))
    assert records(written) == [
        PageRecord("/a", "/a"),
        CommentRecord(
            f"{1:032x}", "/a", None, Status.APPROVED, "Mira", Html("<p>Hello <strong>you</strong></p>"),
            1_635_253_241_284, "mira@example.org", "https://mira.example", up=2, pinned=True,
            staff="mira@example.org",
        ),
        CommentRecord(
            f"{2:032x}", "/a", None, Status.SPAM, "Mira", Html("<p>Hello <strong>you</strong></p>"),
            1_635_253_241_284, "mira@example.org", "https://mira.example",
        ),
    ]  # fmt: skip


def test_votes_are_counted_as_its_versions_keep_them() -> None:
    votes = {"ups": ["u1", "u2", "u3"], "downs": ["u4"]}
    older, newer = comments(records(array(twikoo(1, like=["u1"]), twikoo(2, **votes))))
    assert [(each.up, each.down) for each in (older, newer)] == [(1, 0), (3, 1)]


def test_lines_of_a_database_are_read_as_well() -> None:
    row = twikoo(1, _id={"$oid": "5f"}, created={"$numberLong": "1635253241284"}, pid=None)
    lines = f"{json.dumps(row)}\n{json.dumps(twikoo(2, pid='5f', rid='5f'))}\n".encode()
    assert recognise(lines)
    first, second = comments(records(lines))
    assert (first.ref, first.created_at) == ("5f", 1_635_253_241_284)
    assert second.parent == "5f"


def test_a_page_named_by_a_word_stood_where_its_first_comment_was_written() -> None:
    (page,) = pages(records(array(twikoo(1, url="about"), twikoo(2, url="about"))))
    assert page == PageRecord("about", "https://blog.example.org/a", keys=("id:about",))


def test_answers_to_a_deleted_comment_stay_together() -> None:
    written = array(twikoo(2, pid="1", rid="1"), twikoo(3, pid=f"{2:032x}", rid="1"))
    found = comments(records(written))
    assert [(each.parent, each.status) for each in found] == [
        ("1", Status.APPROVED),
        (f"{2:032x}", Status.APPROVED),
        (None, Status.REMOVED),
    ]


def test_what_is_no_comment_is_named() -> None:
    written = array(twikoo(1), twikoo(2, url="", href=None))[:-1] + b',"?"]'
    assert records(written)[2:] == [
        Passed("line 1", "A comment without a page."),
        Passed("line 1", "Where a comment should stand is something else."),
    ]
