"""HTML in Markdown is markup where it was surely meant so, and else text: no word is lost."""

from __future__ import annotations

import time

import pytest

from afterword.core.errors import Invalid
from afterword.core.html_body import html_body
from afterword.core.mixed_markdown import html_of
from afterword.core.model import Tree


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("a *b* <b>c</b>", [["p", "a ", ["em", "b"], " ", ["strong", "c"]]]),
        ("a<br>b\nc", [["p", "a", ["br"], "b", ["br"], "c"]]),
        ("<p>one</p>\n<p>two</p>", [["p", "one"], ["p", "two"]]),
        (
            "<p>See <a href='https://a.example/?x=1&y=2'>this</a></p>",
            [["p", "See ", ["a", {"href": "https://a.example/?x=1&y=2"}, "this"]]],
        ),
        (
            "<blockquote>q</blockquote>\n\n**x** ~~y~~",
            [["blockquote", ["p", "q"]], ["p", ["strong", "x"], " ", ["del", "y"]]],
        ),
        ("1 < 2 <i>and</i> 3 &amp; 4", [["p", "1 < 2 ", ["em", "and"], " 3 & 4"]]),
        (
            "<pre><code class='language-js'>if (a < b) {}</code></pre>",
            [["pre", ["code", {"lang": "js"}, "if (a < b) {}"]]],
        ),
    ],
)
def test_html_is_kept_beside_markdown(source: str, tree: Tree) -> None:
    html = html_of(source)
    assert html is not None
    assert html_body(html).tree == tree


@pytest.mark.parametrize(
    "source",
    [
        "*a*",
        "the <div> tag",
        "a List<T> and `<b>code</b>`",
        "<b>unclosed",
        "    <p>code</p>",
        "<script>alert(1)</script>",
        "a < b and c > d",
        "<https://a.example>",
    ],
)
def test_what_is_no_markup_is_left_to_markdown(source: str) -> None:
    assert html_of(source) is None


def test_signs_beside_markup_stay_words() -> None:
    html = html_of("<!-- a --> <script>b()</script> the <p> tag, a List<T>, <i>c</i>")
    assert html is not None
    (paragraph,) = html_body(html).tree
    assert paragraph == [
        "p", "<!-- a --> <script>b()</script> the <p> tag, a List<T>, ", ["em", "c"],
    ]  # fmt: skip


@pytest.mark.parametrize("source", ["<b>a</b>\n" * 2_500, "<b>" * 3_000 + "</b>" * 3_000])
def test_what_would_take_too_long_is_refused(source: str) -> None:
    began = time.process_time()
    with pytest.raises(Invalid):
        html_of(source)
    assert time.process_time() - began < 1
