"""The body of a comment as a tree, and everything that is made from one.

A tree is a list of block nodes; a node is text or `[tag, {attributes}?, *children]`. Only what
`ALLOWED` and `CHILDREN` name can occur. HTML is written here and nowhere else. Nothing recurses:
a tree of any depth, from whatever source, is walked with a stack.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, TypeGuard

from afterword.core.web_address import safe_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from afterword.core.model import Node, Tree

ALLOWED: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("p", "br", "hr", "em", "strong", "del", "pre", "blockquote"), frozenset()),
    **dict.fromkeys(("ul", "li"), frozenset()),
    "ol": frozenset({"start"}),
    "code": frozenset({"lang"}),
    "a": frozenset({"href"}),
    "img": frozenset({"src", "alt"}),
}
"""Every tag that may occur, with its attributes."""

BLOCKS = frozenset({"p", "hr", "pre", "blockquote", "ul", "ol"})
"""What may stand at the top of a tree."""

TEXT = "#text"
_INLINE = frozenset({TEXT, "br", "em", "strong", "del", "code", "a", "img"})
_FLOW = BLOCKS | _INLINE
_NOTHING: frozenset[str] = frozenset()

CHILDREN: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("p", "em", "strong", "del"), _INLINE),
    **dict.fromkeys(("br", "hr", "img"), _NOTHING),
    **dict.fromkeys(("ul", "ol"), frozenset({"li"})),
    **dict.fromkeys(("li", "blockquote"), _FLOW),
    "a": _INLINE - {"a"},
    "code": frozenset({TEXT}),
    "pre": frozenset({"code"}),
}
"""What may stand directly inside each tag; `TEXT` stands for text."""

LANGUAGE = re.compile(r"[a-z0-9+-]{1,20}\Z")
START = re.compile(r"[0-9]{1,9}\Z")
_REQUIRED = {"a": "href", "img": "src"}
_LINK_REL = "nofollow ugc noopener noreferrer"


@dataclass(frozen=True, slots=True)
class Open:
    """An element begins."""

    tag: str
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Close:
    """The element that was opened last and is still open ends."""

    tag: str


def element(tag: str, attributes: dict[str, str] | None, children: Iterable[Node]) -> Node:
    """The node of one element; empty attributes are left out."""
    return [tag, attributes, *children] if attributes else [tag, *children]


def walk(tree: Sequence[Node]) -> Iterator[str | Open | Close]:
    """The tree from start to end as a stream of text, openings and closings."""
    tags: list[str] = []
    levels = [iter(tree)]
    while levels:
        for node in levels[-1]:
            if isinstance(node, str):
                yield node
                continue
            tag, attributes, children = _parts(node)
            yield Open(tag, attributes)
            tags.append(tag)
            levels.append(iter(children))
            break
        else:
            levels.pop()
            if tags:
                yield Close(tags.pop())


def _parts(node: list[str | dict[str, str] | Node]) -> tuple[str, dict[str, str], list[Node]]:
    """Tag, attributes and children of an element; made of what is valid or came from our parser."""
    tag, *rest = node
    attributes = rest.pop(0) if rest and isinstance(rest[0], dict) else {}
    children = [child for child in rest if not isinstance(child, dict)]
    return str(tag), attributes if isinstance(attributes, dict) else {}, children


def is_valid(tree: object) -> TypeGuard[Tree]:
    """Whether this is a tree: right shapes, allowed tags in allowed places, allowed attributes."""
    if not isinstance(tree, list):
        return False
    waiting: list[tuple[object, frozenset[str], bool]] = [(node, BLOCKS, False) for node in tree]
    while waiting:
        node, allowed, in_link = waiting.pop()
        if isinstance(node, str):
            if TEXT not in allowed:
                return False
            continue
        children = _valid_children(node, allowed - {"a"} if in_link else allowed)
        if children is None:
            return False
        tag = node[0] if isinstance(node, list) else ""
        waiting.extend((child, CHILDREN[tag], in_link or tag == "a") for child in children)
    return True


def _valid_children(node: object, allowed: frozenset[str]) -> list[object] | None:
    """The children of one element, not looked at yet, or None if the element itself is wrong."""
    if not isinstance(node, list) or not node or not isinstance(node[0], str):
        return None
    tag, rest = node[0], node[1:]
    attributes = rest.pop(0) if rest and isinstance(rest[0], dict) else {}
    if tag not in allowed or (tag in _REQUIRED and _REQUIRED[tag] not in attributes):
        return None
    if not all(_is_valid_attribute(tag, name, value) for name, value in attributes.items()):
        return None
    return rest


def _is_valid_attribute(tag: str, name: object, value: object) -> bool:
    if name not in ALLOWED[tag] or not isinstance(value, str):
        return False
    match name:
        case "href":
            return safe_url(value) == value
        case "src":
            return safe_url(value, schemes=("https",)) == value
        case "lang":
            return LANGUAGE.match(value) is not None
        case "start":
            return START.match(value) is not None
        case _:
            return True


def to_html(tree: Tree) -> str:
    """The tree as HTML. Whatever was text stays text; links tell search engines to ignore them."""
    parts: list[str] = []
    for step in walk(tree):
        match step:
            case str():
                parts.append(escape(step))
            case Open(tag, attributes):
                parts.append(_start_tag(tag, attributes))
            case Close(tag) if CHILDREN[tag]:
                parts.append(f"</{tag}>")
    return "".join(parts)


def _start_tag(tag: str, attributes: dict[str, str]) -> str:
    """Attributes are picked by name: one that `ALLOWED` does not list cannot come through."""
    match tag:
        case "a":
            return f'<a href="{escape(attributes["href"])}" rel="{_LINK_REL}">'
        case "code" if "lang" in attributes:
            return f'<code class="language-{escape(attributes["lang"])}">'
        case "ol" if "start" in attributes:
            return f'<ol start="{escape(attributes["start"])}">'
        case "img":
            # A reader's browser must not tell the image's host which page it is on.
            source, alt = escape(attributes["src"]), escape(attributes.get("alt", ""))
            return f'<img src="{source}" alt="{alt}" loading="lazy" referrerpolicy="no-referrer">'
        case _:
            return f"<{tag}>"


def links(tree: Tree) -> list[str]:
    """Every address that the tree leads to or loads from, in order, repeated where repeated."""
    found = []
    waiting = tree[::-1]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            continue
        tag, attributes, children = _parts(node)
        if tag in _REQUIRED:
            found.append(attributes[_REQUIRED[tag]])
        waiting += children[::-1]
    return found


def inline_text(nodes: Sequence[Node]) -> str:
    """What a reader sees of inline nodes, on one line."""
    parts: list[str] = []
    for step in walk(nodes):
        match step:
            case str():
                parts.append(step)
            case Open("br"):
                parts.append(" ")
            case Open("img", attributes):
                parts.append(attributes.get("alt", ""))
    return "".join(parts)


def to_text(tree: Tree) -> str:
    """The tree as plain text: a blank line between blocks, `- ` and `> ` where they were."""
    writer = _TextWriter()
    for step in walk(tree):
        match step:
            case str():
                writer.write(step)
            case Open(tag, attributes):
                writer.open(tag, attributes)
            case Close(tag):
                writer.close(tag)
    return writer.finish()


def excerpt(tree: Tree, limit: int) -> str:
    """The beginning of the text on one line, at most `limit` characters, cut between words."""
    text = " ".join(to_text(tree).split())
    if len(text) <= limit:
        return text
    cut = text[: max(limit - 1, 0)]
    # A word longer than half of what may be shown is cut inside rather than dropped.
    at_space = cut.rfind(" ") if not text[len(cut)].isspace() else len(cut)
    cut = cut[:at_space] if at_space > limit // 2 else _without_torn_character(cut, text)
    return f"{cut.rstrip()}…"[:limit]


def _without_torn_character(cut: str, text: str) -> str:
    """The cut without its last character where the text goes on with marks that belong to it."""
    end = len(cut)
    while end and (unicodedata.combining(text[end]) or text[end] in "\u200d\ufe0f"):
        end -= 1
    return cut[:end]


class _TextWriter:
    """Collects lines. Each open quote or list item puts a prefix before them: `[next, later]`."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._prefixes: list[list[str]] = []
        self._numbers: list[int | None] = []
        self._gap = False

    def write(self, text: str) -> None:
        first, *rest = text.split("\n")
        self._line.append(first)
        for line in rest:
            self._end_line()
            self._line.append(line)

    def open(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "br":
            self._end_line()
        elif tag == "img":
            self._line.append(attributes.get("alt", ""))
        elif tag == "li":
            self._start_item()
        elif tag in BLOCKS:
            self._start_block(tag, attributes)

    def close(self, tag: str) -> None:
        if tag not in BLOCKS and tag != "li":
            return
        if self._line or (tag == "li" and self._prefixes[-1][0] != self._prefixes[-1][1]):
            self._end_line()
        if tag in ("blockquote", "li"):
            self._prefixes.pop()
        elif tag in ("ul", "ol"):
            self._numbers.pop()
        self._gap = True

    def finish(self) -> str:
        return "\n".join(line.rstrip() for line in self._lines).strip("\n")

    def _start_item(self) -> None:
        if self._line:
            self._end_line()
        self._gap = False
        number = self._numbers[-1]
        bullet = "- " if number is None else f"{number}. "
        if number is not None:
            self._numbers[-1] = number + 1
        self._prefixes.append([bullet, " " * len(bullet)])

    def _start_block(self, tag: str, attributes: dict[str, str]) -> None:
        if self._line or self._gap:
            self._end_line()
        self._gap = False
        if tag == "blockquote":
            self._prefixes.append(["> ", "> "])
        elif tag in ("ul", "ol"):
            self._numbers.append(int(attributes.get("start", "1")) if tag == "ol" else None)
        elif tag == "hr":
            self._line.append("---")

    def _end_line(self) -> None:
        self._lines.append("".join([prefix[0] for prefix in self._prefixes] + self._line))
        self._line = []
        for prefix in self._prefixes:
            prefix[0] = prefix[1]
