"""Isso's generic JSON: every thread and comment comes, or is said not to."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterword.core.model import Status
from afterword.formats import isso_json
from afterword.formats.formats import format_of
from afterword.formats.opening import MalformedFile, open_import
from afterword.formats.record import CommentRecord, Markdown, PageRecord, Passed, Record


def records(path: Path) -> list[Record]:
    with open_import(path) as opened:
        return list(isso_json.read(opened))


def written(folder: Path, text: str) -> Path:
    (folder / "file.json").write_text(text)
    return folder / "file.json"


def test_the_file_of_another_is_read_whole(corpora: Path) -> None:
    found = records(corpora / "import" / "isso-generic.json")
    assert found == [
        PageRecord("/posts/0001/", "/posts/0001/", "Test+post"),
        CommentRecord(
            "/posts/0001/#0", "/posts/0001/", None, Status.APPROVED, "texas holdem",
            Markdown("Great men can't be ruled. by free online poker", html=True), 1_109_217_817_000,
            website="http://www.tigerspice.com",
        ),
        PageRecord("/posts/0007/", "/posts/0007/", "Nat+%26+Miguel"),
        CommentRecord(
            "/posts/0007/#0", "/posts/0007/", None, Status.APPROVED, "Richard Crinshaw",
            Markdown("Ja-make-a me crazzy mon :)\n", html=True), 1_115_535_026_000,
            email="105421439@87750645.com",
        ),
    ]  # fmt: skip
    with open_import(corpora / "import" / "isso-generic.json") as opened:
        assert format_of(opened).name == "isso-json"


def test_numbers_may_be_words_and_stand_twice(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        '[{"id": "my-post", "comments": [{"id": "1"}, {"id": 1}, {"id": 2, "text": "a"}]}]',
    )
    page, *comments = records(path)
    assert page == PageRecord("my-post", "/my-post", keys=("id:my-post",))
    refs = [each.ref for each in comments if isinstance(each, CommentRecord)]
    assert refs == ["my-post#1", "my-post#1-2", "my-post#2"]


def test_what_is_no_comment_is_named(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        '[{"id": "", "comments": [{"id": 1}]},\n{"id": "/a", "comments": [5, {"id": 1}]},\n7]',
    )
    found = records(path)
    assert [each.place for each in found if isinstance(each, Passed)] == [
        "line 1",
        "line 2",
        "line 3",
    ]
    assert sum(isinstance(each, CommentRecord) for each in found) == 1


@pytest.mark.parametrize("text", ['[{"id": "/a"', '[{"id": "/a"},]', '[{"id": }]'])
def test_broken_json_is_refused_with_its_place(tmp_path: Path, text: str) -> None:
    with pytest.raises(MalformedFile, match="Line 1"):
        records(written(tmp_path, text))
