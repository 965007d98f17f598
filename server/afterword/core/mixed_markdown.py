"""Markdown with HTML in it, as other systems show it, to HTML: ours has none.

Only what is surely meant as markup is taken for it: elements that are opened as often as closed. Whoever
wrote "the <div> tag" keeps these words.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from afterword.core.errors import FieldError, Invalid
from afterword.core.markdown import MAX_DEPTH, MAX_LINES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

MAX_TAGS = 2_000
"""Tags of one text: reading them takes longer than in proportion."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s[^<>]*)?)>")
_PAIRED = frozenset({
    "a", "b", "blockquote", "center", "cite", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2",
    "h3", "h4", "h5", "h6", "i", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small",
    "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "tt", "u", "ul",
})  # fmt: skip
_ALONE = frozenset(("br", "hr", "img"))


def html_of(source: str) -> str | None:
    """The HTML of a text that has such in it; None where it is Markdown alone.

    Raises `Invalid` (`body`, `too_complex`) as `markdown.parse` does.
    """
    if not _TAG.search(source):
        return None
    if source.count("\n") >= MAX_LINES or source.count("<") > MAX_TAGS:
        raise Invalid(FieldError("body", "too_complex", "This comment is too complicated."))
    tokens = _PARSER.parse(source, {})
    meant = _meant([each.content for each in _pieces(tokens)])
    if not meant:
        return None
    for each in _pieces(tokens):
        each.content = _without_others(each.content, meant)
    return str(_PARSER.renderer.render(tokens, _PARSER.options, {}))


class _Parser(MarkdownIt):
    """Takes every address: what one may be is judged where the HTML is read."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - markdown-it's name
        return True


_OPTIONS = {"html": True, "breaks": True, "maxNesting": MAX_DEPTH + 1}
_PARSER = _Parser("commonmark", _OPTIONS).enable("strikethrough")


def _pieces(tokens: Sequence[Token]) -> Iterator[Token]:
    """The HTML among these, in their order."""
    for token in tokens:
        if token.type in ("html_block", "html_inline"):
            yield token
        yield from _pieces(token.children or ())


def _meant(pieces: Sequence[str]) -> frozenset[str]:
    """The elements that are markup here."""
    opened: Counter[str] = Counter()
    closed: Counter[str] = Counter()
    for piece in pieces:
        for slash, name, _ in _TAG.findall(piece):
            (closed if slash else opened)[name.lower()] += 1
    paired = {name for name in _PAIRED if opened[name] and opened[name] == closed[name]}
    return frozenset(paired | {name for name in _ALONE if opened[name]})


def _without_others(piece: str, meant: frozenset[str]) -> str:
    """The HTML with every other sign as what can be seen."""
    found: list[str] = []
    end = 0
    for tag in _TAG.finditer(piece):
        found.append(_seen(piece[end : tag.start()]))
        found.append(tag[0] if tag[2].lower() in meant else _seen(tag[0]))
        end = tag.end()
    return "".join([*found, _seen(piece[end:])])


def _seen(text: str) -> str:
    """Text of HTML, with its entities as they are, without markup."""
    return text.replace("<", "&lt;").replace(">", "&gt;")
