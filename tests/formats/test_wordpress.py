"""WordPress's exports: every comment comes, or is said not to."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterword.core.model import Status
from afterword.formats import wordpress
from afterword.formats.formats import format_of
from afterword.formats.opening import open_import
from afterword.formats.record import CommentRecord, Html, PageRecord, Passed, Record
from tests.support.wordpress_file import author, comment, item, wordpress_file

URL = "https://blog.example.org/a"
AT = 1_600_000_000_000


def read(path: Path, written: bytes) -> list[Record]:
    path.write_bytes(written)
    with open_import(path) as opened:
        assert format_of(opened).name == "wordpress"
        return list(wordpress.read(opened))


def one(path: Path, written: str) -> CommentRecord:
    """What becomes of a comment."""
    record = read(path, wordpress_file(item(1, URL, written)))[0]
    assert isinstance(record, CommentRecord)
    return record


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_items_and_comments_are_read(tmp_path: Path, version: str) -> None:
    first, second, page = read(
        tmp_path / "file.xml",
        wordpress_file(
            item(5, "https://blog.example.org/none"),
            item(
                7, URL,
                comment(11, "Hi\n\nyou", parent=12, name="Tom &amp; Eva", email=" m@example.org\n",
                        website="http://m.example/"),
                comment(12, "two", kind="", website="http://"),
                title="A &amp; <em>B</em>", closed=True,
            ),
            version=version,
        ),
    )  # fmt: skip
    assert page == PageRecord("2", URL, "A & B", closed=True, created_at=AT)
    assert first == CommentRecord(
        "2/11", "2", "2/12", Status.APPROVED, "Tom & Eva", Html("Hi\n\nyou", newlines=True), AT,
        email="m@example.org", website="http://m.example/",
        origin_key="wordpress:11-20200913122640",
    )  # fmt: skip
    assert isinstance(second, CommentRecord)
    assert (second.parent, second.email, second.website) == (None, None, None)


@pytest.mark.parametrize(
    ("approved", "status"),
    [
        ("1", Status.APPROVED),
        ("0", Status.PENDING),
        ("spam", Status.SPAM),
        ("trash", Status.REMOVED),
        ("post-trashed", Status.REMOVED),
        ("", Status.PENDING),
        ("of a plugin", Status.PENDING),
    ],
)
def test_only_what_was_published_will_be(tmp_path: Path, approved: str, status: Status) -> None:
    assert one(tmp_path / "file", comment(1, "a", approved=approved)).status is status


@pytest.mark.parametrize("kind", ["pingback", "trackback", "order_note"])
def test_what_no_reader_wrote_is_passed(tmp_path: Path, kind: str) -> None:
    comments = (comment(1, "a", kind=kind), comment(2, "b", kind="review"))
    written = wordpress_file(item(1, URL, *comments))
    passed, _, page = read(tmp_path / "file", written)
    line = written[: written.index(b"<wp:comment>")].count(b"\n") + 1
    assert passed == Passed(
        f"line {line}, comment 1", f"A {kind}, which is no comment of a reader."
    )
    assert isinstance(page, PageRecord)


@pytest.mark.parametrize(
    "hidden",
    [
        item(1, URL, comment(1, "a"), status="draft"),
        item(1, URL, comment(1, "a"), status="private"),
        item(1, URL, comment(1, "a"), status="trash"),
        item(1, URL, comment(1, "a"), password="secret"),
    ],
)
def test_what_is_not_for_everybody_is_passed(tmp_path: Path, hidden: str) -> None:
    (passed,) = read(tmp_path / "file", wordpress_file(hidden))
    assert isinstance(passed, Passed)
    assert "does not show to everybody" in passed.reason


@pytest.mark.parametrize("kind", ["page", "attachment", "product"])
def test_pages_of_every_kind_have_comments(tmp_path: Path, kind: str) -> None:
    _, page = read(
        tmp_path / "file",
        wordpress_file(item(1, URL, comment(1, "a"), kind=kind, status="inherit")),
    )
    assert isinstance(page, PageRecord)


def test_authors_of_posts_are_staff_and_other_users_are_not(tmp_path: Path) -> None:
    comments = (comment(n, "a", user=n, email="other@example.org") for n in (0, 1, 2))
    written = wordpress_file(item(1, URL, *comments), authors=author(1, "lea@example.org"))
    found = read(tmp_path / "file", written)
    assert [each.staff for each in found if isinstance(each, CommentRecord)] == [
        None, "lea@example.org", None,
    ]  # fmt: skip


def test_a_date_that_greenwich_lacks_is_that_of_the_blog(tmp_path: Path) -> None:
    none = "0000-00-00 00:00:00"
    assert one(tmp_path / "file", comment(1, "a", gmt=none)).created_at == AT
    assert one(tmp_path / "file", comment(1, "a", gmt=none, local=none)).created_at is None


@pytest.mark.parametrize(
    "written",
    [comment(1, "x" * 1_100_000), comment(1, "a").replace("_id>1<", "_id><")],
)
def test_what_cannot_be_taken_is_passed(tmp_path: Path, written: str) -> None:
    (passed,) = read(tmp_path / "file", wordpress_file(item(1, URL, written)))
    assert isinstance(passed, Passed)


def test_an_export_of_others_is_read_whole(corpora: Path, tmp_path: Path) -> None:
    """Its items have a comment 11 each, as two blogs would."""
    found = read(tmp_path / "file", (corpora / "import" / "isso-wordpress.xml").read_bytes())
    comments = [each for each in found if isinstance(each, CommentRecord)]
    pages = [each.url for each in found if isinstance(each, PageRecord)]
    assert pages == ["http://example.tld/2014/test/", "http://example.tld/?p=4"]
    assert len(comments) == len({each.origin_key for each in comments}) == len(found) - 2 == 8
    assert [each.parent for each in comments] == [None, None, "1/6", "1/7", "1/7", None, None, None]
