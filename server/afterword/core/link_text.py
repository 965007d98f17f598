"""Keeps link text honest: `[bank.example](https://evil.example)` must show where it leads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import combining, normalize

from afterword.core.names import skeleton
from afterword.core.text import drop_invisible
from afterword.core.web_address import parse_http

if TYPE_CHECKING:
    from collections.abc import Iterator

_AUTHORITY = re.compile(r"(?:[a-z][a-z0-9+.-]*:(?=//)|mailto:)?(//)?([^/?#\\]*)", re.IGNORECASE)
_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d_][\w-]*[^\W_]\Z|\d{1,3}(?:\.\d{1,3}){3}\Z")
_QUOTES = "\"'“”‘’«»<>()[]{},.;:!?*_~"
# `Node.js` and `report.pdf` are names of things; none of these is a top-level domain.
_FILE_ENDING = re.compile(
    r"\.(?:avif|cfg|css|csv|docx?|exe|gif|html?|ini|jpe?g|jsx?|json|log|od[st]|pdf|php|png"
    r"|pptx?|svg|tsx?|txt|webp|xlsx?|xml|ya?ml)\Z",
    re.IGNORECASE,
)


def hidden_target(text: str, href: str) -> str | None:
    """The host (or mail address) behind a link whose text names or imitates another, else None."""
    if text.isascii() and (("." not in text and "/" not in text) or _is_itself(text, href)):
        return None
    if href.startswith("mailto:"):
        target = href.removeprefix("mailto:")
        real = target.rpartition("@")[2]
    else:
        url = parse_http(href)
        target = real = url.hostname if url else ""
    real = real.removeprefix("www.")
    names = _hosts(normalize("NFKC", drop_invisible(text)).replace("。", "."))
    is_honest = all(_as_browsers_write(name) == real and not _imitates(name) for name in names)
    return None if is_honest else target


def _is_itself(text: str, href: str) -> bool:
    return text == href and href.startswith("http")


def _hosts(text: str) -> Iterator[str]:
    """Every host that a reader could take the text to lead to."""
    for word in text.split():
        match = _AUTHORITY.match(word.strip(_QUOTES))
        slashes, authority = match.groups() if match else (None, "")
        parts = authority.split("@") if slashes else authority.split("@")[-1:]
        for part in parts:
            name = re.sub(r":\d*\Z", "", part)
            if slashes or (_HOST.match(name) and not _FILE_ENDING.search(name)):
                yield name


def _as_browsers_write(name: str) -> str:
    url = parse_http(f"http://{name}")
    return (url.hostname if url else name.lower()).removeprefix("www.")


def _imitates(name: str) -> bool:
    """Whether letters of other scripts pass for Latin ones, as all of `аррӏе.com` do."""
    without_accents = "".join(char for char in normalize("NFKD", name) if not combining(char))
    return not without_accents.isascii() and skeleton(name).isascii()
