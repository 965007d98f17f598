"""A tree as Markdown: what people edit is what was there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.core.errors import Invalid
from afterword.core.html_body import html_body
from afterword.core.markdown import parse
from afterword.core.tree_source import source_of

ODD = 12
"""Of the 652 examples in the specification, those whose tree no Markdown of ours gives."""


@pytest.mark.parametrize(
    ("html", "source"),
    [
        ("# no\n- no\n1. no", "\\# no\n\\- no\n1\\. no"),
        ("a *b* _c_ snake_case [d] &amp;amp; &lt;b>", "a \\*b\\* \\_c\\_ snake_case \\[d\\] \\&amp; \\<b>"),
        ("<b>a</b> <i>b</i> <s>c</s> <code>d`</code>", "**a** *b* ~~c~~ `` d` ``"),
        ("<ul><li>a<ul><li>b</ul></ul><ol><li>c</ol>", "- a\n  - b\n\n1. c"),
        ("<blockquote><p>a<p>b</blockquote>", "> a\n>\n> b"),
        ("<pre>a\n```\nb</pre>", "````\na\n```\nb\n````"),
        ('<a href="https://a.example/">a</a>', "[a](https://a.example/)"),
        ("https://a.example/x", "https://a.example/x"),
    ],
)  # fmt: skip
def test_a_tree_is_written_as_people_would(html: str, source: str) -> None:
    tree = html_body(html, newlines=True).tree
    assert source_of(tree).text == source
    assert source_of(tree).exact
    assert parse(source) == tree


def test_a_tree_that_no_markdown_gives_is_said_to_be_one() -> None:
    assert not source_of([["p", ["em", "a"], ["em", "b"]]]).exact


_WORDS = st.text("ab *_~`[]()<>#-+.1&\\!|=>", min_size=1, max_size=10)
_HTML = st.sampled_from(
    ["<p>", "<br>", "<b>", "</b>", "<ul>", "<li>", "</ul>", "<blockquote>", "</blockquote>", "<hr>"]
)


@given(st.lists(_WORDS.map(lambda text: text.replace("<", "&lt;")), min_size=1, max_size=6))
def test_plain_words_are_always_exact(lines: list[str]) -> None:
    html = "<br>".join(line.strip() for line in lines)
    assert source_of(html_body(html).tree).exact


@given(st.lists(_HTML | st.text("abc ", min_size=1, max_size=5), max_size=12).map("".join))
def test_what_is_said_to_be_exact_is(html: str) -> None:
    tree = html_body(html).tree
    found = source_of(tree)
    assert not found.exact or parse(found.text, images=True) == tree


def test_the_examples_of_the_specification_come_back(corpora: Path) -> None:
    examples = json.loads((corpora / "markdown" / "commonmark-0.31.2.json").read_text())
    trees = []
    for example in examples:
        try:
            trees.append(parse(example["markdown"]))
        except Invalid:
            continue
    odd = [tree for tree in trees if not source_of(tree).exact]
    assert len(trees) > 600
    assert len(odd) <= ODD
