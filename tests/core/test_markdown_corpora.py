"""Public corpora through `parse` and `to_html`: nothing but what the allow-list names comes out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from afterword.core import tree
from afterword.core.errors import Invalid
from afterword.core.markdown import parse
from afterword.core.web_address import safe_url

ATTRIBUTES = {
    "a": {"href", "rel"},
    "code": {"class"},
    "ol": {"start"},
    "img": {"src", "alt", "loading", "referrerpolicy"},
}
# Three ways to smuggle a payload in: as the text, in a link, and in a block of its own.
ENTRANCES = ("{}", "[x]({}) ![y]({}) <{}>", '> - {}\n\n[x]: <{}> "{}"\n\n[x] ![x]\n')

OURS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "&#106;avascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    'https://a.example/"onmouseover="alert(1)',
    "https://a.example/'><script>alert(1)</script>",
    "</p></div><style>*{display:none}</style>",
    "<a href='javascript:alert(1)'>x</a>",
    "`</code><script>alert(1)</script>`",
    '```"><script>\n</pre><script>alert(1)</script>\n```',
]


class Audit(HTMLParser):
    """Reads HTML as a browser would, and keeps whatever should not be there."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        self.found += [f"<{tag}> never closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in tree.ALLOWED:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name not in ATTRIBUTES.get(tag, ()):
                self.found.append(f"<{tag} {name}>")
            if name in ("href", "src") and safe_url(value or "") != value:
                self.found.append(f"<{tag} {name}={value!r}>")
        if tag not in ("br", "hr", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.found.append(f"</{tag}> out of turn")

    def handle_comment(self, data: str) -> None:
        self.found.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.found.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.found.append(f"<?{data}>")


def harmful(payload: str) -> Iterator[str]:
    for entrance in ENTRANCES:
        source = entrance.replace("{}", payload)
        for images in (False, True):
            try:
                nodes = parse(source, images=images)
            except Invalid:
                continue
            if not tree.is_valid(nodes):
                yield f"not a tree: {source!r}"
            yield from (f"{finding} of {source!r}" for finding in Audit(tree.to_html(nodes)).found)


def none_harmful(payloads: list[str]) -> None:
    found = [finding for payload in payloads for finding in harmful(payload)]
    assert not found, "\n".join(found)


def test_no_payload_of_ours_gets_past_the_allow_list() -> None:
    none_harmful(OURS)


def test_the_audit_finds_what_it_should() -> None:
    for html in (
        "<script></script>",
        '<p class="x"></p>',
        '<a href="javascript:x">x</a>',
        '<a href="/x">x</a>',
        "<p><em></p></em>",
        "<!-- x -->",
        "<p>",
    ):
        assert Audit(html).found, html


def test_dompurify_payloads_do_nothing(corpora: Path) -> None:
    cases = json.loads((corpora / "xss" / "dompurify-expect.json").read_text())
    assert len(cases) > 200
    none_harmful([case["payload"] for case in cases])


def test_markdown_it_payloads_do_nothing(corpora: Path) -> None:
    none_harmful(markdown_cases(corpora / "markdown" / "mdit-xss.md"))


def test_naughty_strings_do_nothing(corpora: Path) -> None:
    none_harmful(json.loads((corpora / "strings" / "blns.json").read_text()))


def test_every_example_of_commonmark_becomes_a_valid_tree(corpora: Path) -> None:
    examples = json.loads((corpora / "markdown" / "commonmark-0.31.2.json").read_text())
    assert len(examples) > 600
    none_harmful([example["markdown"] for example in examples])


def test_markdown_it_cases_become_valid_trees(corpora: Path) -> None:
    none_harmful(
        [
            case
            for path in sorted((corpora / "markdown").glob("mdit-*.md"))
            for case in markdown_cases(path)
        ]
    )


def markdown_cases(path: Path) -> list[str]:
    """The parts of a fixture file between lines of one dot: sources, and HTML that may be tried too."""
    cases = path.read_text().split("\n.\n")
    assert len(cases) > 3
    return cases
