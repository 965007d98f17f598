"""Which origin an address belongs to, and which origins an owner may name.

An origin is scheme, host and port as browsers send it: lower case, Punycode, no default port.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from afterword.core.errors import FieldError, Invalid
from afterword.core.web_address import parse_http

if TYPE_CHECKING:
    from ada_url import URL

# Browsers let `$(…)` and `;` stand in a host. Ours stand in a command that an owner copies into a
# shell (errors.UnknownOrigin), so that only what a name server could know is an origin.
_HOST = re.compile(r"[a-z0-9._-]{1,253}|\[[0-9a-f:.]+\]")
_ENDS_AS_ORIGIN = re.compile(r"https?://[^/\\?#]+/?", re.IGNORECASE)


@lru_cache(maxsize=256)
def origin_of(url: str) -> str | None:
    """The origin of an http(s) address or of an `Origin` header; None if it has none, as `null`."""
    parsed = parse_http(url)
    return None if parsed is None else serialised(parsed)


def serialised(url: URL) -> str | None:
    """The origin of a parsed http(s) address, or None where its host cannot be a host name."""
    return url.origin if _HOST.fullmatch(url.hostname) else None


def parse_origin(text: str) -> str:
    """The origin that an owner named; raises `Invalid` with a sentence on how to write it."""
    text = text.strip()
    if "*" in text:
        raise _wrong("wildcard", "Name each origin by itself: one with a * is not taken.")
    if "://" not in text:
        raise _wrong("no_scheme", f"Write the scheme too, like https://{_example(text)}.")
    origin = origin_of(text)
    if origin is None:
        raise _wrong("not_an_origin", "Write the origin as browsers do, like https://example.org.")
    if not _ENDS_AS_ORIGIN.fullmatch(text):
        raise _wrong("not_only_an_origin", f"Leave out what follows the host: write {origin}.")
    return origin


def _example(text: str) -> str:
    origin = origin_of(f"https://{text}")
    return "example.org" if origin is None else origin.removeprefix("https://")


def _wrong(code: str, message: str) -> Invalid:
    return Invalid(FieldError("origin", code, message))
