"""Which trees have Markdown that can only be read as that tree, so that nobody has to read it to know.

Paragraphs of plain words with line ends, links and emphasis are: most of what people write. For whatever is
not known to be sure, the answer is no.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from afterword.core import autolink
from afterword.core.link_text import hidden_target
from afterword.core.text import is_blank

if TYPE_CHECKING:
    from afterword.core.model import Node, Tree

# No sign of Markdown, nothing that begins an address, no white space but the space, nothing unseen.
_WORDS = re.compile(
    "(?!.*(?i:://|www\\.))"
    "[^\\\\`*_\\[\\]<>~&@\0-\x1f\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff"
    "\ud800-\udfff\ufffe\uffff]*"
)
_HREF = re.compile(r"https?://(?:[^\\()<>\s&]|&(?!#?\w{1,32};))*")
_BARE_HREF = re.compile(r"https?://[^\\()<>\s&*~`\[\]\"']*[\w/]")
_AT_LINE_START = re.compile(r"[^\W\d_]|[\"'“‘(]")
_BEHIND = re.compile(r"[.,;:!?]?(?: |$)")


def is_sure(tree: Tree) -> bool:
    """Whether the Markdown that is made of the tree is read as that very tree."""
    return all(block[0] == "p" and len(block) > 1 and _is_sure_line(block[1:]) for block in tree)


def _is_sure_line(nodes: Sequence[Node | dict[str, str]]) -> bool:
    """Whether this is so of what stands in a paragraph."""
    before: Node = ["br"]
    for node in nodes:
        if isinstance(node, dict) or not _is_sure_behind(before, node):
            return False
        before = node
    return not _is_open(before)


def _is_open(node: Node) -> bool:
    """Whether what is behind it must not be the end of the line."""
    return node == ["br"] or (isinstance(node, str) and node.endswith(" "))


def _is_sure_behind(before: Node, node: Node) -> bool:
    at_start = before == ["br"]
    if isinstance(node, str):
        return not isinstance(before, str) and _is_sure_text(node, at_start=at_start)
    if node == ["br"]:
        return not _is_open(before)
    return _is_open(before) and _is_sure_element(node)


def _is_sure_text(text: str, *, at_start: bool) -> bool:
    known = _AT_LINE_START if at_start else _BEHIND
    return bool(text and known.match(text) and _WORDS.fullmatch(text))


def _is_sure_element(node: list[str | dict[str, str] | Node]) -> bool:
    """Whether a link or emphasis is, that stands behind a space."""
    match node:
        case ["a", {"href": str(href)}, str(text)]:
            return text == text.strip(" ") and _is_sure_link(href, text)
        case ["em" | "strong", str(text)] if text:
            ends = text[0].isalnum() and text[-1].isalnum()
            return ends and _WORDS.fullmatch(text) is not None
    return False


def _is_sure_link(href: str, text: str) -> bool:
    if is_blank(text) or hidden_target(text, href) is not None:
        return False
    if text == href and _BARE_HREF.fullmatch(href):
        return [*autolink.pieces(text)] == [autolink.Link(text, href)]
    return _HREF.fullmatch(href) is not None and _WORDS.fullmatch(text) is not None
