"""Text with emphasis and links as it comes out of HTML, made into inline nodes of a tree.

A run is a list of pieces, each with the elements that it stands in; white space is what a browser would
show of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from afterword.core import autolink
from afterword.core.link_text import hidden_target
from afterword.core.markdown import fit
from afterword.core.text import is_blank
from afterword.core.tree import element, inline_text

if TYPE_CHECKING:
    from afterword.core.model import Node

# A space that stands alone stays: most do, so they are not looked at.
_SPACE = re.compile(r"[ \t\n\r\f]{2,}|[\t\n\r\f]")
_INK = re.compile("[!-~]")


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """One element of the text: two links with the same address are two."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)


class Piece(NamedTuple):
    """A text, or an element without content, and the marks around it, outermost first."""

    node: Node
    marks: tuple[Mark, ...]


def paragraphs(run: Sequence[Piece]) -> Iterator[list[Node]]:
    """The run cut where two lines end at once, each part as the inline nodes of one paragraph."""
    if len(run) == 1 and isinstance(run[0].node, str) and not run[0].marks:
        # Most paragraphs are one text.
        text = _SPACE.sub(" ", run[0].node).strip(" ")
        if text:
            yield _bare(Piece(text, ()))
        return
    for lines in _cut(_spaced(run)):
        nodes = _nested(lines, 0)
        if nodes:
            yield nodes


def _spaced(run: Sequence[Piece]) -> list[Piece]:
    """Without white space that no browser shows; spaces stand outside of what they begin or end."""
    found: list[Piece] = []
    wanted: Piece | None = None
    at_start = True
    for piece in run:
        if not isinstance(piece.node, str):
            if piece.node != ["br"] and wanted:
                found.append(wanted)
            found.append(piece)
            wanted, at_start = None, piece.node == ["br"]
            continue
        text = _SPACE.sub(" ", piece.node)
        if text.startswith(" ") and not at_start and wanted is None:
            wanted = Piece(" ", _shared(found[-1].marks, piece.marks))
        core = text.strip(" ")
        if not core:
            continue
        if wanted:
            found.append(Piece(" ", _shared(wanted.marks, piece.marks)))
        found.append(Piece(core, piece.marks))
        wanted, at_start = None, False
        if text.endswith(" "):
            wanted = Piece(" ", piece.marks)
    return found


def _shared(one: tuple[Mark, ...], other: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """The marks that both stand in."""
    size = 0
    while size < min(len(one), len(other)) and one[size] is other[size]:
        size += 1
    return one[:size]


def _cut(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    lines: list[Piece] = []
    breaks = 0
    for piece in pieces:
        if piece.node == ["br"]:
            breaks += 1
            continue
        if breaks > 1 and lines:
            yield lines
            lines = []
        elif breaks and lines:
            # Within what goes on behind it, and nothing else.
            lines.append(Piece(["br"], _shared(lines[-1].marks, piece.marks)))
        breaks = 0
        lines.append(piece)
    if lines:
        yield lines


def _nested(pieces: Sequence[Piece], depth: int) -> list[Node]:
    """Pieces that share their marks up to `depth`, with the elements inside."""
    nodes: list[Node] = []
    at = 0
    while at < len(pieces):
        piece = pieces[at]
        if len(piece.marks) <= depth:
            nodes += _bare(piece)
            at += 1
            continue
        mark, end = piece.marks[depth], at + 1
        while end < len(pieces) and pieces[end].marks[depth : depth + 1] == (mark,):
            end += 1
        nodes += _marked(mark, _nested(pieces[at:end], depth + 1))
        at = end
    return _joined(nodes)


def _bare(piece: Piece) -> list[Node]:
    """The piece; addresses in its text are links, as they are in what people write here."""
    if not isinstance(piece.node, str):
        return [piece.node]
    text = fit(piece.node)
    if not autolink.may_be_in(text) or any(mark.tag in ("a", "code") for mark in piece.marks):
        return [text]
    return [
        part if isinstance(part, str) else ["a", {"href": part.href}, part.text]
        for part in autolink.pieces(text)
    ]


def _marked(mark: Mark, children: list[Node]) -> Iterator[Node]:
    if not children:
        return
    if mark.tag == "code":
        yield ["code", inline_text(children)]
        return
    yield element(mark.tag, mark.attributes, children)
    if mark.tag == "a":
        target = hidden_target(inline_text(children), mark.attributes["href"])
        if target is not None:
            yield f" ({target})"


def _joined(nodes: Sequence[Node]) -> list[Node]:
    """The nodes with neighbouring texts as one, and none that is empty."""
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, str) and found and isinstance(found[-1], str):
            found[-1] += node
        elif node != "":
            found.append(node)
    return found


def is_seen(nodes: Sequence[Node]) -> bool:
    """Whether a reader would see anything of them."""
    return any(isinstance(node, str) and _INK.search(node) for node in nodes) or not is_blank(
        inline_text(nodes)
    )
