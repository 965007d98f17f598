"""Cusdis' database: pages of every project, and their comments."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterword.core.model import Status
from afterword.formats import cusdis
from afterword.formats.formats import format_of
from afterword.formats.opening import open_import
from afterword.formats.record import CommentRecord, Markdown, PageRecord, Passed, Record
from tests.support.foreign_databases import AT, cusdis_file

ADDRESS = "https://blog.example.org/a"


def records(folder: Path, written: bytes) -> list[Record]:
    (folder / "data.db").write_bytes(written)
    with open_import(folder / "data.db", folder) as opened:
        assert format_of(opened).name == "cusdis"
        return list(cusdis.read(opened))


def test_pages_and_comments_are_read(tmp_path: Path) -> None:
    written = cusdis_file(
        [{}],
        [{"slug": "a-1", "url": ADDRESS, "title": "A", "created_at": AT * 1000}],
        [
            {"by_email": "a@example.org", "content": "a **b**"},
            {"approved": 0, "parentId": "c1"},
            {"deletedAt": AT * 1000, "parentId": "c1"},
            {"moderatorId": "u", "by_email": "owner@example.org", "parentId": "c1"},
            {"moderatorId": "u"},
        ],
    )
    page, *found = records(tmp_path, written)
    assert page == PageRecord("p1", ADDRESS, "A", created_at=AT * 1000, keys=("id:a-1",))
    comments = [each for each in found if isinstance(each, CommentRecord)]
    assert comments[0] == CommentRecord(
        "c1", "p1", None, Status.APPROVED, "Mira", Markdown("a **b**"), (AT + 1) * 1000, "a@example.org"
    )  # fmt: skip
    statuses = [each.status for each in comments[1:]]
    assert statuses == [Status.PENDING, Status.REMOVED, Status.APPROVED, Status.APPROVED]
    assert [each.parent for each in comments] == [None, "c1", "c1", "c1", None]
    assert [each.staff for each in comments] == [None, None, None, "owner@example.org", ""]


@pytest.mark.parametrize(
    ("slug", "address", "url", "keys"),
    [
        ("/b/1", ADDRESS, ADDRESS, ()),
        ("/b/1", None, "/b/1", ()),
        (ADDRESS, "", ADDRESS, ()),
        ("b 1", None, "/b 1", ("id:b 1",)),
    ],
)
def test_a_page_is_known_by_its_address_or_its_name(
    tmp_path: Path, slug: str, address: str | None, url: str, keys: tuple[str, ...]
) -> None:
    (page,) = records(tmp_path, cusdis_file([{}], [{"slug": slug, "url": address}], []))
    assert isinstance(page, PageRecord)
    assert (page.url, page.keys) == (url, keys)


def test_what_cannot_be_taken_is_named(tmp_path: Path) -> None:
    pages = [{"slug": "", "url": ""}, {"slug": "x", "url": ADDRESS, "projectId": "j2"}]
    assert records(tmp_path, cusdis_file([{}, {"deleted_at": 1}], pages, [])) == [
        Passed("page p1", "A page without an address."),
        Passed(ADDRESS, "A page of a project that was deleted."),
    ]


@pytest.mark.parametrize(
    "at",
    [AT * 1000, f"{AT}000", "2020-09-13 12:26:40", "2020-09-13T12:26:40.000Z",
     "2020-09-13T14:26:40+02:00"],
)  # fmt: skip
def test_dates_are_numbers_or_texts(tmp_path: Path, at: object) -> None:
    (_, comment) = records(tmp_path, cusdis_file([{}], [{"slug": "/a"}], [{"created_at": at}]))
    assert isinstance(comment, CommentRecord)
    assert comment.created_at == AT * 1000
