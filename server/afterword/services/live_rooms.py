"""Listeners, and the rooms in which those of one page sit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from afterword.services.live_outlet import Waiting
from afterword.storage.changes import PageChanges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.services.live_outlet import Outlet
    from afterword.storage.announcer import Change

K = TypeVar("K")

KEPT = 16
"""Versions of a page whose followers' catch-up is kept while there is no newer one."""


class Listener:
    """One reader: where they sit, what they know, and by which way it goes to them."""

    __slots__ = ("outlet", "room", "slot", "told", "who")

    def __init__(self, who: bytes) -> None:
        self.who = who
        self.room: Room | None = None
        self.told = 0
        """The version of the page that it knows."""
        self.slot: int | None = None
        """When its turn is to be shown that the stream is there; None where it has left."""
        self.outlet: Outlet = Waiting()

    def flow_to(self, outlet: Outlet) -> None:
        """Sends by this way from now on, and first what has come since there was none."""
        before, self.outlet = self.outlet, outlet
        if isinstance(before, Waiting):
            before.pour(outlet)


@dataclass(slots=True, eq=False)
class Room:
    """The listeners of one page, by the keys that they ask with; there may be no page yet."""

    site_id: int
    keys: tuple[str, ...]
    page_id: int | None = None
    version: int = 0
    count: int = 0
    """Version and count that the listeners have been told."""
    listeners: set[Listener] = field(default_factory=set)
    _missed: dict[int, bytes] = field(default_factory=dict)
    """Up to `version`, by the version that somebody knew who came."""

    def missed_since(self, version: int) -> bytes | None:
        """What whoever knows that version has missed; None where that is not known here."""
        return b"" if version == self.version else self._missed.get(version)

    def keep_missed(self, since: int, events: bytes) -> None:
        """For those who come with the same version: after a restart, most of them."""
        if len(self._missed) < KEPT:
            self._missed[since] = events

    def move_on(self, page_id: int | None, version: int, count: int) -> None:
        """What the listeners know from now on, and of which page."""
        if (page_id, version) != (self.page_id, self.version):
            self._missed.clear()
        self.page_id, self.version, self.count = page_id, version, count


class Rooms:
    """Every room, found by its keys, by its page, and by what has changed."""

    def __init__(self) -> None:
        self._all: dict[tuple[int, tuple[str, ...]], Room] = {}
        self._by_key: dict[tuple[int, str], set[Room]] = {}
        self._by_page: dict[int, set[Room]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Room]:
        return iter(self._all.values())

    def get(self, site_id: int, keys: tuple[str, ...]) -> Room | None:
        """The room of exactly these keys."""
        return self._all.get((site_id, keys))

    def open(self, site_id: int, keys: tuple[str, ...]) -> Room:
        """A new room."""
        room = self._all[site_id, keys] = Room(site_id, keys)
        for key in keys:
            self._by_key.setdefault((site_id, key), set()).add(room)
        return room

    def note(self, room: Room, page_id: int | None, found: PageChanges) -> None:
        """What its listeners know from now on, and of which page."""
        if page_id != room.page_id:
            _take_out(self._by_page, room.page_id, room)
            if page_id is not None:
                self._by_page.setdefault(page_id, set()).add(room)
        room.move_on(page_id, found.version, found.count)

    def shut(self, room: Room) -> None:
        """Forgets an empty room."""
        del self._all[room.site_id, room.keys]
        for key in room.keys:
            _take_out(self._by_key, (room.site_id, key), room)
        _take_out(self._by_page, room.page_id, room)

    def concerned(self, change: Change) -> set[Room]:
        """The rooms whose listeners do not know of this change yet."""
        rooms = set(self._by_page.get(change.page_id, ()))
        for key in change.keys:
            rooms |= self._by_key.get((change.site_id, key), set())
        return {
            room
            for room in rooms
            if room.page_id != change.page_id or room.version < change.version
        }


def _take_out(index: dict[K, set[Room]], key: K | None, room: Room) -> None:
    if key is not None:
        index[key].discard(room)
        if not index[key]:
            del index[key]
