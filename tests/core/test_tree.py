"""The tree of a body: what may be in one, and the HTML and text that are made of it."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterword.core import tree
from afterword.core.model import Tree

IMAGE = 'loading="lazy" referrerpolicy="no-referrer"'
REL = 'rel="nofollow ugc noopener noreferrer"'


@pytest.mark.parametrize(
    ("nodes", "html"),
    [
        ([["p", "a < b & c"]], "<p>a &lt; b &amp; c</p>"),
        ([["p", '"quoted"']], "<p>&quot;quoted&quot;</p>"),
        ([["p", ["strong", ["em", "x"], "y"], ["br"], "z"]],
         "<p><strong><em>x</em>y</strong><br>z</p>"),
        ([["p", ["a", {"href": "https://a.example/it's?x=1&y"}, "a"]]],
         f'<p><a href="https://a.example/it&#x27;s?x=1&amp;y" {REL}>a</a></p>'),
        ([["pre", ["code", {"lang": "py"}, "1 < 2"]]],
         '<pre><code class="language-py">1 &lt; 2</code></pre>'),
        ([["ol", {"start": "3"}, ["li", "x"]], ["hr"]], '<ol start="3"><li>x</li></ol><hr>'),
        ([["blockquote", ["ul", ["li"]]]], "<blockquote><ul><li></li></ul></blockquote>"),
        ([["p", ["img", {"src": "https://a.example/b.png", "alt": '">'}]]],
         f'<p><img src="https://a.example/b.png" alt="&quot;&gt;" {IMAGE}></p>'),
        ([], ""),
    ],
)  # fmt: skip
def test_html_holds_the_tree_and_nothing_else(nodes: Tree, html: str) -> None:
    assert tree.is_valid(nodes)
    assert tree.to_html(nodes) == html


@pytest.mark.parametrize(
    ("nodes", "text"),
    [
        ([["p", "one"], ["p", "two", ["br"], "three"]], "one\n\ntwo\nthree"),
        ([["ul", ["li", "a"], ["li", "b", ["ol", {"start": "9"}, ["li", "c"], ["li", "d"]]]],
          ["p", "e"]],
         "- a\n- b\n  9. c\n  10. d\n\ne"),
        ([["ul", ["li", ["p", "a"], ["p", "b"]], ["li", ["p", "c"]]]], "- a\n\n  b\n- c"),
        ([["p", "he said"], ["blockquote", ["p", "yes"], ["blockquote", ["p", "no"]]]],
         "he said\n\n> yes\n>\n> > no"),
        ([["ul", ["li", ["blockquote", ["p", "q"]]], ["li"], ["li", "r"]]], "- > q\n-\n- r"),
        ([["p", "see ", ["a", {"href": "https://a.example/"}, "this ", ["em", "page"]], "."]],
         "see this page."),
        ([["pre", ["code", "a\n\n  b"]], ["hr"], ["p", "c"]], "a\n\n  b\n\n---\n\nc"),
        ([["p", ["img", {"src": "https://a.example/b.png", "alt": "a cat"}]]], "a cat"),
        ([], ""),
    ],
)  # fmt: skip
def test_text_reads_like_the_page(nodes: Tree, text: str) -> None:
    assert tree.is_valid(nodes)
    assert tree.to_text(nodes) == text


@pytest.mark.parametrize(
    "nodes",
    [
        None,
        "text",
        {"p": "x"},
        ["text at the top"],
        [["em", "inline at the top"]],
        [["script", "x"]],
        [["P", "x"]],
        [[]],
        [[{"href": "x"}]],
        [["p", 1]],
        [["p", None]],
        [["p", "x", {"late": "attributes"}]],
        [["p", {"class": "x"}, "x"]],
        [["p", {"onclick": "x"}]],
        [["p", ["p", "x"]]],
        [["ul", "text in a list"]],
        [["p", ["li", "x"]]],
        [["br"]],
        [["p", ["br", "content"]]],
        [["pre", "text"]],
        [["p", ["code", ["em", "x"]]]],
        [["p", ["a", "no address"]]],
        [["p", ["a", {"href": "javascript:alert(1)"}, "x"]]],
        [["p", ["a", {"href": "/relative"}, "x"]]],
        [["p", ["a", {"href": "HTTPS://A.example"}, "not as a browser writes it"]]],
        [["p", ["a", {"href": "https://a.example/"}, ["em", ["a", {"href": "https://b.example/"}]]]]],
        [["p", ["a", {"href": 1}, "x"]]],
        [["p", ["img", {"src": "http://a.example/b.png"}]]],
        [["p", ["img", {"alt": "no address"}]]],
        [["pre", ["code", {"lang": 'x" onload="'}, "x"]]],
        [["ol", {"start": "-1"}]],
        [["ol", {"start": "1x"}]],
    ],
)  # fmt: skip
def test_what_is_not_a_tree_is_not_taken_for_one(nodes: object) -> None:
    assert not tree.is_valid(nodes)


def test_a_tree_of_any_depth_is_walked() -> None:
    deep: Tree = [["p", "x"]]
    for _ in range(10_000):
        deep = [["blockquote", *deep]]
    assert tree.is_valid(deep)
    assert tree.to_html(deep).count("<blockquote>") == 10_000
    assert tree.to_text(deep).endswith("> x")
    assert tree.links(deep) == []


def test_links_and_images_count_as_links_in_their_order() -> None:
    nodes: Tree = [
        ["p", ["a", {"href": "https://a.example/"}, "a"]],
        ["ul", ["li", ["img", {"src": "https://b.example/", "alt": ""}]]],
        ["p", ["a", {"href": "https://a.example/"}, "again"]],
    ]
    assert tree.links(nodes) == ["https://a.example/", "https://b.example/", "https://a.example/"]


@pytest.mark.parametrize(
    ("text", "limit", "excerpt"),
    [
        ("short enough", 12, "short enough"),
        ("the quick brown fox", 12, "the quick…"),
        ("the quick brown fox", 10, "the quick…"),
        ("donaudampfschifffahrt", 8, "donauda…"),
        ("a donaudampfschifffahrt", 10, "a donauda…"),
        ("two  spaces\nand lines", 40, "two spaces and lines"),
        ("e\u0301e\u0301e\u0301", 4, "e\u0301…"),
        ("anything", 1, "…"),
        ("anything", 0, ""),
    ],
)
def test_an_excerpt_is_cut_where_a_reader_would_cut(text: str, limit: int, excerpt: str) -> None:
    assert tree.excerpt([["p", text]], limit) == excerpt


def inline(children: st.SearchStrategy[list[object]]) -> st.SearchStrategy[list[object]]:
    return st.one_of(
        st.builds(lambda tag, nodes: [tag, *nodes], st.sampled_from(["em", "strong", "del"]), children),
        st.builds(lambda text: ["code", text], st.text()),
        st.just(["br"]),
    )  # fmt: skip


inlines = st.recursive(
    st.lists(st.text(max_size=8), max_size=3),
    lambda nodes: st.lists(st.text(max_size=8) | inline(nodes), max_size=4),
    max_leaves=12,
)
paragraphs = st.builds(lambda nodes: ["p", *nodes], inlines)
trees = st.lists(
    paragraphs
    | st.builds(lambda nodes: ["blockquote", *nodes], st.lists(paragraphs, max_size=2))
    | st.builds(lambda items: ["ul", *(["li", *item] for item in items)], st.lists(inlines, max_size=3)),
    max_size=4,
)  # fmt: skip


@settings(derandomize=True, max_examples=150, deadline=None)
@given(trees)
def test_html_read_back_says_the_same(nodes: Tree) -> None:
    assert tree.is_valid(nodes)
    reader = TextReader()
    reader.feed(tree.to_html(nodes))
    reader.close()
    said = "".join(step for step in tree.walk(nodes) if isinstance(step, str))
    assert "".join(reader.said) == said


class TextReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []

    def handle_data(self, data: str) -> None:
        self.said.append(data)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(trees, st.integers(0, 40))
def test_an_excerpt_is_never_longer_than_asked(nodes: Tree, limit: int) -> None:
    assert len(tree.excerpt(nodes, limit)) <= limit
