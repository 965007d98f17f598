"""What nh3 wrote is taken apart as a parser of any HTML would."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterword.core.html_body import CLEANER, html_body
from afterword.core.html_tokens import tokens

Heard = list[tuple[str, bool, dict[str, str | None], str]]


class _Other(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.heard: Heard = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.heard.append((tag, False, dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        self.heard.append((tag, True, {}, ""))

    def handle_data(self, data: str) -> None:
        before = self.heard.pop() if self.heard else ("", False, {}, "")
        self.heard.append((*before[:3], before[3] + data))


def _heard_by_another(html: str) -> Heard:
    other = _Other()
    other.feed(html)
    other.close()
    return other.heard


_PIECES = st.sampled_from([
    *"<>&'\"=/!?-; \n", "<p>", "</p>", "<b>", "</b>", "<br>", "<a href=", '<a href="https://a.example/?b=1&c">',
    "</a>", "<pre>\n", "</pre>", "<img alt='\"<>&' src=//a.example/x>", "<!--", "-->", "&lt;", "&#60;",
    "&nbsp;", "&copy;", "&amp;lt;", "<code class=x>", "<ol start=3>", "<td>", "<xmp>", "<textarea>", "<svg>",
    "<![CDATA[",
    "<plaintext>", "<video src=x alt=y>", "\xa0",
]) | st.text(max_size=5)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(_PIECES, max_size=14).map("".join))
def test_it_is_read_as_another_parser_reads_it(html: str) -> None:
    written = CLEANER.clean(html.encode("utf-8", "replace").decode())
    assert [tuple(each) for each in tokens(written)] == _heard_by_another(written)


@pytest.mark.parametrize(
    "html",
    ["<iframe></b></iframe>", '<iframe><b x="</iframe>', "<iframe>" * 3, "<iframe></iframe></b>x"],
)
def test_what_a_frame_hides_is_not_read(html: str) -> None:
    found = html_body(html)
    assert found.tree == ([["p", "x"]] if html.endswith("x") else [])
    assert found.dropped == ("iframe",)
