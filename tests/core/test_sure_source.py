"""What is said to be sure is: its Markdown is read as the tree that it was made of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from afterword.core.errors import Invalid
from afterword.core.html_body import html_body
from afterword.core.markdown import parse
from afterword.core.model import Node, Tree
from afterword.core.sure_source import is_sure
from afterword.core.tree_source import source_of
from afterword.core.web_address import safe_url

_HREFS = st.sampled_from([safe_url(address) or "" for address in (
    "https://a.example/", "http://a.example/b_c_d?x=1&y=2#z", "https://a.example/?q=&copy;", "http://a.b/(c)",
    "https://a.example/x.", "https://a.example/*b*", "https://xn--e1awd7f.example/", "mailto:a@b.example",
    "http://a.example:80/~b/", "https://a.example/%5B1%5D", "https://a.example/a'b", "http://a.example/?b\\c",
)])  # fmt: skip
_SIGNS = "ab1 .,;:!?-+=#>|()[]*_~`&@<\\'\"/\n\t\xa0\u2028\u200bé–…😀"
_TEXT = st.text(_SIGNS, max_size=6) | st.sampled_from([
    "a", " a ", "a. ", " www.a.example ", " 1. ", "- ", "!", "a!", " a@b.example", "http://a", "&amp;", "===",
    "a ", "://", "    a", "# ", "+1", "(", '"x" ', "ſ", "ＷＷＷ.a.example",
])  # fmt: skip
_LEAF = st.one_of(
    _TEXT,
    st.just(["br"]),
    st.tuples(st.sampled_from(["em", "strong", "del", "code"]), _TEXT).map(list),
    st.tuples(st.just("a"), _HREFS.map(lambda href: {"href": href}), _TEXT).map(list),
    _HREFS.map(lambda href: ["a", {"href": href}, href]),
)
_WORDS = st.text("ab .,:!é", min_size=1, max_size=4)
_NEARLY_PLAIN = st.tuples(
    st.just("a") | _WORDS.map(str.lstrip),
    st.tuples(st.sampled_from(["em", "strong"]), _WORDS.map(lambda text: f"a{text}b")).map(list)
    | _HREFS.map(lambda href: ["a", {"href": href}, href])
    | st.tuples(st.just("a"), _HREFS.map(lambda href: {"href": href}), _WORDS).map(list)
    | st.just(["br"]),
    st.sampled_from(["a", "a ", " a", ". a", ", ", ")", "!", "b"]) | _WORDS,
    _LEAF,
).map(list)


def _paragraph(nodes: list[Node]) -> Node:
    return ["p", *nodes]


_PARAGRAPHS = (_NEARLY_PLAIN | st.lists(_LEAF, max_size=6)).map(_paragraph)


@settings(max_examples=500)
@given(st.lists(_PARAGRAPHS, min_size=1, max_size=2))
@example([["p", "a!", ["a", {"href": "https://a.example/"}, "b"]]])
@example([["p", ["a", {"href": "https://a.example/x"}, "https://a.example/x"], "b"]])
@example([["p", "a", ["strong", "b"], "c"]])
@example([["p", "a ", ["br"], "b"]])
@example([["p", ["a", {"href": "https://a.example/x"}, "\xad"]]])
def test_what_is_sure_is_read_as_that_tree(tree: Tree) -> None:
    if is_sure(tree):
        assert parse(source_of(tree).text, images=True) == tree


@pytest.mark.parametrize(
    "html",
    [
        '<p>Two paragraphs, with (some) "signs" – and 😀.</p><p>It\'s 100% so.</p>',
        "one<br>two",
        'See <a href="https://a.example/b_c?x=1&amp;y=2">this</a>, it is <b>bold</b>.',
        "<p>Look: https://a.example/some_page, please.</p>",
    ],
)
def test_what_people_write_is_sure(html: str) -> None:
    assert is_sure(html_body(html).tree)


@pytest.mark.parametrize(
    "html", ["# no", "a * b", "1. a", "<ul><li>a</ul>", "a&amp;b", "<b>a</b>b", ""]
)
def test_what_might_be_markup_is_not_sure(html: str) -> None:
    assert is_sure(html_body(html).tree) is (html == "")


def test_what_is_sure_of_the_specification_is_read_as_that_tree(corpora: Path) -> None:
    sure = 0
    for found in json.loads((corpora / "markdown" / "commonmark-0.31.2.json").read_text()):
        for tree in (
            html_body(found["html"]).tree,
            html_body(found["markdown"], newlines=True).tree,
        ):
            if is_sure(tree):
                sure += 1
                assert parse(source_of(tree).text, images=True) == tree
    assert sure > 100


def test_the_lines_of_odd_words_are_read_as_they_are(corpora: Path) -> None:
    for text in json.loads((corpora / "strings" / "blns.json").read_text()):
        tree = [["p", text]]
        try:
            assert not is_sure(tree) or parse(source_of(tree).text) == tree
        except Invalid:
            assert not is_sure(tree)
