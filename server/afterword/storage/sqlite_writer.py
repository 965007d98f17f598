"""One writer for SQLite: whoever waits shares a commit, and is answered after it.

A group is one transaction. Its members run one after the other, first come, first served, each in a
savepoint; when nobody waits any more the group is committed with one fsync, and only then every
member's `async with` ends. A member that fails takes back its own savepoint; a commit that fails
fails everybody. What a member asks runs in the connection's thread, in order: cancelling a member
queues the taking back of its savepoint there without awaiting, so nothing is torn or leaked.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import aiosqlite

from afterword.core.errors import Unavailable
from afterword.storage.after_commit import call_each
from afterword.storage.failures import AlreadyThere, from_sqlite
from afterword.storage.sqlite_pool import BUSY_MS, submit
from afterword.storage.sqlite_turn import Turn
from afterword.storage.text import spread
from afterword.storage.write_counts import WriteCounts

T = TypeVar("T")
log = logging.getLogger(__name__)

SHORTEST_GAP = 0.001
LONGEST_GAP = 0.005
"""Seconds without a new writer after which a group that others may still join is committed.

In between it is three times what lately lay between two writers: a busy server takes longer over each.
"""
LONGEST = 0.050
"""Seconds after which a group takes no more members."""
# 32 clients, 0.4 ms of other work a request: 1750 writes a second and 31 a commit; with a fixed gap
# of 1 ms and groups of 10 ms 1660 and 15; over HTTP on a machine with too much to do 10 against 4.
# A lone client is never waited with: a group is only held open for as many as the last one had.


@dataclass(eq=False, slots=True)
class Member:
    """One `write()` in a group."""

    asked: float
    """When it asked for its turn, in seconds of the monotonic clock."""
    committed: asyncio.Future[Any]
    callbacks: list[Callable[[], object]] = field(default_factory=list)
    pending: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)
    """Statements that ride with the next one, or with the end: each saves a trip to the thread."""
    in_savepoint: bool = False
    """Belongs to the connection's thread."""
    kept: asyncio.Future[None] | None = None
    """Whether its last pending statements went well; done before the commit."""
    work: Callable[[sqlite3.Connection, Member], Any] | None = None
    """All of it, where it is done at once; what comes of it is the next two."""
    result: Any = None
    failure: BaseException | None = None


@dataclass(eq=False, slots=True)
class Group:
    """One transaction and those who share it. Its methods run in the connection's thread."""

    opened: float
    turn: Turn | None = None
    """Where other processes write too."""
    members: list[Member] = field(default_factory=list)
    """Belongs to the event loop: those whose work is done and who wait for the commit."""
    begun: bool = False
    lost: BaseException | None = None
    """Why the whole transaction is gone: SQLite rolls back by itself when, say, the disk is full."""

    def run(
        self, member: Member, work: Callable[[sqlite3.Connection], T], raw: sqlite3.Connection
    ) -> T:
        """Do what the member asks, in its savepoint; begin what has not begun."""
        if self.lost is not None:
            raise self.lost
        if not self.begun:
            self._begin(raw, member.asked)
            self.begun = True
        try:
            if not member.in_savepoint:
                raw.execute("SAVEPOINT member")
                member.in_savepoint = True
            run_pending(member, raw)
            return work(raw)
        except sqlite3.Error as error:
            if not raw.in_transaction:
                self.lost = error
            raise

    def _begin(self, raw: sqlite3.Connection, asked: float) -> None:
        if self.turn is None:
            _begin(raw, asked)
            return
        self.turn.take(max(0.05, BUSY_MS / 1000 - (time.monotonic() - asked)))
        try:
            _begin(raw, asked)
        except BaseException:
            self.turn.give_back()
            raise

    def keep(self, member: Member, raw: sqlite3.Connection) -> None:
        """Make the member's work part of the group."""
        try:
            if member.pending:
                self.run(member, lambda _: None, raw)
        except BaseException:
            self.take_back(member, raw)
            raise
        self._close(member, raw, "RELEASE member")

    def do_at_once(self, member: Member, raw: sqlite3.Connection) -> None:
        """All that a member wants done; what it raises is its own and takes back nobody else's work."""
        work = member.work
        assert work is not None
        try:
            member.result = self.run(member, lambda raw: work(raw, member), raw)
            self.keep(member, raw)
        except BaseException as error:  # noqa: BLE001 - told to the member when the group has ended
            self.take_back(member, raw)
            member.failure = error
            if not raw.in_transaction:
                self.lost = self.lost or error

    def take_back(self, member: Member, raw: sqlite3.Connection) -> None:
        """Undo the member's work alone; raises nothing."""
        self._close(member, raw, "ROLLBACK TO member", "RELEASE member")

    def _close(self, member: Member, raw: sqlite3.Connection, *statements: str) -> None:
        if not member.in_savepoint or self.lost is not None:
            return
        member.in_savepoint = False
        try:
            for statement in statements:
                raw.execute(statement)
        except sqlite3.Error as error:
            self.lost = error

    def commit(self, raw: sqlite3.Connection) -> None:
        """Do what is to be done at once, then make the group durable: the one fsync."""
        try:
            for member in self.members:
                if member.work is not None:
                    self.do_at_once(member, raw)
            if self.lost is not None:
                raise self.lost
            if self.begun:
                raw.execute("COMMIT")
        finally:
            try:
                if raw.in_transaction:
                    raw.execute("ROLLBACK")
            finally:
                if self.turn is not None and self.begun:
                    self.turn.give_back()


def run_pending(member: Member, raw: sqlite3.Connection) -> None:
    """Run what the member wanted to be run later; in the connection's thread."""
    statements = member.pending.copy()
    member.pending.clear()
    for sql, values in statements:
        raw.execute(*spread(sql, values)).close()


def _begin(raw: sqlite3.Connection, asked: float) -> None:
    if raw.in_transaction:
        # A rollback failed on a broken disk, which may work again by now.
        raw.execute("ROLLBACK")
    # Nobody waits longer than BUSY_MS in all, in our own line and for other programs together.
    left = BUSY_MS - int((time.monotonic() - asked) * 1000)
    if left >= BUSY_MS - 100:
        raw.execute("BEGIN IMMEDIATE")
        return
    only_the_rest, as_usual = (f"PRAGMA busy_timeout={ms}" for ms in (max(left, 50), BUSY_MS))
    raw.execute(only_the_rest)
    try:
        raw.execute("BEGIN IMMEDIATE")
    finally:
        raw.execute(as_usual)


class Writer:
    """The line of those who want to write, and the group that is open."""

    def __init__(self, connection: aiosqlite.Connection, turn: Turn | None = None) -> None:
        """With a turn, it takes turns with the writers of other processes."""
        self.counts = WriteCounts()
        self._connection = connection
        self._turn = turn
        self._group = Group(time.monotonic(), turn)
        self._line = deque[asyncio.Future[None]]()
        self._taken = False
        self._last_size = 1
        self._timer: asyncio.TimerHandle | None = None
        self._failing = False
        self._last_asked = 0.0
        self._pace = 0.0
        self._committing = 0

    async def enter(self) -> Member:
        """Wait for a turn, at most 3 s."""
        member = Member(time.monotonic(), asyncio.get_running_loop().create_future())
        self._keep_pace(member.asked)
        if self._taken:
            await self._wait()
        self._taken = True
        self._stop_timer()
        if not self._group.members:
            self._group.opened = time.monotonic()
        return member

    async def at_once(self, work: Callable[[sqlite3.Connection, Member], T]) -> T:
        """The result of `work` once it is durable; done in the connection's thread, in its own savepoint."""
        loop = asyncio.get_running_loop()
        member = Member(time.monotonic(), loop.create_future(), work=work)
        self._keep_pace(member.asked)
        group = self._group
        if not group.members:
            group.opened = member.asked
        group.members.append(member)
        if self._taken:
            waiting = loop.call_later(BUSY_MS / 1000, self._give_up, group, member)
            member.committed.add_done_callback(lambda _: waiting.cancel())
        elif not self._committing:
            self._stop_timer()
            self._linger(LONGEST - (member.asked - group.opened))
        result: T = await member.committed
        return result

    def _give_up(self, group: Group, member: Member) -> None:
        """Somebody else's turn takes too long; what has gone to the thread is waited for."""
        if group is self._group and not member.committed.done():
            group.members.remove(member)
            message = "The database is busy; nothing was stored."
            member.committed.set_exception(Unavailable(message))

    async def run(self, member: Member, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work` in the member's savepoint."""
        return await submit(self._connection, partial(self._group.run, member, work))

    async def leave(self, member: Member) -> None:
        """Keep the member's work and wait until it is durable."""
        member.kept = submit(self._connection, partial(self._group.keep, member))
        self._group.members.append(member)
        self._next()
        await member.committed

    def fail(self, member: Member) -> None:
        """Take the member's work back; returns at once, and awaits nothing."""
        submit(self._connection, partial(self._group.take_back, member))
        self._next()

    def finish(self) -> None:
        """Commit what is open, before the connection is closed."""
        self._stop_timer()
        if self._group.members:
            self._commit()

    async def _wait(self) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        self.counts.waiting += 1
        try:
            async with asyncio.timeout(BUSY_MS / 1000):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self._next()
            if isinstance(error, TimeoutError):
                raise Unavailable("The database is busy; nothing was stored.") from None
            raise
        finally:
            self.counts.waiting -= 1

    def _next(self) -> None:
        """Pass the turn on, or close the group when nobody wants it."""
        group = self._group
        age = time.monotonic() - group.opened
        if group.lost is not None or (group.members and age > LONGEST):
            self._commit()
        while self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._taken = False
        if self._group is group:
            self._linger(LONGEST - age)

    def _linger(self, left: float) -> None:
        """Commit now, or soon if as many as last time may still come."""
        if len(self._group.members) >= self._last_size or self._last_size == 1:
            self._commit()
            return
        gap = max(0.0, min(max(SHORTEST_GAP, 3 * self._pace), left))
        self._timer = asyncio.get_running_loop().call_later(gap, self._commit)

    def _keep_pace(self, now: float) -> None:
        self._pace += (min(now - self._last_asked, LONGEST_GAP / 3) - self._pace) / 8
        self._last_asked = now

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _commit(self) -> None:
        # The next group may queue its first statement behind this commit without waiting for it.
        self._timer = None
        group, self._group = self._group, Group(time.monotonic(), self._turn)
        self._last_size = max(1, len(group.members))
        self._committing += 1
        done = submit(self._connection, group.commit)
        done.add_done_callback(partial(self._settle, group.members, time.monotonic()))

    def _settle(self, members: list[Member], asked: float, commit: asyncio.Future[None]) -> None:
        """Tell every member how its commit went; first do what was to be done after it."""
        error = commit.exception()
        if error is not None and not self._failing:
            # Said once, not for every request of an hour with a full disk.
            log.error("Writes cannot be committed: %s", error)
        self._failing = error is not None
        took = time.monotonic() - asked
        self.counts.note(len(members), took, failed=self._failing)
        for member in members:
            failure = _failure(member, error)
            if failure is None:
                call_each(member.callbacks)
            if not member.committed.done():
                _answer(member, failure)
        self._committing -= 1
        # Those who came meanwhile and want it done at once waited for this commit, to share the next.
        if self._group.members and not (self._committing or self._taken or self._timer):
            self._linger(LONGEST - (time.monotonic() - self._group.opened))


def _failure(member: Member, error: BaseException | None) -> BaseException | None:
    own = member.failure or (member.kept.exception() if member.kept else None)
    # That something is there already may have been so only in this group.
    return error if error and (own is None or isinstance(own, AlreadyThere)) else own


def _answer(member: Member, error: BaseException | None) -> None:
    if error is None:
        member.committed.set_result(member.result)
    else:
        member.committed.set_exception(from_sqlite(error))
