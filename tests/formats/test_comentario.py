"""Comentario: comments find their page before them and their author after them."""

from __future__ import annotations

import json

import pytest

from afterword.core.model import Status
from afterword.formats.opening import MalformedFile
from afterword.formats.record import CommentRecord, Html, Markdown, PageRecord
from tests.formats.reading import comments, pages, passed, read
from tests.support.commento_file import (
    NOBODY,
    comentario_author,
    comentario_comment,
    comentario_file,
    comentario_page,
)

URL = "https://blog.example.org/a"
PAGES = [comentario_page("a", "/a", isReadonly=True)]
MIRA = comentario_author("u1", "Mira", isModerator=True)
WHOLE = comentario_comment(
    "c1", "a", "**a**", author="u1", parentId="c0", score=3, isSticky=True,
    editedTime="2020-09-13T12:26:41Z",
)  # fmt: skip


def one(**more: object) -> CommentRecord:
    written = comentario_file(PAGES, [comentario_comment("c1", "a", "a") | more], [MIRA])
    (found,) = comments(read(written, "comentario"))
    return found


def test_everything_that_it_says_is_read() -> None:
    page, found = read(comentario_file(PAGES, [WHOLE], [MIRA]), "comentario")
    assert page == PageRecord("a", URL, "A page", closed=True, created_at=1_600_000_000_500)
    assert found == CommentRecord(
        "c1", "a", "c0", Status.APPROVED, "Mira", Markdown("**a**"), 1_600_000_000_500,
        email="u1@example.org", website="https://mira.example", edited_at=1_600_000_001_000, up=3,
        pinned=True, staff="",
    )  # fmt: skip


def test_the_order_of_its_parts_says_nothing() -> None:
    written = comentario_file(PAGES, [WHOLE], [MIRA])
    turned = dict(reversed([*json.loads(written).items()]))
    assert read(json.dumps(turned).encode(), "comentario") == read(written, "comentario")


def test_a_page_without_an_address_has_its_path() -> None:
    written = comentario_file(PAGES, [comentario_comment("c1", "a", "a", url="")], [])
    assert [each.url for each in pages(read(written, "comentario"))] == ["/a"]


def test_a_page_that_lacks_has_the_address_that_its_comments_say() -> None:
    written = comentario_file(None, [comentario_comment("c1", "a", "a")], None)
    assert pages(read(written, "comentario")) == [PageRecord("a", URL)]


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({}, Status.APPROVED),
        ({"isApproved": False, "isPending": True}, Status.PENDING),
        ({"isApproved": False}, Status.SPAM),
        ({"isDeleted": True, "markdown": "", "html": ""}, Status.REMOVED),
    ],
)
def test_states_are_kept(more: dict[str, object], status: Status) -> None:
    assert one(**more).status is status


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"userCreated": "u1"}, "Mira"),
        ({"authorName": "Tom"}, "Tom"),
        ({"userCreated": NOBODY}, ""),
        ({"userCreated": "gone", "authorName": "Tom"}, "Tom"),
    ],
)
def test_who_wrote_it_is_named(more: dict[str, object], name: str) -> None:
    assert one(**more).name == name


def test_an_author_who_lacks_is_told() -> None:
    written = comentario_file(PAGES, [comentario_comment("c1", "a", "a", author="gone")], [MIRA])
    assert [each.place for each in passed(read(written, "comentario"))] == ["c1"]


def test_html_is_read_where_there_is_nothing_else() -> None:
    assert one(markdown="", html="<p>a</p>").body == Html("<p>a</p>")


def test_a_comment_without_parent_stands_by_itself() -> None:
    assert one(parentId=NOBODY).parent is None
    assert one(parentId="").parent is None


def test_what_is_like_nothing_is_passed() -> None:
    found = read(comentario_file([3], [{"id": "c1"}], [{}]), "comentario")
    assert len(passed(found)) == len(found) == 3


def test_another_version_is_refused() -> None:
    with pytest.raises(MalformedFile, match="version is 4"):
        read(comentario_file(PAGES, [WHOLE], [MIRA], version=4), "comentario")
