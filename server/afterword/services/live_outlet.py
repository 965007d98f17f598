"""What goes to many listeners, and by which way it goes to each."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

QUEUE = 64
"""Changes that may wait for one listener whose stream has not begun, or cannot be asked how far it is."""


class Telling:
    """Events on their way to many listeners; each form in which they are sent is made once."""

    __slots__ = ("_forms", "events")

    def __init__(self, events: bytes) -> None:
        self.events = events
        self._forms: dict[Callable[[bytes], bytes], bytes] = {}

    def form(self, make: Callable[[bytes], bytes]) -> bytes:
        """What `make` makes of the events."""
        made = self._forms.get(make)
        if made is None:
            made = self._forms[make] = make(self.events)
        return made


class Outlet(Protocol):
    """Where a stream goes. None of these waits for the reader."""

    def send(self, telling: Telling) -> bool:
        """Lets these be sent; ends the stream where too much waits already, and says so by False."""

    def beat(self, telling: Telling) -> bool:
        """Shows a quiet reader that the stream is there; False where it was ended: they take nothing."""

    def end(self) -> None:
        """Sends nothing more."""


class Waiting:
    """An outlet that somebody else empties: of a stream that has not begun, or whose sender waits."""

    __slots__ = ("_is_over", "_news", "_waiting")

    def __init__(self) -> None:
        self._waiting: list[Telling] = []
        self._news: asyncio.Event | None = None
        self._is_over = False

    def send(self, telling: Telling) -> bool:
        """Keeps these, or ends the stream where too many are kept already."""
        if len(self._waiting) == QUEUE:
            self.end()
            return False
        if not self._is_over:
            self._waiting.append(telling)
            self._tell()
        return True

    def beat(self, telling: Telling) -> bool:
        """Whoever has something to send anyhow needs no sign."""
        return bool(self._waiting) or self.send(telling)

    def end(self) -> None:
        """Forgets what waits."""
        self._is_over = True
        self._waiting.clear()
        self._tell()

    async def next(self) -> Telling | None:
        """What is to be sent next, as soon as there is something; None when it is over."""
        while not self._waiting and not self._is_over:
            self._news = asyncio.Event()
            await self._news.wait()
        return None if self._is_over else self._waiting.pop(0)

    def pour(self, outlet: Outlet) -> None:
        """Gives another outlet all that waits here."""
        for telling in self._waiting:
            outlet.send(telling)
        if self._is_over:
            outlet.end()

    def _tell(self) -> None:
        if self._news is not None:
            self._news.set()
