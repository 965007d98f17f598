"""Waline's own export: comments of a table, whatever database it was."""

from __future__ import annotations

import pytest

from afterword.core.model import Status
from afterword.formats.opening import MalformedFile
from afterword.formats.record import CommentRecord, Markdown, PageRecord, Passed, Record
from afterword.formats.waline import recognise
from tests.formats.reading import comments, read
from tests.support.json_comments import waline, waline_file


def records(written: bytes) -> list[Record]:
    return read(written, "waline")


def test_comments_are_read_with_their_pages() -> None:
    answer = waline(2, pid=1, rid=1, like=2, sticky=1)
    assert records(waline_file(waline(1), answer)) == [
        PageRecord("/a", "/a"),
        CommentRecord(
            "1", "/a", None, Status.APPROVED, "Mira", Markdown("Hello **you**", html=True),
            1_795_688_430_000, "mira@example.org", "https://mira.example",
        ),
        CommentRecord(
            "2", "/a", "1", Status.APPROVED, "Mira", Markdown("Hello **you**", html=True),
            1_795_688_430_000, "mira@example.org", "https://mira.example", up=2, pinned=True,
        ),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("approved", Status.APPROVED),
        ("waiting", Status.PENDING),
        ("spam", Status.SPAM),
        ("", Status.APPROVED),
    ],
)
def test_what_waline_shows_is_published(said: str, expected: Status) -> None:
    (comment,) = comments(records(waline_file(waline(1, status=said))))
    assert comment.status is expected


def test_an_answer_joins_what_it_answers_and_not_the_start_of_the_thread() -> None:
    written = waline_file(waline(3, pid=2, rid=1), waline(2, pid=1, rid=1), waline(1))
    assert [each.parent for each in comments(records(written))] == ["2", "1", None]


def test_what_was_answered_and_deleted_keeps_its_place() -> None:
    written = waline_file(waline(1), waline(3, pid=2, rid=1), waline(4, pid=2, rid=1))
    found = comments(records(written))
    assert [(each.ref, each.parent, each.status) for each in found] == [
        ("1", None, Status.APPROVED),
        ("3", "2", Status.APPROVED),
        ("4", "2", Status.APPROVED),
        ("2", "1", Status.REMOVED),
    ]


def test_a_thread_whose_start_was_deleted_stays_one() -> None:
    written = waline_file(waline(2, rid=1), waline(4, pid=3, rid=1))
    found = comments(records(written))
    assert {each.ref: each.parent for each in found} == {"2": "1", "4": "3", "1": None, "3": "1"}


def test_what_the_server_answers_is_read_as_what_the_dashboard_saves() -> None:
    saved = waline_file(waline(1))
    answered = b'{"errno":0,"errmsg":"","data":' + saved + b"}"
    assert recognise(answered)
    assert records(answered) == records(saved)


def test_reactions_to_a_page_are_named() -> None:
    counters = [
        {"url": "/a", "time": 9, "reaction0": 2},
        {"url": "/b", "time": 1, "reaction0": None},
    ]
    (passed,) = records(waline_file(Counter=counters))
    assert passed == Passed("/a", "Reactions to a page: Waline numbers them and says no names.")


def test_another_object_is_refused() -> None:
    with pytest.raises(MalformedFile, match="no export of Waline"):
        records(b'{"type": "other", "data": {"Comment": []}}')
