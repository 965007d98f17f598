"""Feeds as Atom (RFC 4287), written by a serialiser: what people wrote cannot become markup of a feed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

if TYPE_CHECKING:
    from collections.abc import Sequence

MEDIA = "application/atom+xml"
ATOM = "http://www.w3.org/2005/Atom"
THREADING = "http://purl.org/syndication/thread/1.0"
"""RFC 4685: what an entry answers."""
# What XML 1.0 has no way to write, not even as a reference (production 2).
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One comment."""

    id: str
    title: str
    link: str
    author: str
    published: int
    updated: int
    html: str
    """As `core.tree.to_html` writes it; it stands escaped in the feed."""
    answers: tuple[str, str] | None = None
    """Id and address of what it replies to."""


@dataclass(frozen=True, slots=True)
class Feed:
    """Comments, the newest first."""

    id: str
    title: str
    link: str
    """The page that shows the same to people."""
    updated: int
    entries: Sequence[Entry]
    own: str | None = None
    """Its own address; None for one that holds a secret."""


def write(feed: Feed) -> bytes:
    """The feed as it is sent."""
    root = Element("feed", {"xmlns": ATOM, "xmlns:thr": THREADING})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "updated", moment(feed.updated))
    if feed.own is not None:
        _link(root, "self", feed.own, MEDIA)
    _link(root, "alternate", feed.link, "text/html")
    _text(root, "generator", "Afterword")
    for entry in feed.entries:
        _entry(SubElement(root, "entry"), entry)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def moment(at: int) -> str:
    """A time as RFC 3339 has it: `2026-03-12T14:05:09Z`."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _entry(element: Element, entry: Entry) -> None:
    _text(element, "id", entry.id)
    _text(element, "title", entry.title)
    _link(element, "alternate", entry.link, "text/html")
    _text(SubElement(element, "author"), "name", entry.author)
    _text(element, "published", moment(entry.published))
    _text(element, "updated", moment(entry.updated))
    if entry.answers is not None:
        ref, address = entry.answers
        SubElement(element, "thr:in-reply-to", {"ref": ref, "href": _legal(address)})
    _text(element, "content", entry.html, type="html")


def _text(parent: Element, tag: str, text: str, **attributes: str) -> None:
    SubElement(parent, tag, attributes).text = _legal(text)


def _link(parent: Element, rel: str, address: str, media: str) -> None:
    SubElement(parent, "link", {"rel": rel, "type": media, "href": _legal(address)})


def _legal(text: str) -> str:
    """Without characters that XML cannot hold."""
    return _ILLEGAL.sub("", text)
