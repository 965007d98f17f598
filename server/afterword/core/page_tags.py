"""What a page of somebody else embeds, read from its HTML: tags and attributes, nothing else.

A page may be made to keep a parser busy, so this one looks at each character a fixed number of times:
a tag longer than a few thousand characters is passed over.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 2_000
"""Characters of one tag."""
_BEGIN = re.compile(
    r"<(script|link|meta|base|body|afterword-comments|afterword-count)(?=[\s/>])", re.IGNORECASE
)
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]{1,100})(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag."""

    name: str
    attributes: Mapping[str, str]
    in_body: bool
    """Whether it stands after the start of the body."""


def tags_of(text: str) -> tuple[Tag, ...]:
    """Those tags that matter to us, in their order, without what is commented out."""
    text = _without_comments(text)
    found: list[Tag] = []
    in_body = False
    for begin in _BEGIN.finditer(text):
        end = _end(text, begin.end())
        if end is None:
            continue
        name = begin[1].lower()
        in_body = in_body or name == "body"
        found.append(Tag(name, _attributes(text[begin.end() : end]), in_body))
    return tuple(found)


def _end(text: str, start: int) -> int | None:
    """Where the tag ends: at the first > outside of quotes."""
    quote = ""
    for at in range(start, min(len(text), start + LONGEST)):
        sign = text[at]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign == ">":
            return at
    return None


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in _ATTRIBUTE.finditer(text):
        value = next((part for part in each.groups()[1:] if part is not None), "")
        found.setdefault(each[1].lower(), html.unescape(value))
    return found


def _without_comments(text: str) -> str:
    kept: list[str] = []
    at = 0
    while (begin := text.find("<!--", at)) >= 0:
        kept.append(text[at:begin])
        end = text.find("-->", begin + 4)
        if end < 0:
            return "".join(kept)
        at = end + 3
    return "".join([*kept, text[at:]])
