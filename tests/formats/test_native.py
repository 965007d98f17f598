"""Our own export: what is written is what is read, and what is no line of it is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from afterword.core.model import Status
from afterword.formats import native
from afterword.formats.formats import format_of
from afterword.formats.opening import MalformedFile, open_import
from afterword.formats.record import (
    CommentRecord,
    EditRecord,
    Markdown,
    Own,
    PageRecord,
    Passed,
    Record,
)
from tests.support.project import ROOT

START = native.start_line("blog", ["https://blog.example.org"], private=True)
PAGE = PageRecord(
    "url:a", "https://a/", "A", closed=True, note="n", created_at=1, keys=("id:1", "url:a"),
    slow=3, opened_at=2, reactions={"👍": 2},
)  # fmt: skip
COMMENT = CommentRecord(
    "client:1", "url:a", "client:0", Status.PENDING, "Mira", Own("*a*", [["p", ["em", "a"]]]), 5,
    "m@example.org", "https://m/", 6, 2, 1, pinned=True, edits=(EditRecord("b", 4),), staff="",
    origin_key="client:1", verified=True, role="Editor", avatar="M",
)  # fmt: skip


def read(path: Path, written: bytes) -> list[Record]:
    path.write_bytes(written)
    with open_import(path) as opened:
        assert format_of(opened, "afterword").name == "afterword"
        return list(native.read(opened))


def test_what_is_written_is_read(tmp_path: Path) -> None:
    written = START + native.line_of(PAGE) + native.line_of(COMMENT) + native.end_line(1, 1)
    assert native.recognise(written)
    assert read(tmp_path / "file", written) == [PAGE, COMMENT]


def test_a_tree_that_we_would_not_make_is_made_anew(tmp_path: Path) -> None:
    line = native.line_of(COMMENT).replace(b'["em","a"]', b'["script","a"]')
    (comment,) = read(tmp_path / "file", START + line + native.end_line(0, 1))
    assert isinstance(comment, CommentRecord)
    assert comment.body == Markdown("*a*")


def test_a_comment_without_a_name_is_passed(tmp_path: Path) -> None:
    line = native.line_of(COMMENT).replace(b'"ref":"client:1"', b'"ref":""')
    assert [
        type(each) for each in read(tmp_path / "file", START + line + native.end_line(0, 1))
    ] == [Passed]


@pytest.mark.parametrize(
    ("written", "place"),
    [
        (b"", (1, 1)),
        (b'{"afterword_export":2,"site":"a","origins":[],"private":true}\n', (1, 1)),
        (START + b'{"type":"page","ref":"a"', (2, 25)),
        (START + b'{"type":"page","ref":"a"}\n', (2, 1)),
        (START + native.line_of(PAGE) + b"\n", (3, 1)),
        (START + b'{"type":"page","ref":"\xff"}\n', (2, None)),
        (START + b"[" * 100_000, (2, None)),
        (START + b'{"type":"other"}\n', (2, 1)),
        (START + native.line_of(PAGE), (3, 1)),
        (START, (2, 1)),
        (START + native.line_of(PAGE) + native.end_line(2, 0), (3, 1)),
        (START + native.end_line(0, 0) + native.line_of(PAGE), (3, 1)),
    ],
)
def test_what_is_no_line_is_refused_with_its_place(
    tmp_path: Path, written: bytes, place: tuple[int, int | None]
) -> None:
    with pytest.raises(MalformedFile) as refused:
        read(tmp_path / "file", written)
    assert refused.value.line == place[0]
    assert place[1] in (None, refused.value.column)


def test_the_schema_is_the_one_in_the_docs() -> None:
    kept = json.loads((ROOT / "docs" / "export.schema.json").read_text())
    assert kept == native.schema()
