"""The answer that a ready entry becomes: 200 or 304, in the encoding and for the origin that asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeAlias

from afterword.core.surrogate import surrogate_keys
from afterword.services.thread_cache import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from afterword.services.thread_cache import Entry

Headers: TypeAlias = "list[tuple[bytes, bytes]]"

UNCHANGED = "304"
SMALL = 400
"""Bytes below which compressing saves nothing that a packet would notice."""

_QUALITY = re.compile(
    rb"\s*([!#$%&'*+.^_`|~0-9a-z-]+)\s*(?:;\s*q\s*=\s*([0-9.]+)\s*)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Network:
    """How long a content delivery network may keep an answer, and by which names it may drop it."""

    seconds: int
    stale_seconds: int

    @property
    def cache_control(self) -> bytes:
        """Browsers ask each time; only what is shared keeps it without asking."""
        shared = b"public, max-age=0, s-maxage=%d" % self.seconds
        stale = b", stale-while-revalidate=%d" % self.stale_seconds
        return shared + (stale if self.stale_seconds else b"")

    def names_of(self, entry: Entry) -> Headers:
        """The same in both words that are in use for it."""
        names = [name.encode() for name in surrogate_keys(entry.tags)]
        return [(b"surrogate-key", b" ".join(names)), (b"cache-tag", b",".join(names))]


class EntryAnswer:
    """Turns an entry and a request's headers into status, headers and body.

    It runs for every cached read: an answer is made once for each origin and encoding, and kept with
    its entry (at 32 clients 0.92 of a bare app's requests, 0.86 where it was made anew each time). A
    header that is not needed is left out, for each costs uvicorn two regular expressions.
    """

    def __init__(self, common: Headers, *, network: Network | None = None) -> None:
        self._network = network
        shared = [
            (b"cache-control", network.cache_control if network else b"public, no-cache"),
            (b"vary", b"Origin, Accept-Encoding"),
            *common,
        ]
        json = [(b"content-type", b"application/json"), *shared]
        self._headers: dict[str, Headers] = {
            UNCHANGED: shared,
            "": json,
            "br": [*json, (b"content-encoding", b"br")],
            "gzip": [*json, (b"content-encoding", b"gzip")],
        }

    def __call__(self, entry: Entry, asked: Iterable[tuple[bytes, bytes]]) -> Answer | None:
        """None where it is not for this path: an origin that may not read, or a body to be read."""
        headers = dict(asked)
        if b"content-length" in headers or b"transfer-encoding" in headers:
            return None
        form = choose_encoding(headers.get(b"accept-encoding", b""))
        known = headers.get(b"if-none-match")
        if known is not None and is_known(known, entry.etag):
            form = UNCHANGED
        kind = (headers.get(b"origin"), form)
        return entry.answers.get(kind) or self._make(entry, *kind)

    def _make(self, entry: Entry, origin: bytes | None, form: str) -> Answer | None:
        if origin is not None and origin not in entry.origins:
            return None
        own = [(b"etag", entry.etag)]
        allowed = origin
        if self._network is not None:
            own += self._network.names_of(entry)
            if len(entry.origins) == 1:
                # A network may keep this answer for a browser, which will look for its page's origin.
                [allowed] = entry.origins
        if allowed is not None:
            own.append((b"access-control-allow-origin", allowed))
        status, body, encoding = 304, b"", form
        if form != UNCHANGED:
            encoding = form if len(entry.identity) > SMALL else ""
            status, body = 200, _in_encoding(entry, encoding)
            own.append((b"content-length", b"%d" % len(body)))
        headers = [*self._headers[encoding], *own]
        answer = Answer(status, headers, body, _head(status, headers))
        entry.answers[origin, form] = answer
        return answer


def _head(status: int, headers: Headers) -> bytes:
    """Both as they stand in HTTP/1.1, without the empty line behind them (RFC 9112, 4 and 5)."""
    line = b"HTTP/1.1 %d %b\r\n" % (status, HTTPStatus(status).phrase.encode())
    return line + b"".join([b"%b: %b\r\n" % header for header in headers])


def _in_encoding(entry: Entry, encoding: str) -> bytes:
    """The bytes; each encoding is made when it is first asked for, and not before."""
    if encoding == "br":
        return entry.br
    return entry.gzip if encoding == "gzip" else entry.identity


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
