"""Valine's comments in each of the ways that LeanCloud gives them."""

from __future__ import annotations

import json

import pytest

from afterword.core.model import Status
from afterword.formats.opening import MalformedFile
from afterword.formats.record import CommentRecord, Html, PageRecord, Record
from afterword.formats.valine import recognise
from tests.formats.reading import comments, read
from tests.support.json_comments import array, leancloud_file, valine


def records(written: bytes) -> list[Record]:
    return read(written, "valine")


ROWS = [valine(1), valine(2, pid=f"{1:024x}", rid=f"{1:024x}")]
RESULTS = json.dumps({"results": ROWS}, indent=1).encode()
LINES = b"\n".join(json.dumps(each).encode() for each in ROWS)


@pytest.mark.parametrize("written", [array(*ROWS), leancloud_file(*ROWS), RESULTS, LINES])
def test_comments_are_read_with_their_pages(written: bytes) -> None:
    first = CommentRecord(
        f"{1:024x}", "/a", None, Status.APPROVED, "Mira", Html("<p>Hello <strong>you</strong></p>\n"),
        1_635_253_238_196, "mira@example.org", "https://mira.example",
    )  # fmt: skip
    assert recognise(written)
    page, one, two = records(written)
    assert (page, one) == (PageRecord("/a", "/a"), first)
    assert isinstance(two, CommentRecord)
    assert (two.ref, two.parent) == (f"{2:024x}", first.ref)


def test_spam_is_told_by_either_of_its_marks() -> None:
    written = array(valine(1, isSpam=True), valine(2, status="spam"), valine(3, status="waiting"))
    statuses = [each.status for each in comments(records(written))]
    assert statuses == [Status.SPAM, Status.SPAM, Status.PENDING]


def test_a_broken_line_is_refused_with_its_number() -> None:
    with pytest.raises(MalformedFile) as refused:
        records(leancloud_file(valine(1)) + b'{"objectId": oh}\n')
    assert (refused.value.line, refused.value.column) == (3, 14)
