"""Isso's database: every thread and comment comes, or is said not to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from afterword.core.model import Status
from afterword.formats import isso
from afterword.formats.formats import format_of
from afterword.formats.opening import open_import
from afterword.formats.record import CommentRecord, Markdown, PageRecord, Passed, Record
from tests.support.foreign_databases import AT, database, isso_file


def records(folder: Path, written: bytes) -> list[Record]:
    (folder / "comments.db").write_bytes(written)
    with open_import(folder / "comments.db", folder) as opened:
        assert format_of(opened).name == "isso"
        return list(isso.read(opened))


def test_threads_and_comments_are_read(tmp_path: Path) -> None:
    written = isso_file(
        [{"uri": "/post/1", "title": "One & only"}],
        [
            {"author": "Tom &amp; &lt;Mira&gt;", "email": "a@example.org", "likes": 3, "dislikes": 1,
             "website": "https://a.example/?a=1&amp;b=&#x27;", "modified": AT + 9.5},
            {"mode": 2, "parent": 1, "text": "a *b* <b>c</b>"},
            {"mode": 4, "text": "", "author": None},
            {"mode": None},
        ],
    )  # fmt: skip
    page, first, *others = records(tmp_path, written)
    assert page == PageRecord("1", "/post/1", "One & only")
    assert first == CommentRecord(
        "1", "1", None, Status.APPROVED, "Tom & <Mira>", Markdown("Number 1", html=True),
        (AT + 1) * 1000 + 250, "a@example.org", "https://a.example/?a=1&b='", AT * 1000 + 9_500, 3, 1,
    )  # fmt: skip
    found = [each for each in others if isinstance(each, CommentRecord)]
    assert [each.status for each in found] == [Status.PENDING, Status.REMOVED, Status.PENDING]
    assert found[0].parent == "1"
    assert found[0].body == Markdown("a *b* <b>c</b>", html=True)
    assert found[1].name == ""


@pytest.mark.parametrize(
    ("uri", "url", "keys"),
    [
        ("/a?p=1", "/a?p=1", ()),
        ("https://a.example/b", "https://a.example/b", ()),
        ("my post", "/my post", ("id:my post",)),
    ],
)
def test_a_thread_is_known_by_path_address_or_name(
    tmp_path: Path, uri: str, url: str, keys: tuple[str, ...]
) -> None:
    (page,) = records(tmp_path, isso_file([{"uri": uri}], []))
    assert isinstance(page, PageRecord)
    assert (page.url, page.keys) == (url, keys)


def test_a_thread_without_an_address_is_named(tmp_path: Path) -> None:
    assert records(tmp_path, isso_file([{"uri": None}], [])) == [
        Passed("thread 1", "A thread without an address.")
    ]


def test_what_an_early_version_has_not_is_missed_by_nobody(tmp_path: Path) -> None:
    schema = """
        CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR(256) UNIQUE, title VARCHAR(256));
        CREATE TABLE comments (tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent INTEGER,
            created FLOAT NOT NULL, mode INTEGER, text VARCHAR, author VARCHAR);
    """
    rows = {
        "threads": [{"id": 1, "uri": "/a", "title": None}],
        "comments": [{"tid": 1, "id": 5, "created": 1.5, "mode": 1, "text": None, "author": None}],
    }
    assert records(tmp_path, database(schema, rows)) == [
        PageRecord("1", "/a"),
        CommentRecord("5", "1", None, Status.APPROVED, "", Markdown("", html=True), 1_500),
    ]


@pytest.mark.parametrize("created", ["never", b"\xff", float("inf"), 10**17])
def test_a_value_of_another_kind_is_no_reason_to_stop(tmp_path: Path, created: object) -> None:
    row = {"created": created, "author": b"Z\xfc", "likes": "x", "text": 5, "website": 1.5}
    (_, comment) = records(tmp_path, isso_file([{"uri": "/a"}], [row]))
    assert isinstance(comment, CommentRecord)
    assert replace(comment, created_at=None) == CommentRecord(
        "1", "1", None, Status.APPROVED, "Z\ufffd", Markdown("5", html=True), None, website="1.5"
    )
