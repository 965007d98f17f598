"""The answer that a ready entry becomes: 200 or 304, in the encoding and for the origin that asked."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

    from afterword.services.thread_cache import Entry

Headers: TypeAlias = "list[tuple[bytes, bytes]]"

SMALL = 400
"""Bytes below which compressing saves nothing that a packet would notice."""

_QUALITY = re.compile(
    rb"\s*([!#$%&'*+.^_`|~0-9a-z-]+)\s*(?:;\s*q\s*=\s*([0-9.]+)\s*)?", re.IGNORECASE
)


class EntryAnswer:
    """Turns an entry and a request's headers into status, headers and body.

    It runs for every cached read, therefore everything that is the same for all is made once, and
    each header that is not needed is left out: each costs uvicorn two regular expressions.
    """

    def __init__(self, common: Headers) -> None:
        shared = [
            (b"cache-control", b"public, no-cache"),
            (b"vary", b"Origin, Accept-Encoding"),
            *common,
        ]
        self._unchanged: Headers = shared
        self._identity: Headers = [(b"content-type", b"application/json"), *shared]
        self._br: Headers = [*self._identity, (b"content-encoding", b"br")]
        self._gzip: Headers = [*self._identity, (b"content-encoding", b"gzip")]

    def __call__(
        self, entry: Entry, asked: Iterable[tuple[bytes, bytes]]
    ) -> tuple[int, Headers, bytes] | None:
        """None where it is not for this path: an origin that may not read, or a body to be read."""
        headers = dict(asked)
        own = [(b"etag", entry.etag)]
        origin = headers.get(b"origin")
        if origin is not None:
            if origin not in entry.origins:
                return None
            own.append((b"access-control-allow-origin", origin))
        if b"content-length" in headers or b"transfer-encoding" in headers:
            return None
        known = headers.get(b"if-none-match")
        if known is not None and is_known(known, entry.etag):
            return 304, [*self._unchanged, *own], b""
        return self._full(entry, headers.get(b"accept-encoding", b""), own)

    def _full(self, entry: Entry, accepted: bytes, own: Headers) -> tuple[int, Headers, bytes]:
        encoding = choose_encoding(accepted) if len(entry.identity) > SMALL else ""
        if encoding == "br":
            body, headers = entry.br, self._br
        elif encoding == "gzip":
            body, headers = entry.gzip, self._gzip
        else:
            body, headers = entry.identity, self._identity
        return 200, [*headers, *own, (b"content-length", b"%d" % len(body))], body


def is_known(known: bytes, etag: bytes) -> bool:
    """RFC 9110, 13.1.2: does If-None-Match name this tag, compared weakly."""
    return known == etag or known == b"*" or etag.removeprefix(b"W/") in known


def choose_encoding(accepted: bytes) -> str:
    """`br`, `gzip` or `""` by RFC 9110, 12.5.3: the best that the client takes, brotli first."""
    return _choose(accepted) if len(accepted) <= 200 else ""


@lru_cache(maxsize=512)
def _choose(accepted: bytes) -> str:
    weights = {}
    for part in accepted.lower().split(b","):
        match = _QUALITY.fullmatch(part)
        if match:
            weights[match[1]] = _quality(match[2])
    rest = weights.get(b"*", 0.0)
    br, gzip = weights.get(b"br", rest), weights.get(b"gzip", rest)
    if max(br, gzip) == 0 or max(br, gzip) < weights.get(b"identity", 0.0):
        return ""
    return "br" if br >= gzip else "gzip"


def _quality(text: bytes | None) -> float:
    try:
        return 1.0 if text is None else float(text)
    except ValueError:
        return 0.0
