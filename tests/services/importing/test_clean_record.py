"""What a file says of addresses and bodies becomes what is kept here."""

from __future__ import annotations

import pytest

from afterword.core.errors import Invalid
from afterword.core.model import Policy, Site, Status, Tree
from afterword.core.move_rule import parse_rule
from afterword.formats.record import CommentRecord, EditRecord, Markdown, PageRecord
from afterword.services.importing.clean_record import (
    LONGEST,
    clean_body,
    clean_comment,
    clean_page,
)

SITE = Site(1, "blog", ("https://example.org", "https://www.example.org"), Policy(), 1)


@pytest.mark.parametrize(
    ("url", "expected"),
    [("/post/1", "https://example.org/post/1"), ("/blog/1", "https://example.org/articles/1")],
)
def test_a_path_alone_is_one_of_the_first_origin(url: str, expected: str) -> None:
    rules = [parse_rule("/blog/*", "/articles/*")]
    assert clean_page(PageRecord("1", url), SITE, rules).url == expected


@pytest.mark.parametrize("url", ["//other.example/1", "post/1", ""])
def test_what_is_neither_path_nor_address_is_refused(url: str) -> None:
    with pytest.raises(Invalid):
        clean_page(PageRecord("1", url), SITE, [])


@pytest.mark.parametrize(
    ("body", "tree"),
    [
        (Markdown("a <b>b</b>"), [["p", "a <b>b</b>"]]),
        (Markdown("a <b>b</b>", html=True), [["p", "a ", ["strong", "b"]]]),
        (Markdown("a *b* <T>", html=True), [["p", "a ", ["em", "b"], " <T>"]]),
        (
            Markdown("<b>" * 3_000 + "a" + "</b>" * 3_000, html=True),
            [["p", "<b>" * 3_000 + "a" + "</b>" * 3_000]],
        ),
    ],
)
def test_html_in_markdown_is_markup_where_it_was_shown_so(body: Markdown, tree: Tree) -> None:
    record = CommentRecord("1", "1", None, Status.APPROVED, "Mira", body, 1)
    assert clean_body(record, lambda _: None)[1] == tree


def test_of_an_earlier_text_nothing_is_lost_without_a_word() -> None:
    edits = (EditRecord("a" * (LONGEST + 1), 5), EditRecord("b", -1), EditRecord("c", 6))
    record = CommentRecord("1", "1", None, Status.APPROVED, "Mira", Markdown("x"), 1, edits=edits)
    told: list[str] = []
    comment = clean_comment(record, {}, told.append)
    assert [(len(text), at) for text, at in comment.edits] == [(LONGEST, 5), (1, 6)]
    assert told == [
        "An earlier text is longer than 50,000 characters: the rest is cut off.",
        "An earlier text has no date that can be read: it is left out.",
    ]
