"""Markdown to tree: CommonMark without raw HTML, with ~~strikethrough~~ and bare addresses as links.

markdown-it-py reads the source; its tokens become the tree of `core.tree` directly, so there is no
HTML in between that could be wrong. What a tree may not hold becomes text: a reader loses no words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec
from markdown_it import MarkdownIt

from afterword.core import autolink
from afterword.core.errors import FieldError, Invalid
from afterword.core.link_text import hidden_target
from afterword.core.text import is_blank
from afterword.core.tree import LANGUAGE, Open, element, inline_text, walk
from afterword.core.web_address import safe_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    from afterword.core.model import Node, Tree

TREE_VERSION = 1
"""Rises whenever a source gives another tree than before; trees of lower versions are made anew."""

MAX_LINES = 2_000
"""Lines of a source: each costs the parser once for every quote or list that it could be in."""
MAX_DEPTH = 19
"""Elements inside one another."""
MAX_NODES = 5_000
"""Elements and texts in one tree."""
MAX_BYTES = 256 * 1024
"""Bytes of a tree as compact JSON; also at most ten times its source and 4 KB."""

_TAGS = {"s": "del", **{f"h{level}": "p" for level in range(1, 7)}}
_POINTLESS_WHEN_EMPTY = frozenset({"p", "em", "strong", "del", "blockquote"})
# Signs that reverse the text around them would let a comment show a link other than it is.
_REVERSING = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Neither XML nor a reader can do anything with these.
_UNFIT = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def parse(source: str, *, images: bool = False) -> Tree:
    """The tree of a comment's Markdown; empty if nothing of it can be seen.

    Without `images`, an image is a link to it. Raises `errors.Invalid` (`body`, `too_complex`)
    where `MAX_LINES`, `MAX_DEPTH`, `MAX_NODES` or `MAX_BYTES` would be exceeded.
    """
    if source.count("\n") >= MAX_LINES:
        raise _too_complex(f"Use fewer than {MAX_LINES:,} lines.")
    size = len(source.encode("utf-8", "replace"))
    builder = _Builder(images, room=min(MAX_BYTES, 10 * size + 4096))
    for block in _PARSER.parse(source, {}):
        for token in block.children or [] if block.type == "inline" else [block]:
            builder.take(token)
    return builder.tree()


class _Parser(MarkdownIt):
    """markdown-it as configured here; judging and writing addresses is left to `safe_url`."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - markdown-it's name
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - markdown-it's name
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 - markdown-it's name
        return link


def _literal_address(state: StateInline, silent: bool) -> bool:
    """An inline rule: `*`, `_` and `~` in a bare web address are part of it, not markup."""
    source, position = state.src, state.pos
    if not source.startswith("://", position):
        return False
    scheme = source[max(position - 5, 0) : position].lower()
    start = position - (5 if scheme == "https" else 4 if scheme.endswith("http") else 0)
    end = autolink.literal_end(source, start, state.posMax)
    if end <= position:
        return False
    if not silent:
        state.append_pending(source[position:end])
    state.pos = end
    return True


def _parser() -> _Parser:
    # Nesting deeper than `maxNesting` is dropped without a word, so one less is refused.
    parser = _Parser("commonmark", {"html": False, "maxNesting": MAX_DEPTH + 1})
    parser.enable("strikethrough").disable(["html_block", "html_inline"])
    parser.inline.ruler.before("newline", "literal_address", _literal_address)
    return parser


_PARSER = _parser()


@dataclass(slots=True)
class _Frame:
    """An element that is still open."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)


class _Builder:
    """Takes tokens one by one, and keeps account of what the tree may still cost."""

    def __init__(self, images: bool, room: int) -> None:
        self._images = images
        self._room = room
        self._nodes = 0
        self._frames = [_Frame("")]
        self._links = 0

    def tree(self) -> Tree:
        """The finished tree."""
        return self._frames[0].children

    def take(self, token: Token) -> None:
        """Add what one token stands for."""
        match token.type:
            case "text":
                self._text(token.content)
            case "softbreak" | "hardbreak":
                # People press Enter for a new line, and expect to see one.
                self._leaf("br")
            case "hr":
                self._leaf("hr")
            case "code_inline":
                self._leaf("code", text=token.content)
            case "fence" | "code_block":
                self._code_block(token)
            case "image":
                self._image(token)
            case "link_open":
                self._open("a", {"href": str(token.attrs["href"])})
                self._links += 1
            case "link_close":
                frame = self._frames.pop()
                self._links -= 1
                self._link(frame.attributes["href"], frame.children, token.info == "auto")
            case _ if not token.hidden:
                self._element(token)

    def _element(self, token: Token) -> None:
        is_heading = token.type.startswith("heading")
        if token.nesting > 0:
            start = token.attrs.get("start")
            attributes = {} if start is None else {"start": str(start)}
            self._open(_TAGS.get(token.tag, token.tag), attributes)
            if is_heading:
                self._open("strong")
        else:
            if is_heading:
                self._close()
            self._close()

    def _open(self, tag: str, attributes: dict[str, str] | None = None) -> None:
        if len(self._frames) > MAX_DEPTH:
            raise _too_complex("Use fewer lists, quotes or emphasis inside one another.")
        self._frames.append(_Frame(tag, attributes or {}))

    def _close(self) -> None:
        frame = self._frames.pop()
        if frame.children or frame.tag not in _POINTLESS_WHEN_EMPTY:
            self._add(frame.tag, frame.attributes, frame.children)

    def _text(self, text: str) -> None:
        if self._in_link():
            self._add_text(text)
            return
        for piece in autolink.pieces(fit(text)):
            if isinstance(piece, autolink.Link):
                self._add_link(piece.href, [self._spent(piece.text)])
            else:
                self._add_text(piece)

    def _link(self, address: str, children: list[Node], is_auto: bool) -> None:
        """A link of the source: as a link if it may be one, else as its text and its address."""
        href = safe_url(f"http://{address}" if address.lower().startswith("www.") else address)
        text = inline_text(children)
        if href is not None:
            can_be_seen = not is_blank(text) or _holds_image(children)
            self._add_link(href, children if can_be_seen else [self._spent(address)])
        elif is_auto:
            self._extend(["<", *children, ">"])
        else:
            is_lost = address.strip() and address not in text
            self._extend([*children, self._spent(f" ({address})")] if is_lost else children)

    def _add_link(self, href: str, children: list[Node]) -> None:
        self._add("a", {"href": href}, children)
        target = hidden_target(inline_text(children), href)
        if target is not None:
            self._add_text(f" ({target})")

    def _image(self, token: Token) -> None:
        address = str(token.attrs["src"])
        alt = fit(_alternative(token.children or ()))
        source = safe_url(address, schemes=("https",)) if self._images else None
        if source is not None:
            self._add("img", {"src": source, "alt": alt}, ())
        elif self._in_link():
            self._add_text(alt or address)
        else:
            self._link(address, [self._spent(alt)] if alt else [], is_auto=False)

    def _code_block(self, token: Token) -> None:
        language = token.info.strip().partition(" ")[0].lower()
        attributes = {"lang": language} if LANGUAGE.match(language) else {}
        self._open("pre")
        self._leaf("code", attributes, token.content.removesuffix("\n"))
        self._close()

    def _in_link(self) -> bool:
        return self._links > 0

    def _leaf(self, tag: str, attributes: dict[str, str] | None = None, text: str = "") -> None:
        self._add(tag, attributes or {}, [self._spent(text)] if text else ())

    def _add(self, tag: str, attributes: dict[str, str], children: Sequence[Node]) -> None:
        self._spend(_json_size([tag, attributes]))
        self._extend([element(tag, attributes, _joined(children))])

    def _add_text(self, text: str) -> None:
        self._extend([self._spent(text)])

    def _extend(self, nodes: Sequence[Node]) -> None:
        self._frames[-1].children.extend(nodes)

    def _spent(self, text: str) -> str:
        """The text as it may stand in a tree, paid for."""
        text = fit(text)
        self._spend(_json_size(text))
        return text

    def _spend(self, size: int) -> None:
        self._nodes += 1
        self._room -= size + 1
        if self._nodes > MAX_NODES or self._room < 0:
            raise _too_complex("Use less markup, or write it as two comments.")


def fit(text: str) -> str:
    """The text without what nobody can see or what would reverse its neighbours."""
    # Nearly all texts are printable, and all of these signs are not.
    return text if text.isprintable() else _UNFIT.sub("\ufffd", _REVERSING.sub("", text))


def _joined(nodes: Sequence[Node]) -> Iterator[Node]:
    """The nodes with neighbouring texts as one."""
    texts: list[str] = []
    for node in nodes:
        if isinstance(node, str):
            texts.append(node)
            continue
        if texts:
            yield "".join(texts)
            texts = []
        yield node
    if texts:
        yield "".join(texts)


def _holds_image(nodes: Sequence[Node]) -> bool:
    return any(isinstance(step, Open) and step.tag == "img" for step in walk(nodes))


def _alternative(tokens: Sequence[Token]) -> str:
    """The alternative text of an image: the words of its label, without their markup."""
    parts = (
        " " if token.type in ("softbreak", "hardbreak")
        else _alternative(token.children) if token.children
        else token.content
        for token in tokens
    )  # fmt: skip
    return "".join(parts)


def _json_size(value: str | list[str | dict[str, str]]) -> int:
    return len(msgspec.json.encode(value))


def _too_complex(advice: str) -> Invalid:
    message = f"This comment is too complicated to be shown. {advice}"
    return Invalid(FieldError("body", "too_complex", message))
