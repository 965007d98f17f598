"""Tells those who listen in this process which threads have changed, once a change is durable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """A thread that is not as it was."""

    page_id: int
    site_id: int
    version: int
    """The page's new version."""
    keys: tuple[str, ...]
    """From a poll: every key of the page; in this process: keys that lead to it since this change."""


class Changes:
    """Tells those who listen in this process, once a change is durable."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Change], object]] = []

    def subscribe(self, listener: Callable[[Change], object]) -> Callable[[], None]:
        """Call `listener` with each change, until the function that is returned is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def announce(self, change: Change) -> None:
        """Tell everybody who listens."""
        for listener in tuple(self._listeners):
            listener(change)
