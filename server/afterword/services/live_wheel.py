"""Every listener, and whose turn it is to be shown that their stream is there: once a turn of the wheel."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.services.live_rooms import Listener


class Wheel:
    """Listeners by the moment at which they came, so that one timer serves all of them.

    One timer for each would be 10 thousand, and all at one moment would keep others waiting.
    """

    def __init__(self, slots: int) -> None:
        self._slots: list[set[Listener]] = [set() for _ in range(slots)]
        self._now = 0
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Listener]:
        for slot in self._slots:
            yield from slot

    def add(self, listener: Listener) -> None:
        """The next turn of this listener is a whole turn of the wheel from now."""
        listener.slot = self._now
        self._slots[self._now].add(listener)
        self._count += 1

    def discard(self, listener: Listener) -> bool:
        """Forgets the listener; whether it was there."""
        if listener.slot is None:
            return False
        self._slots[listener.slot].discard(listener)
        listener.slot = None
        self._count -= 1
        return True

    def turn(self) -> list[Listener]:
        """Those whose turn it is now."""
        self._now = (self._now + 1) % len(self._slots)
        return list(self._slots[self._now])
