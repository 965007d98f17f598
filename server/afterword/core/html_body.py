"""HTML of others to our tree: nh3 reads it as browsers do, and what a tree can hold is kept.

What a tree cannot hold becomes its text or its address, and is named: nothing is lost without a word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape, unescape
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

import nh3

from afterword.core.errors import FieldError, Invalid
from afterword.core.html_tokens import tokens
from afterword.core.inline_run import Mark, Piece, is_seen, paragraphs
from afterword.core.markdown import MAX_BYTES, MAX_DEPTH, MAX_NODES, fit
from afterword.core.tree import LANGUAGE, START, Open, element, walk
from afterword.core.web_address import safe_url

if TYPE_CHECKING:
    from afterword.core.model import Node, Tree

MAX_TAGS = 2_000
"""Tags of one comment: nh3 needs 0.1 s for so many inside one another, and 290 s for 100,000."""
SMALL_TAGS, SMALL_LENGTH = 7, 4_000
"""Of at most so many tags and characters no tree becomes too large: a tag gives two elements at most."""

_MARKS = {"b": "strong", "strong": "strong", "i": "em", "em": "em", "cite": "em", "var": "em"}
_MARKS |= {"s": "del", "strike": "del", "del": "del", "code": "code", "kbd": "code", "tt": "code"}
_MARKS |= {"samp": "code", **{f"h{level}": "strong" for level in range(1, 7)}}
_BLOCKS = frozenset({
    "p", "div", "section", "article", "header", "footer", "main", "aside", "h1", "h2", "h3", "h4", "h5",
    "h6", "dl", "dt", "dd", "table", "tr", "figure", "figcaption", "details", "summary", "address",
    "center", "fieldset", "form",
})  # fmt: skip
_FRAMES = {"blockquote": "blockquote", "ul": "ul", "menu": "ul", "ol": "ol", "li": "li"}
_ADDRESS = {"img": "src", "iframe": "src", "embed": "src", "video": "src", "audio": "src"}
_ADDRESS |= {"source": "src", "object": "data"}
_PLAIN = frozenset({
    "span", "font", "small", "big", "abbr", "u", "ins", "mark", "sub", "sup", "q", "time", "label",
    "tbody", "thead",
})  # fmt: skip
_CELLS = frozenset(("td", "th"))
_ALL = frozenset({"a", "br", "hr", "pre", *_MARKS, *_BLOCKS, *_FRAMES, *_ADDRESS, *_PLAIN, *_CELLS})
_NEVER = frozenset({"script", "style", "title", "template", "noscript"})
_SCHEMES = frozenset({
    "http", "https", "mailto", "ftp", "javascript", "data", "vbscript", "tel", "file", "blob", "magnet",
})  # fmt: skip
_KEPT = {"a": {"href"}, "ol": {"start"}, "code": {"class"}, "pre": {"class"}, "img": {"src", "alt"}}
_ATTRIBUTES = {**{tag: {name, "alt"} for tag, name in _ADDRESS.items()}, **_KEPT}
_ANY_TAG = re.compile(r"<[^<>]*>")
_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9-]*)")
_LANGUAGE_CLASS = re.compile(r"(?:^|\s)lang(?:uage)?-([a-zA-Z0-9+-]{1,20})(?:\s|$)")
# Of these only the look is lost, and nobody needs to be told.
_UNTOLD = _ALL - {"u", "ins", "mark", "sub", "sup", "table", *_ADDRESS} | {
    *("html", "body", "head", "noindex", "wbr", "nobr")
}
CLEANER = nh3.Cleaner(
    tags=set(_ALL),
    clean_content_tags=set(_NEVER),
    attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
    url_schemes=set(_SCHEMES),
    link_rel=None,
)
"""What every tree begins with."""


@dataclass(frozen=True, slots=True)
class HtmlBody:
    """The tree, and what of the HTML is not in it as it was."""

    tree: Tree
    dropped: tuple[str, ...]
    """Names of elements, `link` for an address that may not be one."""


def html_body(html: str, *, newlines: bool = False) -> HtmlBody:
    """The tree of a comment's HTML, with `newlines` as they are. Raises `Invalid` where it is too complex."""
    found = [tag.lower() for tag in _TAG.findall(html)]
    if len(found) > MAX_TAGS:
        raise _too_complex()
    dropped = set(found) - _UNTOLD
    builder = _Builder(newlines)
    builder.take(CLEANER.clean(fit(html.replace("\r\n", "\n").replace("\r", "\n"))))
    tree = builder.finish()
    if len(found) > SMALL_TAGS or len(html) > SMALL_LENGTH:
        _check_size(tree)
    return HtmlBody(tree, tuple(sorted(dropped | builder.dropped)))


def text_of(html: str) -> str:
    """The words of HTML that is too complex for a tree."""
    return unescape(_ANY_TAG.sub(" ", html))


def plain_body(text: str) -> Tree:
    """The tree of a text without markup: an empty line ends a paragraph, addresses are links."""
    return html_body(escape(text, quote=False), newlines=True).tree


@dataclass(frozen=True, slots=True)
class _Item:
    """A list item."""

    children: list[_Child]


_Child: TypeAlias = "Node | tuple[Node, ...] | _Item"
"""A block, or the inline nodes of a paragraph as a tuple, or an item."""


@dataclass(slots=True)
class _Frame:
    """A block that is open."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[_Child] = field(default_factory=list)


class _Builder:
    """Takes what nh3 wrote: every element is closed, and none is unknown."""

    def __init__(self, newlines: bool) -> None:
        self.dropped: set[str] = set()
        self._newlines = newlines
        self._frames = [_Frame("")]
        self._marks: list[Mark] = []
        self._run: list[Piece] = []
        self._pre: list[str] | None = None
        self._pre_depth = 0
        self._language = ""
        self._links: list[str | None] = []

    def take(self, html: str) -> None:
        """All of it."""
        for tag, is_end, attributes, text in tokens(html):
            if is_end:
                self._end(tag)
            elif tag:
                self._start(tag, attributes)
            if text:
                self._text(text)

    def finish(self) -> Tree:
        """The tree."""
        self._flush()
        while len(self._frames) > 1:
            self._close_frame()
        return _blocks(self._frames[0].children)

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._pre is not None:
            self._start_in_pre(tag, attributes)
        elif tag == "br":
            self._add(["br"])
        elif tag == "a":
            self._open_link(attributes)
        elif tag in _ADDRESS:
            self._show_address(tag, attributes)
        elif tag in _CELLS:
            self._separate_cell()
        elif tag in ("pre", "hr") or tag in _FRAMES:
            self._flush()
            self._open_block(tag, attributes)
        else:
            self._open_mark(tag)

    def _open_block(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "pre":
            self._pre, self._pre_depth, self._language = [], 1, _language(attributes)
        elif tag == "hr":
            self._frames[-1].children.append(["hr"])
        else:
            self._open_frame(_FRAMES[tag], attributes)

    def _open_mark(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._flush()
        if tag in _MARKS:
            if len(self._marks) >= MAX_DEPTH:
                raise _too_complex()
            self._marks.append(Mark(_MARKS[tag]))

    def _end(self, tag: str) -> None:
        if tag == "pre" and self._pre is not None:
            self._pre_depth -= 1
            if not self._pre_depth:
                self._end_pre()
        elif self._pre is not None:
            return
        elif tag == "a" and self._links:
            self._close_link()
        elif tag in _FRAMES:
            self._flush()
            self._close_frame()
        else:
            if tag in _BLOCKS:
                self._flush()
            if tag in _MARKS:
                self._marks.pop()

    def _text(self, text: str) -> None:
        if self._pre is not None:
            self._pre.append(text)
            return
        lines = text.split("\n") if self._newlines else [text]
        for number, line in enumerate(lines):
            if number and not self._between_blocks(line):
                self._add(["br"])
            self._add(line)

    def _between_blocks(self, line: str) -> bool:
        """Whether nothing has been said since the last block: then a line end says nothing either."""
        return not self._run and not line.strip()

    def _add(self, node: Node) -> None:
        self._run.append(Piece(node, tuple(self._marks)))

    def _flush(self) -> None:
        run, self._run = self._run, []
        for nodes in paragraphs(run):
            if is_seen(nodes):
                self._frames[-1].children.append(tuple(nodes))

    def _open_frame(self, tag: str, attributes: Mapping[str, str]) -> None:
        if len(self._frames) >= MAX_DEPTH // 2:
            raise _too_complex()
        start = attributes.get("start", "")
        kept = {"start": start} if tag == "ol" and START.match(start) and start != "1" else {}
        self._frames.append(_Frame(tag, kept))

    def _close_frame(self) -> None:
        frame = self._frames.pop()
        if frame.children:
            self._frames[-1].children.append(_closed(frame))

    def _open_link(self, attributes: Mapping[str, str]) -> None:
        address = attributes.get("href", "")
        href = safe_url(address)
        inside = any(mark.tag in ("a", "code") for mark in self._marks)
        if href is not None and not inside:
            self._marks.append(Mark("a", {"href": href}))
            self._links.append(None)
            return
        if address:
            self.dropped.add("link")
        self._links.append(address)

    def _close_link(self) -> None:
        address = self._links.pop()
        if address is None:
            self._marks = [mark for mark in self._marks if mark.tag != "a"]
        elif address:
            self._add(f" ({address})")

    def _show_address(self, tag: str, attributes: Mapping[str, str]) -> None:
        """A picture or film as a link to it."""
        address = attributes.get(_ADDRESS[tag], "")
        label = attributes.get("alt", "").strip() or address
        href = safe_url(f"https:{address}" if address.startswith("//") else address)
        if not label:
            return
        if href is None or any(mark.tag in ("a", "code") for mark in self._marks):
            self._add(label)
        else:
            link = Mark("a", {"href": href})
            self._run.append(Piece(label, (*self._marks, link)))

    def _separate_cell(self) -> None:
        if any(isinstance(piece.node, str) and piece.node.strip() for piece in self._run):
            self._add(" | ")

    def _start_in_pre(self, tag: str, attributes: Mapping[str, str]) -> None:
        assert self._pre is not None
        if tag == "br":
            self._pre.append("\n")
        elif tag == "pre":
            self._pre_depth += 1
        elif tag == "code":
            self._language = self._language or _language(attributes)

    def _end_pre(self) -> None:
        text = fit("".join(self._pre or ()).removeprefix("\n").removesuffix("\n"))
        self._pre = None
        attributes = {"lang": self._language} if self._language else {}
        if text.strip():
            self._frames[-1].children.append(["pre", element("code", attributes, [text])])


def _language(attributes: Mapping[str, str]) -> str:
    found = _LANGUAGE_CLASS.search(attributes.get("class", ""))
    language = found[1].lower() if found else ""
    return language if LANGUAGE.match(language) else ""


def _closed(frame: _Frame) -> _Child:
    if frame.tag in ("ul", "ol"):
        return element(frame.tag, frame.attributes, _items(frame.children))
    if frame.tag == "li":
        return _Item(frame.children)
    return [frame.tag, *_blocks(frame.children)]


def _blocks(children: Sequence[_Child]) -> Tree:
    """The children as blocks: inline nodes are paragraphs, items outside of a list are one."""
    found: Tree = []
    for is_item, group in groupby(children, lambda child: isinstance(child, _Item)):
        if is_item:
            found.append(["ul", *_items(list(group))])
        else:
            found += [["p", *each] if isinstance(each, tuple) else _node(each) for each in group]
    return found


def _items(children: Sequence[_Child]) -> list[Node]:
    """The items of a list: all with paragraphs, where one has text after its first."""
    items = [each.children if isinstance(each, _Item) else [each] for each in children]
    loose = any(isinstance(each, tuple) for item in items for each in item[1:])
    return [["li", *(_blocks(item) if loose else _tight(item))] for item in items]


def _tight(item: Sequence[_Child]) -> list[Node]:
    if item and isinstance(item[0], tuple):
        return [*item[0], *_blocks(item[1:])]
    return _blocks(item)


def _node(child: _Child) -> Node:
    assert not isinstance(child, _Item | tuple), "what is left is a block"
    return child


def _check_size(tree: Tree) -> None:
    """Raises `Invalid` for a tree that none of our own would be as large as."""
    depth = deepest = count = size = 0
    for step in walk(tree):
        if isinstance(step, str):
            size += len(step.encode("utf-8", "replace"))
        else:
            depth += 1 if isinstance(step, Open) else -1
        deepest, count = max(deepest, depth), count + 1
    if deepest > MAX_DEPTH or count > 2 * MAX_NODES or size > MAX_BYTES:
        raise _too_complex()


def _too_complex() -> Invalid:
    return Invalid(
        FieldError("body", "too_complex", "This comment is too complicated to be shown.")
    )
