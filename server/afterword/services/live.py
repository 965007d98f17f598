"""Tells those who listen to a thread what changes in it, whoever changed it.

A change marks the rooms that it concerns, one query brings what changed in each, and the same bytes go
to all listeners there, some at a time, so that whoever else asks is not kept waiting. Nobody waits for a
listener: one who is too far behind is let go, and its browser comes again and is told what it missed.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from afterword.core.errors import TooMany, Unavailable
from afterword.services.live_events import MOST, STILL_HERE, changes_as_events, count_event
from afterword.services.live_outlet import Telling
from afterword.services.live_rooms import Listener, Rooms
from afterword.services.live_wheel import Wheel
from afterword.storage import changes, pages
from afterword.storage.changes import PageChanges

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from afterword.services.live_rooms import Room
    from afterword.storage.announcer import Change
    from afterword.storage.store import Db

Found: TypeAlias = "tuple[int | None, PageChanges]"
"""The page that is there now, None where there is none, and what changed in it."""

NOTHING_NEW = 2**62
"""A version that no page reaches."""
COME_AGAIN = 30
"""Seconds after which whoever found no place may try again."""
BEATS = 40
"""Rounds of `beat` between two signs that a stream is there."""
AT_ONCE = 250
"""Listeners who are served before others have their turn: about 5 ms."""


class Live:
    """Every listener of this process."""

    def __init__(self, db: Db, *, most: int, most_each: int) -> None:
        """At most so many listeners, and so many of one address; 0 of one is no limit."""
        self._db = db
        self._most = most
        self._most_each = most_each
        self._listeners = Wheel(BEATS)
        self._each: Counter[bytes] = Counter()
        self._rooms = Rooms()
        self._changed: set[Room] = set()
        self._looks: dict[tuple[int, tuple[str, ...], int], asyncio.Task[Found]] = {}
        self._news = asyncio.Event()
        self.is_closed = False
        """Whether the process was asked to end."""
        self.opened = self.dropped = 0
        """Streams since the process began, and those of readers who took nothing."""

    def __len__(self) -> int:
        return len(self._listeners)

    def admit(self, who: bytes) -> Listener:
        """A new listener, who must `leave` in the end; raises Unavailable or TooMany where it is full.

        `who` stands for the address of the reader, and is kept as long as the stream lasts.
        """
        if self.is_closed or len(self._listeners) >= self._most:
            message = "No more readers can listen now. The thread can be read as ever."
            raise Unavailable(message, retry_after=COME_AGAIN)
        if self._most_each and self._each[who] >= self._most_each:
            message = f"Your address listens {self._most_each} times already."
            raise TooMany(message, retry_after=COME_AGAIN)
        listener = Listener(who)
        self.opened += 1
        self._listeners.add(listener)
        self._each[who] += 1
        return listener

    async def join(
        self, listener: Listener, site_id: int, keys: tuple[str, ...], since: int | None
    ) -> bytes:
        """Lets it hear of this page from now on; what it missed since that version, if it names one."""
        room = self._rooms.get(site_id, keys)
        known = None if room is None or since is None else room.missed_since(since)
        if room is not None and known is not None:
            # What the room has not been told yet, it will be, and the listener with it.
            _sit_down(listener, room, room.version)
            return known
        asked, missed = since, b""
        while True:
            page_id, found = await self._look_with_others(site_id, keys, since)
            if since is not None:
                missed += changes_as_events(found, since)
            since = found.version
            room = self._rooms.get(site_id, keys)
            if room is None:
                room = self._rooms.open(site_id, keys)
                self._rooms.note(room, page_id, found)
                # What changed since we looked was heard of by nobody: there was no room.
                self._mark(room)
            # Else the room was told of something after we looked.
            if room.version <= since:
                if asked is not None and room.version == since:
                    room.keep_missed(asked, missed)
                _sit_down(listener, room, since)
                return missed

    def leave(self, listener: Listener) -> None:
        """Forgets the listener, and with the last one its room."""
        if not self._listeners.discard(listener):
            return
        self._each[listener.who] -= 1
        if not self._each[listener.who]:
            del self._each[listener.who]
        room, listener.room = listener.room, None
        if room is not None:
            room.listeners.discard(listener)
            if not room.listeners:
                self._rooms.shut(room)
                self._changed.discard(room)

    def hear(self, change: Change) -> None:
        """Takes note of a changed thread, be it from this process or another."""
        for room in self._rooms.concerned(change):
            self._mark(room)

    def hear_all(self) -> None:
        """Takes note that anything may have changed."""
        for room in self._rooms:
            self._mark(room)

    async def tell(self) -> None:
        """Waits until something was heard of, then tells everybody whom it concerns.

        What cannot be read now stays to be told; raises what storage raises.
        """
        await self._news.wait()
        self._news.clear()
        while self._changed:
            room = self._changed.pop()
            try:
                await self._tell(room)
            except BaseException:
                self._mark(room)
                raise

    async def beat(self) -> None:
        """Shows those whose turn it is that their stream is there; each has its turn every BEATS rounds."""
        sign = Telling(STILL_HERE)
        async for some in _some_at_a_time(self._listeners.turn()):
            for listener in some:
                if not listener.outlet.beat(sign):
                    self.dropped += 1

    def close(self) -> None:
        """Ends every stream, and lets nobody in any more."""
        self.is_closed = True
        for listener in list(self._listeners):
            listener.outlet.end()

    def _mark(self, room: Room) -> None:
        self._changed.add(room)
        self._news.set()

    async def _tell(self, room: Room) -> None:
        since, count = room.version, room.count
        page_id, found = await self._look(room.site_id, room.keys, since)
        if self._rooms.get(room.site_id, room.keys) is not room:
            return  # everybody has left meanwhile
        is_another = room.page_id not in (None, page_id) or found.version < since
        events = b"" if is_another else changes_as_events(found, since)
        if is_another or (not events and found.count != count):
            events = count_event(found, reload=is_another)
        self._rooms.note(room, page_id, found)
        telling = Telling(events)
        async for some in _some_at_a_time(list(room.listeners)):
            for listener in some:
                # Somebody may have left meanwhile.
                if listener.room is room and (is_another or listener.told < found.version):
                    listener.told = found.version
                    if events and not listener.outlet.send(telling):
                        self.dropped += 1

    async def _look_with_others(
        self, site_id: int, keys: tuple[str, ...], since: int | None
    ) -> Found:
        """One look for all who come at the same time and know the same.

        It may have begun before some of them came: what changed after it, the room is told.
        """
        asked = (site_id, keys, NOTHING_NEW if since is None else since)
        look = self._looks.get(asked)
        if look is None:
            look = self._looks[asked] = asyncio.create_task(self._look(*asked))
            look.add_done_callback(lambda _: self._looks.pop(asked))
        # Whoever leaves meanwhile takes nothing from the others.
        return await asyncio.shield(look)

    async def _look(self, site_id: int, keys: tuple[str, ...], since: int) -> Found:
        page = await pages.find(self._db, site_id, keys)
        found = page and await changes.changed_in_page(self._db, page.id, since, MOST + 1)
        return (page.id, found) if page and found else (None, PageChanges(0, 0, ()))


def _sit_down(listener: Listener, room: Room, told: int) -> None:
    listener.told, listener.room = told, room
    room.listeners.add(listener)


async def _some_at_a_time(listeners: Sequence[Listener]) -> AsyncIterator[Sequence[Listener]]:
    """All of them, with a pause for others after every few."""
    for begin in range(0, len(listeners), AT_ONCE):
        yield listeners[begin : begin + AT_ONCE]
        await asyncio.sleep(0)
