"""Bare addresses in text: which are found, and where they end."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterword.core.autolink import Link, pieces


def marked(text: str) -> str:
    """The text with `‹…›` around each address that was found."""
    return "".join(f"‹{part.text}›" if isinstance(part, Link) else part for part in pieces(text))


@pytest.mark.parametrize(
    "text",
    [
        "‹https://a.example›",
        "‹HTTP://A.example/B›",
        "see ‹https://a.example/b?c=d&e#f› there",
        "‹https://a.example/b›.",
        "‹https://a.example/b›?!",
        "‹https://a.example›, ‹https://b.example›; and",
        "(‹https://a.example/b›)",
        "(see ‹https://a.example/b_(c)›)",
        "‹https://a.example/b_(c)_d›",
        "‹https://a.example/b›)))",
        "‹https://a.example/((b)›",
        "«‹https://a.example/b›»",
        "“‹https://a.example/b›”",
        "'‹https://a.example/b›'",
        '"‹https://a.example/b›"',
        '<a href="‹https://a.example/b›">',
        "‹https://a.example/b›。次",
        "（‹https://a.example/b›）",
        "‹https://a.example:8080/b›",
        "‹https://a.example?b›",
        "‹https://bücher.example/ä›",
        "‹http://192.0.2.1/›",
        "‹https://sub_domain.a.example/›",
        "*‹https://a.example/b›*",
        "~‹https://a.example/b›~",
        "url:‹https://a.example›",
        "‹https://a.example/https://b.example›",
        "‹www.a.example›",
        "‹www.a.example/b_c›, ‹WWW.b.example›",
        "(‹www.a.example›)",
        "‹a@b.example›",
        "‹a.b+c-d_e@f.g.example›.",
        "mail:‹a@b.example›!",
        "‹mailto:a@b.example›",
        "...‹a@b.example›",
        "‹a@b.example› ‹c@d.example›",
    ],
)
def test_an_address_ends_where_its_sentence_goes_on(text: str) -> None:
    assert marked(text.translate({ord("‹"): None, ord("›"): None})) == text


@pytest.mark.parametrize(
    "text",
    [
        "xhttps://a.example",
        "https://",
        "https://a",
        "https:///a.example",
        "https://.a.example",
        "ftp://a.example",
        "https://a.example_b",
        "https://good.example@evil.example",
        "https://good.example\\@evil.example",
        "https://good.example%40evil.example",
        "https://999.1.1.1/",
        "https://a.example:99999/",
        "awww.a.example",
        "https.www.a.example",
        "www.a",
        "www..a.example",
        "www.a_b.example_c",
        "a@b",
        "a@b.example-",
        "a@b.example_",
        "@b.example",
        "a@@b.example",
        "a@.example",
        "https://u:p/a@b.example",
        "javascript://a.example/%0aalert(1)",
        "Node.js and README.md, e.g. 1.2.3",
    ],
)
def test_what_is_no_whole_address_stays_text(text: str) -> None:
    assert marked(text) == text


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("www.A.example", "http://www.a.example/"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("a@B.example", "mailto:a@b.example"),
        ("mailto:a@b.example", "mailto:a@b.example"),
    ],
)
def test_an_address_leads_where_a_browser_would_go(text: str, href: str) -> None:
    assert list(pieces(text)) == [Link(text, href)]


parts = st.sampled_from(
    ["http://", "www.", "a.b", "@", "_", ".", "(", ")", " ", "mailto:", "/", "%"]
)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.lists(parts | st.text(max_size=3)).map("".join))
def test_the_pieces_are_the_text(text: str) -> None:
    assert "".join(p.text if isinstance(p, Link) else p for p in pieces(text)) == text
