"""Commento and Comentario: comments find the authors that come after them."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterword.core.model import Status
from afterword.formats import commento
from afterword.formats.opening import MalformedFile, open_import
from afterword.formats.record import CommentRecord, Html, Markdown, PageRecord
from tests.formats.reading import comments, pages, passed, read
from tests.support.commento_file import commento_author, commento_comment, commento_file

URL = "https://blog.example.org/a"
MIRA = commento_author("a1", "Mira", link="https://mira.example", isModerator=True)


def test_everything_that_it_says_is_read() -> None:
    written = commento_file(
        [commento_comment("c1", "**a**", author="a1", parent="c0", score=-2)], [MIRA]
    )
    page, found = read(written, "commento")
    assert page == PageRecord(URL, URL)
    assert found == CommentRecord(
        "c1", URL, "c0", Status.APPROVED, "Mira", Markdown("**a**"), 1_600_000_000_500,
        email="a1@example.org", website="https://mira.example", down=2, staff="",
    )  # fmt: skip


def test_who_is_unknown_has_no_name_and_who_lacks_is_told() -> None:
    nobody = [commento_comment("c1", "a"), commento_comment("c2", "b", author="0" * 64)]
    lacking = commento_comment("c3", "c", author="gone")
    found = read(commento_file([*nobody, lacking], [MIRA]), "commento")
    assert [each.name for each in comments(found)] == ["", "", ""]
    assert [each.place for each in passed(found)] == ["c3"]


def test_scripts_wrote_undefined_where_there_was_no_website() -> None:
    written = commento_file(
        [commento_comment("c1", "a", author="a2")], [commento_author("a2", "Tom")]
    )
    assert comments(read(written, "commento"))[0].website is None


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"state": "unapproved"}, Status.PENDING),
        ({"state": "flagged"}, Status.SPAM),
        ({"state": "of the future"}, Status.PENDING),
        ({"state": ""}, Status.APPROVED),
        ({"deleted": True}, Status.REMOVED),
        ({"markdown": "[deleted]"}, Status.REMOVED),
        ({"markdown": "[deleted]", "commenterHex": "a1"}, Status.APPROVED),
        ({"markdown": ""}, Status.REMOVED),
    ],
)
def test_states_are_kept(more: dict[str, object], status: Status) -> None:
    found = read(commento_file([commento_comment("c1", "a") | more], [MIRA]), "commento")
    assert [each.status for each in comments(found)] == [status]


@pytest.mark.parametrize(
    ("more", "url"),
    [
        ({"domain": "other.example", "url": "/b"}, "https://other.example/b"),
        ({"url": "b"}, "https://blog.example.org/b"),
        ({"url": ""}, "https://blog.example.org/"),
        ({"domain": "http://blog.example.org/", "url": "/b"}, "https://blog.example.org/b"),
        ({"domain": None, "url": "/b"}, "/b"),
        ({"url": "https://elsewhere.example/b"}, "https://elsewhere.example/b"),
        ({"domain": None, "url": None, "host": "blog.example.org", "path": "/c"}, "https://blog.example.org/c"),
    ],
)  # fmt: skip
def test_a_domain_and_a_path_are_an_address(more: dict[str, object], url: str) -> None:
    found = read(commento_file([commento_comment("c1", "a") | more], []), "commento")
    assert [each.url for each in pages(found)] == [url]


def test_html_is_read_where_there_is_nothing_else() -> None:
    written = commento_file([commento_comment("c1", "", author="a1", html="<p>a</p>")], [MIRA])
    assert comments(read(written, "commento"))[0].body == Html("<p>a</p>")


def test_what_is_like_nothing_is_passed() -> None:
    written = commento_file([{"commenterHex": "a1"}, 3], [{"name": "Mira"}])
    found = read(written, "commento")
    assert len(passed(found)) == len(found) == 3


def test_lists_may_be_nothing() -> None:
    assert read(b'{"version":1,"comments":null,"commenters":null}', "commento") == []


def test_another_version_is_refused() -> None:
    with pytest.raises(MalformedFile, match="version is 2"):
        read(commento_file([commento_comment("c1", "a")], [], version=2), "commento")


def test_authors_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commento, "MAX_AUTHORS", 2)
    many = [commento_author(f"a{n}", "Mira") for n in range(3)]
    assert read(commento_file([], [*many[:2], *many[:2]]), "commento") == []
    with pytest.raises(MalformedFile, match="more than 2 authors"):
        read(commento_file([], many), "commento")


def test_the_export_of_another_project_is_read_whole(corpora: Path) -> None:
    with open_import(corpora / "import" / "remark42-commento.json") as opened:
        assert commento.recognise(opened.head)
        found = list(commento.read(opened))
    assert (len(pages(found)), len(comments(found)), passed(found)) == (2, 3, [])
    assert [each.name for each in comments(found)] == ["", "User5276", "Saturnin Uf"]
