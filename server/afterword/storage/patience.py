"""How long somebody who waits for an answer waits for the database, in all that they ask.

Each question has its own limit, but a request asks many: each could wait nearly as long, one after the
other. So what they wait is added up. A question that is answered quickly costs nothing, so that many of
those may follow one another.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from afterword.core.errors import Unavailable

EACH = 3.0
"""Seconds for one question, where nobody's patience is limited."""
IN_ALL = 2.2
"""Seconds for everything that one request asks: with its other work it is answered within 3 s."""
QUICK = 0.03
"""Seconds of each question that do not count."""

_limited: ContextVar[Patience | None] = ContextVar("patience", default=None)


class Patience:
    """What is left of it."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds


class Limited:
    """What `limited` returns; no generator, for it stands around each read that is not in memory."""

    __slots__ = ("_patience", "_token")

    def __init__(self, seconds: float) -> None:
        self._patience = Patience(seconds)

    def __enter__(self) -> Patience:
        self._token = _limited.set(self._patience)
        return self._patience

    def __exit__(self, *_: object) -> None:
        _limited.reset(self._token)


def limited(seconds: float) -> Limited:
    """What is asked in here waits so long at most, together."""
    return Limited(seconds)


@contextmanager
def unlimited() -> Iterator[None]:
    """What is asked in here is no part of what a request waits for: it may go on for long."""
    token = _limited.set(None)
    try:
        yield
    finally:
        _limited.reset(token)


@contextmanager
def waiting() -> Iterator[float]:
    """Around one question: the seconds that it may take; raises Unavailable where none are left."""
    patience = _limited.get()
    if patience is None:
        yield EACH
        return
    if patience.left <= 0:
        raise Unavailable("The database is too slow now; nothing was stored.")
    began = time.monotonic()
    try:
        yield min(EACH, QUICK + patience.left)
    finally:
        patience.left -= max(0.0, time.monotonic() - began - QUICK)
