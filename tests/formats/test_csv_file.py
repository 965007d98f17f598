"""CSV of anybody: what its columns are called tells what they hold, and nothing is guessed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from afterword.core.model import Status
from afterword.formats import csv_file
from afterword.formats.csv_columns import OURS
from afterword.formats.formats import csv_format, format_of
from afterword.formats.opening import MalformedFile, open_import
from afterword.formats.record import (
    CommentRecord,
    Html,
    Markdown,
    PageRecord,
    Passed,
    Plain,
    Record,
)

AT = 1_600_000_000_000
URL = "https://blog.example.org/a"


def read(path: Path, written: str | bytes, said: Mapping[str, str] | None = None) -> list[Record]:
    path.write_bytes(written if isinstance(written, bytes) else written.encode())
    with open_import(path) as opened:
        kind = csv_format(said) if said else format_of(opened)
        assert kind.name == "csv"
        return list(kind.read(opened))


def comments(path: Path, written: str) -> list[CommentRecord]:
    return [each for each in read(path, written) if isinstance(each, CommentRecord)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_rows_are_read_however_they_are_parted(
    tmp_path: Path, delimiter: str, mark: str, end: str
) -> None:
    rows = [
        ["Page URL", "Comment ID", "Parent-Id", "Author", "E-Mail", "Website", "Created_At"],
        [URL, "1", "0", "Mira", "m@example.org", "https://m.example/", "2020-09-13T12:26:40Z"],
        [f"{URL}2", "2", "1", "Jo", "", "", "1600000000"],
    ]
    rows[0] += ["Approved", "Likes", "Comment"]
    rows[1] += ["1", "3", f'"Hi{delimiter} ""you""{end}there"']
    rows[2] += ["0", "-2", "two"]
    text = mark + end.join(delimiter.join(row) for row in rows) + end
    page, first, other, second = read(tmp_path / "file", text)
    assert page == PageRecord(URL, URL)
    assert isinstance(first, CommentRecord)
    assert first.body == Plain(f'Hi{delimiter} "you"{end}there')
    assert (first.ref, first.page, first.parent, first.name) == ("1", URL, None, "Mira")
    assert (first.email, first.website) == ("m@example.org", "https://m.example/")
    assert (first.created_at, first.status, first.up, first.down) == (AT, Status.APPROVED, 3, 0)
    assert other == PageRecord(f"{URL}2", f"{URL}2")
    assert isinstance(second, CommentRecord)
    assert (second.parent, second.status, second.up, second.down) == ("1", Status.PENDING, 0, 2)


@pytest.mark.parametrize(
    ("cell", "at"),
    [
        ("2020-09-13T12:26:40Z", AT),
        ("2020-09-13 12:26:40", AT),
        ("2020-09-13 14:26:40+02:00", AT),
        ("2020-09-13 12:26:40.000000 UTC", AT),
        ("1600000000", AT),
        ("1600000000000", AT),
        ("1600000000.0", AT),
        ("03/04/2020", None),
        ("yesterday", None),
        ("", None),
        ("9" * 5_000, None),
    ],
)
def test_only_dates_that_can_be_read_in_one_way_are(
    tmp_path: Path, cell: str, at: int | None
) -> None:
    (comment,) = comments(tmp_path / "file", f"page,text,date\n{URL},a,{cell}\n")
    assert comment.created_at == at


@pytest.mark.parametrize(
    ("header", "cell", "status"),
    [
        ("status", "published", Status.APPROVED),
        ("status", "Spam", Status.SPAM),
        ("status", "deleted", Status.REMOVED),
        ("status", "waiting", Status.PENDING),
        ("status", "", Status.PENDING),
        ("other", "", Status.APPROVED),
    ],
)
def test_only_what_was_published_will_be(
    tmp_path: Path, header: str, cell: str, status: Status
) -> None:
    (comment,) = comments(tmp_path / "file", f"page,text,{header}\n{URL},a,{cell}\n")
    assert comment.status is status


def test_comments_without_numbers_are_known_by_what_they_say(tmp_path: Path) -> None:
    text = f"page,name,text\n{URL},Mira,a\n{URL},Mira,b\n"
    first, second = comments(tmp_path / "file", text)
    assert first.ref != second.ref
    assert [each.ref for each in comments(tmp_path / "file", text)] == [first.ref, second.ref]


def test_numbers_of_several_tables_are_told_apart_by_the_page(tmp_path: Path) -> None:
    first, second = comments(tmp_path / "file", f"page,id,text\n{URL},1,a\n{URL}2,1,b\n")
    assert first.origin_key != second.origin_key


@pytest.mark.parametrize(
    ("header", "row", "body"),
    [
        ("page,markdown", "*a*", Markdown("*a*")),
        ("page,html", "<b>a</b>", Html("<b>a</b>")),
        ("page,body", "<b>a</b>", Plain("<b>a</b>")),
        ("page,body,format", "*a*,Markdown", Markdown("*a*")),
        ("page,body,format", "<b>,html", Html("<b>")),
    ],
)
def test_what_comments_say_is_read_as_what_it_is(
    tmp_path: Path, header: str, row: str, body: object
) -> None:
    (comment,) = comments(tmp_path / "file", f"{header}\n{URL},{row}\n")
    assert comment.body == body


def test_columns_of_other_names_are_said(tmp_path: Path) -> None:
    text = f"Seite;Wer;Kommentar;Adresse\n{URL};Mira;<b>a</b>;203.0.113.7\n"
    said = {"seite": "page", "Wer": "name", "Kommentar": "html"}
    passed, _, comment = read(tmp_path / "file", text, said)
    assert passed == Passed("line 1", "The column 'Adresse': nothing is known of it.")
    assert isinstance(comment, CommentRecord)
    assert (comment.name, comment.body) == ("Mira", Html("<b>a</b>"))


def test_what_is_said_of_a_column_goes_before_its_name(tmp_path: Path) -> None:
    text = f"page,url,text,comment\n/other,{URL},a,b\n"
    found = read(tmp_path / "file", text, {"url": "page", "comment": "body"})
    assert [type(each) for each in found] == [Passed, Passed, PageRecord, CommentRecord]
    assert found[2] == PageRecord(URL, URL)
    assert isinstance(found[3], CommentRecord)
    assert found[3].body == Plain("b")


def test_rows_that_are_not_whole_are_passed(tmp_path: Path) -> None:
    text = f"page,text\n{URL}\n{URL},a,b\n,c\n\n{URL},d\n"
    found = read(tmp_path / "file", text)
    places = [each.place for each in found if isinstance(each, Passed)]
    assert places == ["line 2", "line 3", "line 4"]
    assert [type(each) for each in found[3:]] == [PageRecord, CommentRecord]


@pytest.mark.parametrize(
    ("text", "said", "place"),
    [
        (b'page,text\na,"b\nc', "unexpected end", 3),
        (b'page,text\na,"b"c\n', "expected after", 2),
        (b"page,text\na,\xff\n", "UTF-8", 2),
        (b'page,text\na,"' + b"x" * 1_100_000 + b'"\n', "field larger", 2),
        (b"page,text\n" + b"x" * 9_000_000, "longer than", 2),
    ],
)  # fmt: skip
def test_what_is_no_csv_is_refused_with_its_place(
    tmp_path: Path, text: bytes, said: str, place: int
) -> None:
    with pytest.raises(MalformedFile, match=said) as refused:
        read(tmp_path / "file", text)
    assert refused.value.line == place


def test_a_row_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "MAX_ROW", 1_000)
    with pytest.raises(MalformedFile, match="row is longer"):
        read(tmp_path / "file", b"page,text\n" + b'"a\n",' * 1_000)


def test_a_header_without_an_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MalformedFile, match="but none"):
        read(tmp_path / "file", "page,text" + ",x" * 2_000_000 + "\n", {"page": "page"})


def test_a_header_that_tells_too_little_is_refused(tmp_path: Path) -> None:
    for said, reason in (
        ({"who": "name"}, "csv-map"),
        ({"nowhere": "name"}, "no column 'nowhere'"),
    ):
        with pytest.raises(MalformedFile, match=reason):
            read(tmp_path / "file", "who,what\na,b\n", said)


@pytest.mark.parametrize(
    "head", [b"page,text", b"who,what\n", b"", b"\xff\xfe\n", b'"page,text\n"', b"page and text\n"]
)
def test_only_a_header_that_tells_enough_is_recognised(head: bytes) -> None:
    assert not csv_file.recognise(head)


def test_apostrophes_are_taken_off_in_our_own_alone(tmp_path: Path) -> None:
    header = ",".join(OURS)
    row = f"{URL},'=T,k1,,approved,''n,,,yes,2020-09-13T12:26:40.000Z,,0,0,yes,'- a"
    page, comment = read(tmp_path / "file", f"{header}\n{row}\n")
    assert page == PageRecord(URL, URL, "=T")
    assert comment == CommentRecord(
        "k1", URL, None, Status.APPROVED, "'n", Markdown("- a"), AT, pinned=True, staff="",
        origin_key="k1",
    )  # fmt: skip
    (foreign,) = comments(tmp_path / "file", f"page,text\n{URL},'a\n")
    assert foreign.body == Plain("'a")
