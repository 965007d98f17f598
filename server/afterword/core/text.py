"""Cleaning of text that strangers sent, before any other rule looks at it."""

from __future__ import annotations

import re
from unicodedata import category, normalize

# White space, and letters that only look like it.
_BLANK = re.compile("[\\s\u115f\u1160\u2800\u3164\uffa0]+")
# Characters that take no room and carry no meaning of their own: controls, also of direction.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0d\ufeff\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff]"
)
_ALL_INVISIBLE = re.compile(
    _INVISIBLE.pattern[:-1] + "\u200c\u200d\ufe0e\ufe0f\U000e0100-\U000e01ef]"
)
_JOINERS = "\u200c\u200d"
# What nearly every text has near its beginning: it spares looking at all of it.
_PLAIN = re.compile("[!-~]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """Whether both databases give this text back as it was: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and (text.isascii() or _SURROGATE.search(text) is None)


def is_blank(text: str) -> bool:
    """Whether nobody would see anything where this text stands."""
    return _PLAIN.search(text) is None and not _BLANK.sub("", drop_invisible(text))


def drop_invisible(text: str) -> str:
    """The text without characters that take no room: joiners and variation selectors too."""
    return _ALL_INVISIBLE.sub("", text)


def one_line(text: str) -> str:
    """The text in NFC on one line, without control and invisible characters or double spaces.

    Joiners stay where Arabic and Indic scripts and emoji need them, and variation selectors after
    what they vary: without them some names cannot be written.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    text = _INVISIBLE.sub("", _BLANK.sub(" ", text))
    kept = (char for place, char in enumerate(text) if _has_effect(text, place, char))
    return normalize("NFC", _BLANK.sub(" ", "".join(kept)).strip())


def _has_effect(text: str, place: int, char: str) -> bool:
    if char in _JOINERS:
        return _joins(text[place - 1 : place]) and _joins(text[place + 1 : place + 2])
    if "\ufe0e" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
        return category(text[place - 1]) in ("So", "Lo") if place else False
    return True


def _joins(char: str) -> bool:
    """Whether the character belongs to a script or to the emoji that joiners act on."""
    return char >= "\u0600" and category(char) in ("Lo", "Mn", "Mc", "So", "Sk")
