"""Names of authors: what may be shown as one, and which look like somebody else's."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import category, normalize

from afterword.core.confusables import CONFUSABLES
from afterword.core.errors import FieldError, Invalid
from afterword.core.text import drop_invisible, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_LENGTH = 60
"""Characters of a name."""

# A fourth mark on one letter is no writing system's, and climbs into the lines above and below.
_PILED_MARKS = 3
_ACCENTS = re.compile("[\u0300-\u036f]")
# Beside Unicode's table: pairs that a small font does not tell apart, and signs used as letters.
_ALIKE = CONFUSABLES | {ord("i"): "l", ord("w"): "vv", ord("@"): "a", ord("$"): "s", ord("!"): "l"}


def clean_name(text: str) -> str:
    """The name as it may be shown: one line of NFC, nothing invisible, no piled-up marks.

    Raises `Invalid` where nothing is left, where more than 60 characters are, and where the text
    holds halves of characters.
    """
    name = _without_piled_marks(one_line(text))
    if not name:
        raise _wrong("missing", "Please give a name.")
    if len(name) > MAX_LENGTH:
        raise _wrong("too_long", f"Please give a name of at most {MAX_LENGTH} characters.")
    if any(category(char) == "Cs" for char in name):
        raise _wrong("unreadable", "Please type the name again: it holds broken characters.")
    return name


def skeleton(text: str) -> str:
    """A string that names which look alike share; to compare with, never to show.

    That of UTS 39 section 4 for letters that look Latin, without case and accents, with `i`, `l`
    and `1` as one letter and `w` as two `v`.
    """
    text = _ACCENTS.sub("", normalize("NFKD", drop_invisible(text)))
    for _ in range(3):  # `Ɯ` is a large `ɯ`, which looks like `w`, which looks like `vv`
        text = text.translate(_ALIKE).casefold()
    return _ACCENTS.sub("", normalize("NFKD", text))


def looks_like(name: str, reserved: Iterable[str]) -> bool:
    """Whether readers could take the name for one of the reserved ones.

    Spaces, punctuation and signs make no difference, so that `✓ Mira.Osei` looks like `Mira Osei`.
    """
    shapes = name_shapes(name)
    return any(not shapes.isdisjoint(name_shapes(other)) for other in reserved)


@lru_cache(maxsize=1024)
def name_shapes(name: str) -> frozenset[str]:
    """Strings of which names that look alike share one; none of a name without letters."""
    # Small letters look less alike across scripts than capitals do: `Н` is `H`, but `н` is no `h`.
    both = {skeleton(name), skeleton(normalize("NFKC", name).casefold())}
    return frozenset(letters for letters in map(_letters, both) if letters)


def _letters(text: str) -> str:
    return "".join(char for char in text if category(char)[0] in "LMN")


def _without_piled_marks(text: str) -> str:
    if text.isascii():
        return text
    kept: list[str] = []
    marks = _PILED_MARKS  # a mark without a letter under it is dropped
    for char in text:
        marks = marks + 1 if category(char) in ("Mn", "Me") else 0
        if marks <= _PILED_MARKS:
            kept.append(char)
    return "".join(kept)


def _wrong(code: str, message: str) -> Invalid:
    return Invalid(FieldError("name", code, message))
