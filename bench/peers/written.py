"""What readers of Markdown widgets write, and the words that they see of it."""

from __future__ import annotations

from html.parser import HTMLParser

from bench.peers.comparing import unspaced

TEXTS = (
    "Plain words.",
    "**Bold**, *slanted*, ~~gone~~ and `code`.",
    "A [link](https://example.org/a?b=c&d=e) and https://example.org/bare",
    "First line\nsecond line\n\nNext paragraph 😀 — 你好，世界 שלום",
    '```js\nif (a < b && c > d) alert("no");\n```',
    "![a picture](https://example.org/p.png)",
    "- one\n- two\n  - two and a half\n\n1. first\n2. second",
    "> quoted\n\nand answered",
    'With <b>HTML</b> and <img class="wl-emoji" src="https://e.example/s.png" alt="smile"> in it',
    "The <div> tag, 1 < 2, and &amp; as such",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "H~2~O and x^2^ with :smile:",
)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        name = said.get("alt") or ""
        if tag == "img":
            self.found.append(f":{name}:" if "emo" in (said.get("class") or "") else name)

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def words_of(html: str) -> str:
    """What can be read of the HTML, without white space."""
    reader = _Words()
    reader.feed(html)
    return unspaced("".join(reader.found))
