"""HTML of others: what a tree can hold is kept, and what it cannot is named."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.core.errors import Invalid
from afterword.core.html_body import MAX_TAGS, SMALL_LENGTH, SMALL_TAGS, html_body, plain_body
from afterword.core.markdown import MAX_DEPTH, MAX_NODES
from afterword.core.model import Tree
from afterword.core.tree import Close, Open, inline_text, is_valid, walk


@pytest.mark.parametrize(
    ("html", "tree"),
    [
        ("<p>a <b>b </b>c</p>", [["p", "a ", ["strong", "b"], " c"]]),
        ("x<br>y<br><br>z", [["p", "x", ["br"], "y"], ["p", "z"]]),
        ("<b><p>one</p><p>two</p></b>", [["p", ["strong", "one"]], ["p", ["strong", "two"]]]),
        ("<h2>T</h2>text", [["p", ["strong", "T"]], ["p", "text"]]),
        ("<ul><li>a<li>b<ul><li>c</ul></ul>",
         [["ul", ["li", "a"], ["li", "b", ["ul", ["li", "c"]]]]]),
        ("<ul><li>a<p>b</p><li>c</ul>",
         [["ul", ["li", ["p", "a"], ["p", "b"]], ["li", ["p", "c"]]]]),
        ('<ol start="3"><li>c</ol>', [["ol", {"start": "3"}, ["li", "c"]]]),
        ("<li>stray", [["ul", ["li", "stray"]]]),
        ("<blockquote>q<blockquote>r</blockquote></blockquote>",
         [["blockquote", ["p", "q"], ["blockquote", ["p", "r"]]]]),
        ('<pre><code class="language-js">a\n  b</code></pre>',
         [["pre", ["code", {"lang": "js"}, "a\n  b"]]]),
        ("see http://example.org/a_b now",
         [["p", "see ", ["a", {"href": "http://example.org/a_b"}, "http://example.org/a_b"], " now"]]),
        ('<img src="https://a.example/c.png" alt="a cat">',
         [["p", ["a", {"href": "https://a.example/c.png"}, "a cat"]]]),
        ("<pre><code>a<pre>b</pre>c</code></pre>d", [["pre", ["code", "abc"]], ["p", "d"]]),
        ("<p>one</p>\n<p>two</p>\n", [["p", "one"], ["p", "two"]]),
        ("<b> </b><p></p>", []),
    ],
)  # fmt: skip
def test_what_a_tree_can_hold_is_kept(html: str, tree: Tree) -> None:
    assert html_body(html).tree == tree


def test_line_ends_count_where_the_format_says_so() -> None:
    text = "a\nb\n\nc"
    assert html_body(text).tree == [["p", "a b c"]]
    assert html_body(text, newlines=True).tree == [["p", "a", ["br"], "b"], ["p", "c"]]
    assert plain_body("a < b\n\nc") == [["p", "a < b"], ["p", "c"]]


def test_what_cannot_be_kept_becomes_its_words_and_is_named() -> None:
    found = html_body('<u>under</u><table><tr><td>a<td>b</table><script>alert("x")</script>')
    assert found.tree == [["p", "under"], ["p", "a | b"]]
    assert found.dropped == ("script", "table", "u")


def test_an_address_that_may_not_be_a_link_is_read() -> None:
    found = html_body('<a href="javascript:alert(1)">x</a> <a href="/rel">y</a>')
    assert found.tree == [["p", "x (javascript:alert(1)) y (/rel)"]]
    assert found.dropped == ("link",)


def test_a_link_shows_where_it_leads() -> None:
    (paragraph,) = html_body('<a href="https://evil.example">bank.example</a>').tree
    assert paragraph[-1] == " (evil.example)"


@pytest.mark.parametrize(
    "html", ["<div>" * 100_000, "<b>" * MAX_TAGS, "<blockquote>" * 100, "x" * 300_000]
)
def test_what_is_too_complex_is_refused_at_once(html: str) -> None:
    with pytest.raises(Invalid):
        html_body(html)


@pytest.mark.parametrize(
    "tag", ["<li>", "<blockquote>", "<b>", "<ol><li>", "<pre><code>", "<table><td>"]
)
@pytest.mark.parametrize("text", ["\n", "a@b.c ", "www.a.bc ", "x\n"])
def test_what_is_small_need_not_be_measured(tag: str, text: str) -> None:
    html = tag * (SMALL_TAGS // tag.count("<"))
    html += text * ((SMALL_LENGTH - len(html)) // len(text))
    steps = [*walk(html_body(html, newlines=True).tree)]
    depth = deepest = 0
    for step in steps:
        depth += isinstance(step, Open) - isinstance(step, Close)
        deepest = max(deepest, depth)
    assert deepest <= MAX_DEPTH
    assert len(steps) <= 2 * MAX_NODES


_TAGS = st.sampled_from(
    re.findall(
        r"\S+",
        "<p> </p> <b> </b> <i> </i> <br> <ul> </ul> <li> <blockquote> </blockquote> <pre> </pre> <code>"
        " </code> <table> <tr> <td> </table> <a/href='https://a.example/'> </a> <a/href='x:y'> <h1> </h1>"
        " <script> <!-- --> <svg> <math> <template> <style> <img/src=//b.example/x> &amp; &#0; &lt;",
    )
)


@given(st.lists(_TAGS | st.text(max_size=8), max_size=40).map("".join))
def test_whatever_comes_is_a_tree(html: str) -> None:
    html = html.encode("utf-8", "replace").decode()
    for newlines in (False, True):
        assert is_valid(html_body(html, newlines=newlines).tree)


_SAFE = st.sampled_from(
    re.findall(r"\S+", "<p> </p> <b> </b> <i> </i> <br> <ul> <li> <blockquote> <h1> <div> </div>")
)
_WORDS = st.text("abcdefgäö&;", min_size=1, max_size=6)


@given(st.lists(_SAFE | _WORDS, max_size=40).map(" ".join))
def test_no_word_is_lost(html: str) -> None:
    words = unescape(re.sub("<[^>]*>", " ", html)).split()
    nodes = [["em", block] for block in html_body(html).tree]
    shown = " ".join(inline_text([node]) for node in nodes)
    assert re.sub(r"\s", "", shown) == "".join(words)
