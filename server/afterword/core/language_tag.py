"""Tags of languages (BCP 47): which of those that we have is nearest to the one that is wanted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 35
"""Characters of a tag that is looked at; RFC 5646, 4.4.1, has no longer one in use."""

_SHAPE = re.compile(r"[a-z]{2,8}(?:[-_][a-z0-9]{1,8})*", re.IGNORECASE | re.ASCII)
_SAME = {
    "in": "id",
    "iw": "he",
    "nn": "nb",
    "no": "nb",
    "zh": "zh-hans",
    "zh-hk": "zh-hant",
    "zh-mo": "zh-hant",
    "zh-tw": "zh-hant",
}
"""Older names, and regions that tell the script."""

_RIGHT_TO_LEFT = {"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"}


def direction(tag: str) -> Literal["ltr", "rtl"]:
    """In which direction the language is written, for the `dir` attribute."""
    return "rtl" if re.split("[-_]", tag.lower())[0] in _RIGHT_TO_LEFT else "ltr"


def nearest(wanted: str, available: Iterable[str]) -> str | None:
    """RFC 4647, 3.4: the tag, or what is left of it when it is cut from its end; None for none.

    What is no tag finds nothing, as an unknown language does: a page whose author has mistyped its
    `lang` still gets its comments.
    """
    if len(wanted) > LONGEST or not _SHAPE.fullmatch(wanted):
        return None
    by_lower = {tag.lower(): tag for tag in available}
    parts = wanted.lower().replace("_", "-").split("-")
    while parts:
        tag = "-".join(parts)
        found = by_lower.get(_SAME.get(tag, tag))
        if found:
            return found
        parts.pop()
        if parts and len(parts[-1]) == 1:
            parts.pop()
    return None
