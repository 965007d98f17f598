"""A tree written as Markdown, so that a comment that came as HTML can be edited like any other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core import autolink
from afterword.core.errors import Invalid
from afterword.core.link_text import hidden_target
from afterword.core.markdown import parse
from afterword.core.sure_source import is_sure
from afterword.core.tree import BLOCKS, inline_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.core.model import Node, Tree

_ALWAYS = re.compile(r"[\\`*\[\]<]")
_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_TILDES = re.compile(r"~(?=~)|(?<=~)~")
_ANY = re.compile(r"[\\`*\[\]<_~&]")
_ENTITY = re.compile(r"&(?=#?\w{1,32};)")
_LINE_START = re.compile(r"(?m)^(\s*)([#>+=-]|(?:\d{1,9})(?=[.)]))")
_BACKTICKS = re.compile(r"`+")


@dataclass(frozen=True, slots=True)
class Source:
    """Markdown for a tree."""

    text: str
    exact: bool
    """Whether it is read as that very tree."""


def source_of(tree: Tree) -> Source:
    """The Markdown of a tree; where no Markdown gives it, the one that comes closest."""
    first = _Writer("*").blocks(tree)
    if is_sure(tree) or _is(first, tree):
        return Source(first, exact=True)
    other = _Writer("_").blocks(tree)
    exact = _is(other, tree)
    return Source(other if exact else first, exact)


def _is(text: str, tree: Tree) -> bool:
    try:
        return parse(text, images=True) == tree
    except Invalid:
        return False


@dataclass(frozen=True, slots=True)
class _Writer:
    emphasis: str

    def blocks(self, nodes: Sequence[Node]) -> str:
        """Blocks with an empty line between them; lists beside each other have other marks."""
        texts: list[str] = []
        before, other = "", False
        for node in nodes:
            tag, attributes, children = _parts(node)
            other = not other if tag == before and tag in ("ul", "ol") else False
            texts.append(self._block(tag, attributes, children, other))
            before = tag
        return "\n\n".join(texts)

    def _block(
        self, tag: str, attributes: dict[str, str], children: list[Node], other: bool
    ) -> str:
        match tag:
            case "hr":
                return "***"
            case "pre":
                return _fenced(children)
            case "blockquote":
                return _prefixed(self.blocks(children), "> ", "> ")
            case "ul" | "ol":
                return self._list(tag, attributes, children, other)
            case _:
                return self._lines(children)

    def _list(self, tag: str, attributes: dict[str, str], items: list[Node], other: bool) -> str:
        contents = [_parts(item)[2] for item in items]
        loose = any(_tag(child) == "p" for item in contents for child in item)
        number = int(attributes.get("start", "1"))
        texts = []
        for at, item in enumerate(contents):
            sign = (
                ("*" if other else "-") if tag == "ul" else f"{number + at}{')' if other else '.'}"
            )
            text = self._tight(item)
            if all(_tag(child) in BLOCKS for child in item):
                text = self.blocks(item)
            texts.append(_prefixed(text, f"{sign} ", " " * (len(sign) + 1)))
        return ("\n\n" if loose else "\n").join(texts)

    def _tight(self, item: list[Node]) -> str:
        inline = [node for node in item if _tag(node) not in BLOCKS]
        blocks = [node for node in item if _tag(node) in BLOCKS]
        parts = [self._lines(inline)] if inline else []
        return "\n".join([*parts, *(self.blocks([block]) for block in blocks)])

    def _lines(self, nodes: list[Node]) -> str:
        return _LINE_START.sub(_escaped_start, self._inline(nodes))

    def _inline(self, nodes: Sequence[Node]) -> str:
        parts: list[str] = []
        shown_after = ""
        for node in nodes:
            if isinstance(node, str):
                # What we write behind a link that hides where it leads comes by itself.
                parts.append(_escaped(node.removeprefix(shown_after)))
                shown_after = ""
                continue
            tag, attributes, children = _parts(node)
            parts.append(self._element(tag, attributes, children))
            target = (
                hidden_target(inline_text(children), attributes["href"]) if tag == "a" else None
            )
            shown_after = "" if target is None else f" ({target})"
        return "".join(parts)

    def _element(self, tag: str, attributes: dict[str, str], children: list[Node]) -> str:
        if tag == "code":
            return _code(inline_text(children))
        if tag == "img":
            return f"![{_escaped(attributes.get('alt', ''))}](<{attributes['src']}>)"
        inside = self._inline(children)
        if tag == "a":
            return _link(attributes["href"], children, inside)
        sign = {"br": "\n", "em": self.emphasis, "strong": "**", "del": "~~"}[tag]
        return f"{sign}{inside}{sign}" if inside else sign


def _link(href: str, children: list[Node], inside: str) -> str:
    """The link as people write it: an address alone is one."""
    text = inline_text(children)
    if [*autolink.pieces(text)] == [autolink.Link(text, href)] and not re.search(r"[\\&]", text):
        return text
    return f"[{inside}](<{href}>)" if re.search(r"[()\s]", href) else f"[{inside}]({href})"


def _code(text: str) -> str:
    fence = "`" * (_longest(text) + 1)
    space = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return f"{fence}{space}{text}{space}{fence}"


def _fenced(children: list[Node]) -> str:
    _, attributes, texts = _parts(children[0])
    text = inline_text(texts)
    fence = "`" * max(3, _longest(text) + 1)
    return f"{fence}{attributes.get('lang', '')}\n{text}\n{fence}" if text else f"{fence}\n{fence}"


def _longest(text: str) -> int:
    return max((len(found) for found in _BACKTICKS.findall(text)), default=0)


def _prefixed(text: str, first: str, later: str) -> str:
    lines = text.split("\n")
    rest = (f"{later}{line}" if line else later.rstrip() for line in lines[1:])
    return "\n".join([f"{first}{lines[0]}", *rest])


def _escaped(text: str) -> str:
    if not _ANY.search(text):
        return text
    text = _ALWAYS.sub(r"\\\g<0>", text)
    for pattern in (_UNDERSCORE, _TILDES, _ENTITY):
        text = pattern.sub(r"\\\g<0>", text)
    return text


def _escaped_start(found: re.Match[str]) -> str:
    space, sign = found[1], found[2]
    return f"{space}\\{sign}" if not sign[0].isdigit() else f"{space}{sign}\\"


def _tag(node: Node) -> str:
    return "" if isinstance(node, str) else str(node[0])


def _parts(node: Node) -> tuple[str, dict[str, str], list[Node]]:
    """Tag, attributes and children of an element."""
    assert not isinstance(node, str), "a text has no parts"
    tag, *rest = node
    attributes = rest.pop(0) if rest and isinstance(rest[0], dict) else {}
    children = [child for child in rest if not isinstance(child, dict)]
    return str(tag), attributes if isinstance(attributes, dict) else {}, children
