"""Reads a feed as the strictest reader would: well-formed, valid by RFC 4287, each entry with an author.

assert faults(answer.content) == []
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lxml import etree

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@dataclass(frozen=True)
class ReadEntry:
    """An entry of a feed."""

    id: str
    title: str
    author: str
    content: str
    link: str
    updated: str


@cache
def _schema() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))


def _parse(data: bytes) -> etree._Element:
    """Raises for anything that is not well-formed; resolves nothing."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=False)
    return etree.fromstring(data, parser)


def faults(data: bytes) -> list[str]:
    """What is wrong with it."""
    root, schema = _parse(data), _schema()
    found = [] if schema.validate(root) else [str(error) for error in schema.error_log]
    found += [
        "an entry names no author" for _ in root.xpath("a:entry[not(a:author)]", namespaces=ATOM)
    ]
    ids = [each.text for each in root.iterfind("a:entry/a:id", ATOM)]
    if len(set(ids)) < len(ids):
        found.append("two entries have one id")
    if any(":" not in (each or "") for each in ids):
        found.append("an id is no absolute IRI")
    return found


def entries(data: bytes) -> list[ReadEntry]:
    """Its entries, in their order."""
    return [
        ReadEntry(
            id=_text(each, "id"),
            title=_text(each, "title"),
            author=_text(each, "author/a:name"),
            content=_text(each, "content"),
            link=str(each.xpath("string(a:link[@rel='alternate']/@href)", namespaces=ATOM)),
            updated=_text(each, "updated"),
        )
        for each in _parse(data).iterfind("a:entry", ATOM)
    ]


def feed_text(data: bytes, name: str) -> str:
    """The text of one of its own elements."""
    return _text(_parse(data), name)


def _text(element: etree._Element, path: str) -> str:
    return element.findtext(f"a:{path}", "", ATOM) or ""
