"""The one check of addresses that visitors typed: what it returns may stand in an `href`.

Addresses are read as browsers read them (WHATWG URL, by `ada_url`), so that nothing is judged by
one parser and followed by another, and are returned as that parser writes them, never as typed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from ada_url import URL

from afterword.core.mail_address import mail_address

if TYPE_CHECKING:
    from collections.abc import Collection

MAX_LENGTH = 2_048
"""Characters of an address, as typed and as serialised."""

LINK_SCHEMES = ("http", "https", "mailto")

_C0_AND_SPACE = "".join(map(chr, range(0x21)))
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_HTTP_AUTHORITY = re.compile(r"https?://([^/\\?#]+)", re.IGNORECASE)
_BARE_HOST = re.compile(r"[^/\\?#:]+\.[^/\\?#:]+(?::\d+)?(?:[/?#]|\Z)")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
# What RFC 6068 lets stand unescaped in an address: `?` and `%` would mean something else there.
_MAILTO_SAFE = "@!$'*+-._~"


def safe_url(text: str, *, schemes: Collection[str] = LINK_SCHEMES) -> str | None:
    """The address as a browser would write it, or None where no reader should be sent there.

    Only absolute addresses of `schemes` pass: no user name or password, no bidirectional control,
    at most 2,048 characters; `mailto:` names one address and nothing else.
    """
    text = text.strip(_C0_AND_SPACE)
    scheme = _SCHEME.match(text)
    if scheme is None or scheme[1].lower() not in schemes or _BIDI_CONTROLS.search(unquote(text)):
        return None
    if scheme[1].lower() == "mailto":
        return _mailto(text)
    url = parse_http(text)
    return None if url is None else url.href


def website(text: str) -> str | None:
    """The address of somebody's website, where `example.org` means `https://example.org/`."""
    text = text.strip()
    if _BARE_HOST.match(text):
        text = f"https://{text}"
    return safe_url(text, schemes=("http", "https"))


def parse_http(text: str) -> URL | None:
    """The parsed address if it is an absolute http(s) address without user name or password.

    `http:evil` and `https:///evil` are None: browsers complete them, people do not write them.
    """
    text = text.strip(_C0_AND_SPACE)
    authority = _HTTP_AUTHORITY.match(text)
    if authority is None or "@" in authority[1] or not _is_plain(text):
        return None
    try:
        url = URL(text)
    except ValueError:  # not an address, or a lone surrogate in it
        return None
    return url if len(url.href) <= MAX_LENGTH else None


def _mailto(text: str) -> str | None:
    if not _is_plain(text) or "?" in text:
        return None
    address = mail_address(unquote(text.partition(":")[2], errors="replace"))
    return None if address is None else f"mailto:{quote(address, safe=_MAILTO_SAFE)}"


def _is_plain(text: str) -> bool:
    return (
        len(text) <= MAX_LENGTH
        and _CONTROLS.search(text) is None
        and _BIDI_CONTROLS.search(text) is None
    )
