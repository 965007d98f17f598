"""Finds the web and mail addresses that people write into their text without any markup.

The rules are those of GitHub Flavored Markdown (extended autolinks), read once from left to right:
no part of the text is looked at more than a fixed number of times. linkify-it needed 3.6 s for
27,000 characters of `http://a.`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.web_address import safe_url

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Link:
    """An address as somebody wrote it, and the `href` that it means."""

    text: str
    href: str


# A path ends at white space, at brackets and quotes of any script, and at signs that reverse text.
_PATH_END = (
    r"\s<>\[\]`\"“”„‟«»‹›。，、；：！？（）「」『』【】《》"
    r"\u200b-\u200f\u202a-\u202e\u2066-\u2069"
)
# Possessive throughout: what has been read is never given back, so nothing is read twice.
_HOST = r"\w[\w-]*+(?:\.[\w-]++)++"
_ORIGIN = rf"(?:https?://(?P<host>{_HOST})|www\.(?P<www>{_HOST}))(?::[0-9]{{1,5}}+)?+(?![@%\\])"
_WEB = re.compile(rf"{_ORIGIN}(?:[/?#][^{_PATH_END}]*+)?+", re.IGNORECASE)
_WEB_IN_SOURCE = re.compile(
    rf"{_ORIGIN}(?:[/?#](?:[^{_PATH_END}\\&]|&(?!#?\w{{1,32}};))*+)?+", re.IGNORECASE
)
_CANDIDATE = re.compile(r"(?<![^\W_])(?P<web>https?://|(?<![./@:=-])www\.)|@", re.IGNORECASE)
_LIKE_A_HOST = re.compile(r"[\w.:/-]*+")
_LOCAL_PART = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-"
_MAIL_HOST = re.compile(r"[a-zA-Z0-9_.-]*+")
_TRAILING = "?!.,:;*_~'"


def pieces(text: str) -> Iterator[str | Link]:
    """The text in order, with each bare address as a `Link`."""
    done = position = mail_from = 0
    if not may_be_in(text):
        position = len(text)
    while candidate := _CANDIDATE.search(text, position):
        if candidate["web"]:
            start, position, href = _web(text, candidate.start())
        else:
            start, position, href = _mail(text, candidate.start(), mail_from)
            mail_from = candidate.end()
        if href is None:
            continue
        if start > done:
            yield text[done:start]
        yield Link(text[start:position], href)
        done = mail_from = position
    if done < len(text):
        yield text[done:]


def may_be_in(text: str) -> bool:
    """Whether it is worth the while to look for addresses in the text."""
    return "@" in text or "://" in text or "www." in text.lower()


def literal_end(source: str, start: int, end: int) -> int:
    """Where the web address that starts at `start` ends, or `start` where there is none.

    Up to there `*`, `_` and `~` of Markdown source are characters of the address, not markup.
    """
    match = _WEB_IN_SOURCE.match(source, start, end)
    return _trimmed(source, start, match.end()) if match else start


def _web(text: str, start: int) -> tuple[int, int, str | None]:
    """Start, end and `href` of the address at `start`; without `href`, where to look further."""
    match = _WEB.match(text, start)
    if match is None or not _is_host(match["host"] or match["www"]):
        # What ran on like a host is not read again: it could be `www._www._www._` to the end.
        return start, _end(_LIKE_A_HOST, text, start + 4), None
    end = _trimmed(text, start, match.end())
    address = text[start:end]
    return start, end, safe_url(f"http://{address}" if match["www"] else address)


def _mail(text: str, at: int, earliest: int) -> tuple[int, int, str | None]:
    """As `_web`, for the mail address around the `@` at `at`."""
    before = text[earliest:at]
    local = before[len(before.rstrip(_LOCAL_PART)) :].lstrip(".")
    host = text[at + 1 : _end(_MAIL_HOST, text, at + 1)].rstrip(".")
    start, end = at - len(local), at + 1 + len(host)
    if not local or "." not in host or host[-1] in "-_" or text[start - 1 : start] == "/":
        return start, at + 1, None
    if before[: start - earliest].lower().endswith("mailto:"):
        return start - 7, end, safe_url(f"mailto:{text[start:end]}")
    return start, end, safe_url(f"mailto:{text[start:end]}")


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.match(text, start)
    return match.end() if match else start


def _is_host(host: str) -> bool:
    """The last two labels of a host have no underscore."""
    return "_" not in "".join(host.split(".")[-2:])


def _trimmed(text: str, start: int, end: int) -> int:
    """The end of an address without the punctuation that belongs to the sentence around it."""
    surplus = text.count(")", start, end) - text.count("(", start, end)
    while end > start:
        if text[end - 1] == ")" and surplus > 0:
            surplus -= 1
        elif text[end - 1] not in _TRAILING:
            break
        end -= 1
    return end
