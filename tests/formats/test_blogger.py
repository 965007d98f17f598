"""Both exports of Blogger: every comment comes, or is said not to."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterword.core.model import Status
from afterword.formats import blogger
from afterword.formats.formats import format_of
from afterword.formats.opening import open_import
from afterword.formats.record import CommentRecord, Html, PageRecord, Passed, Plain, Record
from tests.support.blogger_file import (
    classic_comment,
    classic_file,
    classic_post,
    takeout_comment,
    takeout_file,
    takeout_post,
)

URL = "https://b.example/2020/09/a.html"
AT = 1_600_000_000_000


def read(path: Path, written: bytes) -> list[Record]:
    path.write_bytes(written)
    with open_import(path) as opened:
        assert format_of(opened).name == "blogger"
        return list(blogger.read(opened))


def test_an_export_of_the_settings_is_read(tmp_path: Path) -> None:
    page, first, second, third = read(
        tmp_path / "file",
        classic_file(
            classic_post(7, URL, title="A &amp; B"),
            classic_comment(11, 7, "Hi&lt;br /&gt;you", website="http://m.example/"),
            classic_comment(12, 7, "two", parent=11, name="Anonymous"),
            classic_comment(13, 7, "gone", removed=True),
        ),
    )
    assert page == PageRecord("7", URL, "A & B", created_at=AT)
    assert first == CommentRecord(
        "11", "7", None, Status.APPROVED, "Mira", Html("Hi<br />you"), AT, website="http://m.example/"
    )  # fmt: skip
    assert second == CommentRecord("12", "7", "11", Status.APPROVED, "", Html("two"), AT)
    assert isinstance(third, CommentRecord)
    assert third.status is Status.REMOVED


def test_an_export_of_takeout_is_read(tmp_path: Path) -> None:
    page, first, second = read(
        tmp_path / "file",
        takeout_file(
            takeout_post(7, "/2020/09/a.html", title="A"),
            takeout_comment(11, 7, "Hi"),
            takeout_comment(12, 7, "two", parent=11),
        ),
    )
    assert page == PageRecord("7", "/2020/09/a.html", "A", created_at=AT)
    assert first == CommentRecord("11", "7", None, Status.APPROVED, "Mira", Html("Hi"), AT)
    assert isinstance(second, CommentRecord)
    assert second.parent == "11"


@pytest.mark.parametrize(
    ("status", "trashed", "becomes"),
    [
        ("LIVE", "", Status.APPROVED),
        ("PENDING", "", Status.PENDING),
        ("SPAM", "", Status.SPAM),
        ("EMPTIED", "", Status.REMOVED),
        ("GHOSTED", "", Status.PENDING),
        ("LIVE", "2021-01-01T00:00:00Z", Status.REMOVED),
    ],
)
def test_only_what_was_published_will_be(
    tmp_path: Path, status: str, trashed: str, becomes: Status
) -> None:
    written = takeout_comment(1, 7, "a", status=status, trashed=trashed)
    (comment,) = read(tmp_path / "file", takeout_file(written))
    assert isinstance(comment, CommentRecord)
    assert comment.status is becomes


@pytest.mark.parametrize(
    "written",
    [
        classic_file(classic_post(7, URL, draft=True)),
        classic_file(classic_post(7, "")),
        classic_file(classic_comment(1, 7, "a").replace("thr:in-reply-to", "thr:other")),
        classic_file(classic_comment(1, 7, "<div xmlns='x'>a</div>", kind="xhtml")),
        classic_file(classic_comment(1, 7, "x" * 1_100_000)),
        takeout_file(takeout_post(7, "/a", status="DRAFT")),
        takeout_file(takeout_post(7, "/a", trashed="2021-01-01T00:00:00Z")),
    ],
)
def test_what_cannot_be_taken_is_passed(tmp_path: Path, written: bytes) -> None:
    assert [type(each) for each in read(tmp_path / "file", written)] == [Passed]


def test_a_text_without_markup_stays_one(tmp_path: Path) -> None:
    written = classic_file(classic_comment(1, 7, "a &lt; b", kind="text"))
    (comment,) = read(tmp_path / "file", written)
    assert isinstance(comment, CommentRecord)
    assert comment.body == Plain("a < b")


def test_a_number_without_an_end_is_no_work(tmp_path: Path) -> None:
    name = "1" * 1_000_000 + "x"
    written = takeout_file(takeout_comment(1, 7, "a").replace("post-1<", f"post-{name}<"))
    (comment,) = read(tmp_path / "file", written)
    assert isinstance(comment, CommentRecord)
    assert comment.ref.endswith("x")
