"""Disqus XML: every thread and post comes, or is said not to."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterword.core.model import Status
from afterword.formats import disqus
from afterword.formats.formats import format_of
from afterword.formats.opening import MalformedFile, open_import
from afterword.formats.record import CommentRecord, Html, PageRecord, Passed, Record
from tests.support.disqus_file import disqus_file, post, thread


def records(path: Path) -> list[Record]:
    with open_import(path) as opened:
        return list(disqus.read(opened))


def test_threads_and_posts_are_read(tmp_path: Path) -> None:
    written = disqus_file(
        thread(1, "https://blog.example.org/a", title="A &amp; B", closed=True, name="a-1"),
        post(11, 1, "<p>Hi</p>", parent=12, name="Mira", email="mira@example.org"),
        post(12, 1, "gone", deleted=True),
        post(13, 1, "buy", spam=True),
    )
    (tmp_path / "file.xml").write_bytes(written)
    page, first, second, third = records(tmp_path / "file.xml")
    assert page == PageRecord(
        "1", "https://blog.example.org/a", "A & B", closed=True,
        created_at=1_600_000_000_000, keys=("id:a-1",),
    )  # fmt: skip
    assert isinstance(first, CommentRecord)
    assert (first.ref, first.page, first.parent) == ("11", "1", "12")
    assert (first.name, first.email, first.created_at) == (
        "Mira",
        "mira@example.org",
        1_600_000_000_000,
    )
    assert first.body == Html("<p>Hi</p>", newlines=True)
    statuses = [each.status for each in (second, third) if isinstance(each, CommentRecord)]
    assert statuses == [Status.REMOVED, Status.SPAM]


@pytest.mark.parametrize(
    ("name", "pages", "comments", "passed"),
    [("isso-disqus.xml", 2, 6, 1), ("remark42-disqus.repaired.xml", 2, 6, 0)],
)
def test_exports_of_others_are_read_whole(
    corpora: Path, name: str, pages: int, comments: int, passed: int
) -> None:
    found = records(corpora / "import" / name)
    counts = [
        sum(isinstance(each, kind) for each in found)
        for kind in (PageRecord, CommentRecord, Passed)
    ]
    assert counts == [pages, comments, passed]
    with open_import(corpora / "import" / name) as opened:
        assert format_of(opened).name == "disqus"


def test_a_broken_file_is_refused_with_its_place(corpora: Path) -> None:
    with pytest.raises(MalformedFile) as refused:
        records(corpora / "import" / "remark42-disqus.xml")
    assert (refused.value.line, refused.value.column) == (1, 1)


def test_a_text_without_an_end_is_passed(tmp_path: Path) -> None:
    (tmp_path / "file.xml").write_bytes(disqus_file(post(1, 1, "x" * 1_100_000), post(2, 1, "two")))
    passed, comment = records(tmp_path / "file.xml")
    assert isinstance(passed, Passed)
    assert isinstance(comment, CommentRecord)
