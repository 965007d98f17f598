"""What people may write, and the tree that it becomes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterword.core import markdown, tree
from afterword.core.errors import Invalid
from afterword.core.markdown import parse
from afterword.core.model import Node

PNG = "https://a.example/b.png"


def a(href: str, *children: Node) -> Node:
    return ["a", {"href": href}, *children]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("plain", [["p", "plain"]]),
        ("one\n\ntwo", [["p", "one"], ["p", "two"]]),
        ("*a* **b** ~~c~~ `d`",
         [["p", ["em", "a"], " ", ["strong", "b"], " ", ["del", "c"], " ", ["code", "d"]]]),
        ("***both***", [["p", ["em", ["strong", "both"]]]]),
        ("~one tilde~", [["p", "~one tilde~"]]),
        ("# Title *x*", [["p", ["strong", "Title ", ["em", "x"]]]]),
        ("Title\n=====", [["p", ["strong", "Title"]]]),
        ("> said\n>\n> again", [["blockquote", ["p", "said"], ["p", "again"]]]),
        ("- a\n- b", [["ul", ["li", "a"], ["li", "b"]]]),
        ("- a\n\n- b", [["ul", ["li", ["p", "a"]], ["li", ["p", "b"]]]]),
        ("- a\n  - b", [["ul", ["li", "a", ["ul", ["li", "b"]]]]]),
        ("1. a\n2. b", [["ol", ["li", "a"], ["li", "b"]]]),
        ("7) a", [["ol", {"start": "7"}, ["li", "a"]]]),
        ("a\n\n---\n\nb", [["p", "a"], ["hr"], ["p", "b"]]),
        ("```py\nx < 1\n```", [["pre", ["code", {"lang": "py"}, "x < 1"]]]),
        ("```C++ title\nx\n```", [["pre", ["code", {"lang": "c++"}, "x"]]]),
        ('```"><img>\nx\n```', [["pre", ["code", "x"]]]),
        ("    indented\n      more", [["pre", ["code", "indented\n  more"]]]),
        ("```\n```", [["pre", ["code"]]]),
        ("\\*not em\\* &amp; &copy; &#x41;", [["p", "*not em* & © A"]]),
        ("", []),
        (" \n\n ", []),
        ("[unused]: https://a.example", []),
    ],
)  # fmt: skip
def test_commonmark_becomes_a_tree(source: str, expected: list[Node]) -> None:
    assert parse(source) == expected


def test_a_new_line_is_a_new_line_as_typed() -> None:
    assert parse("a\nb  \nc\\\nd") == [["p", "a", ["br"], "b", ["br"], "c", ["br"], "d"]]


@pytest.mark.parametrize(
    "source",
    [
        "<b>bold</b>",
        "<script>alert(1)</script>",
        "<!-- x -->",
        "<div>\n\n*a*\n\n</div>",
        "a <br> b",
    ],
)
def test_raw_html_is_shown_as_it_was_typed(source: str) -> None:
    assert tree.to_text(parse(source)) == source.replace("*", "")


def test_tables_are_text() -> None:
    assert tree.to_text(parse("|a|b|\n|-|-|\n|1|2|")) == "|a|b|\n|-|-|\n|1|2|"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[a](https://b.example)", [a("https://b.example/", "a")]),
        ('[a](<https://b.example/x y> "title")', [a("https://b.example/x%20y", "a")]),
        ("[a *b*][c]\n\n[c]: https://d.example", [a("https://d.example/", "a ", ["em", "b"])]),
        ("[a](mailto:b@c.example)", [a("mailto:b@c.example", "a")]),
        ("[a](www.b.example)", [a("http://www.b.example/", "a")]),
        ("[](https://b.example)", [a("https://b.example/", "https://b.example")]),
        ("[\u200b](https://b.example)", [a("https://b.example/", "https://b.example")]),
        ("<https://b.example>", [a("https://b.example/", "https://b.example")]),
        ("<b@c.example>", [a("mailto:b@c.example", "b@c.example")]),
    ],
)
def test_links_lead_to_absolute_addresses(source: str, expected: list[Node]) -> None:
    assert parse(source) == [["p", *expected]]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("[a](javascript:alert(1))", "a (javascript:alert(1))"),
        ("[a](java&#10;script:alert(1))", "a (java\nscript:alert(1))"),
        ("[a](/logout)", "a (/logout)"),
        ("[a](//evil.example)", "a (//evil.example)"),
        ("[a](http://good.example@evil.example)", "a (http://good.example@evil.example)"),
        ("[#id](#id)", "#id"),
        ("[a]()", "a"),
        ("<javascript:alert(1)>", "<javascript:alert(1)>"),
        ("![a](data:image/png;base64,x)", "a (data:image/png;base64,x)"),
    ],
)
def test_a_link_that_may_not_be_one_shows_what_it_was(source: str, text: str) -> None:
    nodes = parse(source)
    assert tree.links(nodes) == []
    assert tree.to_text(nodes) == text


@pytest.mark.parametrize(
    ("source", "without", "with_images"),
    [
        (f"![a *cat*]({PNG})", a(PNG, "a cat"), ["img", {"src": PNG, "alt": "a cat"}]),
        (f"![]({PNG})", a(PNG, PNG), ["img", {"src": PNG, "alt": ""}]),
        (f"[![a]({PNG})](https://b.example)", a("https://b.example/", "a"),
         a("https://b.example/", ["img", {"src": PNG, "alt": "a"}])),
        (f"[![]({PNG})](https://b.example)",
         [a("https://b.example/", PNG), " (b.example)"],
         a("https://b.example/", ["img", {"src": PNG, "alt": ""}])),
        ("![a](http://a.example/b.png)", a("http://a.example/b.png", "a"),
         a("http://a.example/b.png", "a")),
    ],
)  # fmt: skip
def test_images_are_links_until_the_site_allows_them(
    source: str, without: Node, with_images: Node
) -> None:
    expected = without if isinstance(without[0], list) else [without]
    assert parse(source) == [["p", *expected]]
    assert parse(source, images=True) == [["p", with_images]]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("see https://a.example/b.", ["see ", a("https://a.example/b", "https://a.example/b"), "."]),
        ("**www.a.example**", [["strong", a("http://www.a.example/", "www.a.example")]]),
        ("https://a.example/__init__.py*",
         [a("https://a.example/__init__.py", "https://a.example/__init__.py"), "*"]),
        ("*(https://a.example/_b_/c)*",
         [["em", "(", a("https://a.example/_b_/c", "https://a.example/_b_/c"), ")"]]),
        ("https://a.example/?b=1&amp;c=2",
         [a("https://a.example/?b=1&c=2", "https://a.example/?b=1&c=2")]),
        ("`https://a.example`", [["code", "https://a.example"]]),
        ("[x https://a.example y](https://a.example)",
         [a("https://a.example/", "x https://a.example y")]),
        ("[https://a.example/_b_](https://a.example/_b_)",
         [a("https://a.example/_b_", "https://a.example/_b_")]),
        ("[no link https://a.example]",
         ["[no link ", a("https://a.example/", "https://a.example"), "]"]),
        ("b@c.example", [a("mailto:b@c.example", "b@c.example")]),
    ],
)  # fmt: skip
def test_bare_addresses_are_links_outside_code_and_links(source: str, expected: list[Node]) -> None:
    assert parse(source) == [["p", *expected]]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("[bank.example](https://evil.example)", "bank.example (evil.example)"),
        ("[*https://bank.example/*](https://evil.example)", "https://bank.example/ (evil.example)"),
        ("[me@bank.example](mailto:me@evil.example)", "me@bank.example (me@evil.example)"),
        ("https://аррӏе.com", "https://аррӏе.com (xn--80ak6aa92e.com)"),
        ("![bank.example](https://evil.example/x.png)", "bank.example (evil.example)"),
        ("[the bank](https://bank.example)", "the bank"),
    ],
)
def test_link_text_that_names_another_host_is_followed_by_the_real_one(
    source: str, text: str
) -> None:
    assert tree.to_text(parse(source)) == text


def test_signs_that_reverse_text_are_dropped_and_controls_made_visible() -> None:
    assert parse("a\u202eb &#x202e;c `d\u2066e`\x01\ud800\u0085") == [
        ["p", "ab c ", ["code", "de"], "\ufffd\ufffd\ufffd"]
    ]


@pytest.mark.parametrize(
    "source",
    [
        ">" * 25 + " deep",
        "".join(f"{'  ' * level}- a\n" for level in range(15)),
        "*a **a " * 20 + "b** b*" * 20,
        "a *b* " * 2_000,
        "a\n" * 2_500,
        f"[a]: https://a.example/{'x' * 1_900}\n\n" + "[a] " * 200,
    ],
)
def test_what_nobody_could_read_is_refused_with_a_sentence(source: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse(source)
    assert [(wrong.field, wrong.code) for wrong in refusal.value.fields] == [
        ("body", "too_complex")
    ]
    assert refusal.value.message.startswith("This comment is too complicated")


def test_nothing_is_dropped_up_to_the_greatest_depth() -> None:
    quotes = parse(">" * (markdown.MAX_DEPTH - 1) + " deep")
    assert tree.to_html(quotes).count("<blockquote>") == markdown.MAX_DEPTH - 1
    assert tree.to_text(quotes).endswith(" deep")


MARKUP = ["*", "**", "_", "~~", "`", "```\n", "[", "](", ")", "![", "> ", "- ", "1. ", "# ", "\n", "\n\n",
          "\\", "<", ">", "&amp;", "https://", "www.", "@", "javascript:", " ", "    ", "|", "---",
          "]: https://a.example\n", "(", "."]  # fmt: skip
sources = st.lists(st.sampled_from(MARKUP) | st.text(max_size=6), max_size=40).map("".join)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(sources, st.booleans())
def test_whatever_is_written_becomes_a_valid_tree(source: str, images: bool) -> None:
    nodes = parse(source, images=images)
    assert tree.is_valid(nodes)
    tree.to_html(nodes).encode()


WORD = re.compile(r"[a-z]+")
sentences = st.lists(
    st.sampled_from(MARKUP[:8] + MARKUP[10:17]) | st.from_regex(WORD, fullmatch=True)
)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(sentences.map(" ".join))
def test_no_word_is_lost(source: str) -> None:
    # The word behind the back-ticks of a fence names its language and is not shown.
    source = source.replace("```\n ", "")
    assert WORD.findall(tree.to_text(parse(source))) == WORD.findall(source)
