"""Artrans: what Artalk and its tools write, with the types that each of them prefers."""

from __future__ import annotations

import pytest

from afterword.core.model import Status
from afterword.formats.record import CommentRecord, Markdown, PageRecord, Passed, Record
from tests.formats.reading import comments, pages, read
from tests.support.json_comments import array, artrans


def records(written: bytes) -> list[Record]:
    return read(written, "artrans")


def test_comments_are_read_with_their_pages() -> None:
    found = records(array(artrans(1, vote_up="3", vote_down="1"), artrans(2, rid="1")))
    assert found == [
        PageRecord("Blog\n/a", "https://blog.example.org/a", "A"),
        CommentRecord(
            "1", "Blog\n/a", None, Status.APPROVED, "Mira", Markdown("Hello **you**", html=True),
            1_635_425_415_000, "mira@example.org", "https://mira.example", up=3, down=1,
        ),
        CommentRecord(
            "2", "Blog\n/a", "1", Status.APPROVED, "Mira", Markdown("Hello **you**", html=True),
            1_635_425_415_000, "mira@example.org", "https://mira.example",
        ),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "url", "keys"),
    [
        ({}, "https://blog.example.org/a", ()),
        ({"site_urls": ""}, "/a", ()),
        ({"page_key": "https://x.example/b?c=1"}, "https://x.example/b?c=1", ()),
        ({"page_key": "about"}, "https://blog.example.org/about", ("id:about",)),
        ({"page_key": "about", "site_urls": None}, "/about", ("id:about",)),
    ],
)
def test_a_page_is_a_path_an_address_or_a_word(
    changed: dict[str, str], url: str, keys: tuple[str, ...]
) -> None:
    (page,) = pages(records(array(artrans(1, **changed))))
    assert (page.url, page.keys) == (url, keys)


def test_a_page_for_admins_alone_is_closed() -> None:
    (page,) = pages(records(array(artrans(1, page_admin_only="true"))))
    assert page.closed


def test_pages_of_the_same_name_on_two_sites_are_two() -> None:
    other = artrans(2, site_name="Notes", site_urls="https://notes.example.org/")
    found = records(array(artrans(1), other, artrans(3)))
    assert [each.url for each in pages(found)] == [
        "https://blog.example.org/a",
        "https://notes.example.org/a",
    ]
    assert len({each.page for each in comments(found)}) == 2


@pytest.mark.parametrize("yes", ["true", True, 1])
def test_states_are_read_whatever_their_type(yes: object) -> None:
    written = array(artrans(1, is_pending=yes), artrans(2, is_pinned=yes, rid="", vote_up=2))
    pending, pinned = comments(records(written))
    assert (pending.status, pending.pinned) == (Status.PENDING, False)
    assert (pinned.status, pinned.pinned, pinned.up) == (Status.APPROVED, True, 2)


@pytest.mark.parametrize(
    "said",
    [
        "2021-10-28 20:50:15 +0800 +0800",
        "2021-10-28 20:50:15.000000001 +0800 CST",
        "2021-10-28 12:50:15 +0000 UTC m=+0.000012",
        "2021-10-28T12:50:15.000Z",
        "2021-10-28 12:50:15",
        "2021/10/28 12:50:15",
        1_635_425_415,
        "1635425415000",
    ],
)
def test_dates_are_read_as_each_exporter_writes_them(said: object) -> None:
    (comment,) = comments(records(array(artrans(1, created_at=said))))
    assert comment.created_at == 1_635_425_415_000


@pytest.mark.parametrize("said", ["", "yesterday", None, "2021-13-45 20:50:15", "nan", [], True])
def test_a_date_that_nobody_can_read_is_none(said: object) -> None:
    (comment,) = comments(records(array(artrans(1, created_at=said))))
    assert comment.created_at is None


def test_a_badge_says_that_a_member_wrote_it() -> None:
    (comment,) = comments(records(array(artrans(1, badge_name="Admin"))))
    assert comment.staff == "mira@example.org"


def test_what_is_no_comment_is_named() -> None:
    found = records(array(artrans(1, page_key=""), artrans(2))[:-1] + b", \n7]")
    assert [each for each in found if isinstance(each, Passed)] == [
        Passed("line 1", "A comment without a page."),
        Passed("line 2", "Where a comment should stand is something else."),
    ]


def test_a_comment_without_a_number_has_the_same_one_in_each_export() -> None:
    written = array(artrans(1, id=""), artrans(2, id="0", content="Other"))
    first, second = comments(records(written))
    assert first.ref != second.ref
    assert [each.ref for each in comments(records(written))] == [first.ref, second.ref]
