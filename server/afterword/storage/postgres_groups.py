"""Writes of PostgreSQL that are done at once: whoever waits shares a transaction, and its flush of the log.

The rows that a comment locks, of its site and its page, let one in at a time anyway: each with a
transaction of its own would wait for every flush before it. Each has a savepoint of its own, so what
fails takes nobody with it; only a connection that breaks, or a commit that fails, fails everybody. Who
met a lock that did not come, or a deadlock with another process, begins again alone.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from databases.core import Connection

from afterword.core.errors import Unavailable
from afterword.storage.after_commit import call_each
from afterword.storage.failures import AlreadyThere
from afterword.storage.patience import IN_ALL, limited, waiting
from afterword.storage.postgres_asking import ask
from afterword.storage.postgres_write import (
    Pool,
    PostgresWrite,
    is_gone,
    release,
    roll_back,
    unknown_end,
)

T = TypeVar("T")
Work = Callable[[PostgresWrite], Awaitable[Any]]

GAP = 0.005
"""Seconds without a new one after which a group that others may still join is begun."""
LONGEST = 0.050
"""Seconds after which it is begun in any case."""
MOST = 64
"""In one group: as long as it lasts, other processes wait for its pages."""


BEGIN = "BEGIN; SET LOCAL plan_cache_mode = force_generic_plan"
"""What is done at once is a few short statements, each by an index, whatever its values are. Left to
itself, PostgreSQL made a plan anew for every execution of most of them, which took longer than the rest.
"""


@dataclass(eq=False, slots=True)
class Member:
    """One of a group."""

    work: Work
    done: asyncio.Future[Any]
    result: Any = None
    handle: PostgresWrite | None = None
    """Of one whose work went well."""
    failure: BaseException | None = None
    """Told once the group has ended: what others of it wrote may be the reason, and is not there yet."""


class Groups:
    """Those who wait, and the one group that is being written."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._waiting = deque[Member]()
        self._is_running = False
        self._last_size = 1

    async def at_once(self, work: Callable[[PostgresWrite], Awaitable[T]]) -> T:
        """The result of `work` once it is durable."""
        member = Member(work, asyncio.get_running_loop().create_future())
        self._waiting.append(member)
        self._pool.counts.waiting += 1
        if not self._is_running:
            self._is_running = True
            # In a task of its own, so that no cancellation of a member tears it.
            self._pool.end(self._run())
        with waiting() as seconds:
            try:
                async with asyncio.timeout(seconds):
                    result: T = await member.done
            except TimeoutError:
                raise unknown_end(Unavailable("")) from None
        return result

    async def _run(self) -> None:
        try:
            while self._waiting:
                await self._company()
                members = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
                self._last_size = len(members)
                self._pool.counts.waiting -= len(members)
                # Not that of the request that happened to be the first.
                with limited(IN_ALL):
                    await self._write([each for each in members if not each.done.done()])
        finally:
            self._is_running = False

    async def _company(self) -> None:
        """Waits for as many as last time, while they come; a lone one is never kept waiting."""
        begun = time.monotonic()
        before = 0
        while before < len(self._waiting) < self._last_size:
            before = len(self._waiting)
            await asyncio.sleep(GAP)
            if time.monotonic() - begun > LONGEST:
                return

    async def _write(self, members: list[Member]) -> None:
        if not members:
            return
        try:
            again = await self._together(members)
        except BaseException as error:  # noqa: BLE001 - told to each of them
            for member in members:
                # That something is there already may have been so only in this group.
                is_own = member.failure and not isinstance(member.failure, AlreadyThere)
                _fail(member, member.failure if member.failure and is_own else error)
            return
        await asyncio.gather(*(self._alone(member) for member in again))

    async def _together(self, members: list[Member]) -> list[Member]:
        """Writes the group; returns those who have to begin again alone."""
        connection = await self._pool.acquire()
        again: list[Member] = []
        try:
            before = f"{BEGIN}; SAVEPOINT member"
            for at, member in enumerate(members):
                await ask(connection, connection.raw_connection.execute, before)
                try:
                    await self._try(connection, member)
                    before = "RELEASE SAVEPOINT member; SAVEPOINT member"
                except Exception as error:
                    if is_gone(connection):
                        raise
                    before = "ROLLBACK TO SAVEPOINT member"
                    if isinstance(error, Unavailable):
                        again = members[at:]
                        break
                    member.failure = error
            end = "ROLLBACK TO SAVEPOINT member; COMMIT" if "ROLLBACK" in before else "COMMIT"
        except BaseException:
            await roll_back(connection)
            raise
        await self._commit(connection, members, end)
        return again

    async def _try(self, connection: Connection, member: Member) -> None:
        handle = PostgresWrite(self._pool, connection)
        member.result = await member.work(handle)
        await handle.finish()
        member.handle = handle

    async def _commit(self, connection: Connection, members: list[Member], sql: str) -> None:
        asked, done = time.monotonic(), ""
        try:
            done = await ask(connection, connection.raw_connection.execute, sql)
        except Exception as error:
            raise unknown_end(error) from error
        finally:
            took = time.monotonic() - asked
            written = sum(each.handle is not None for each in members)
            self._pool.counts.note(written, took, failed=done != "COMMIT")
            await (release(connection) if done else roll_back(connection))
        if done != "COMMIT":
            raise RuntimeError("An error inside this write was caught; nothing was stored.")
        for member in members:
            if member.failure is not None:
                _fail(member, member.failure)
            elif member.handle is not None:
                call_each(member.handle.callbacks)
                _answer(member, member.result)

    async def _alone(self, member: Member) -> None:
        try:
            with limited(IN_ALL):
                async with PostgresWrite(self._pool) as db:
                    result = await member.work(db)
        except BaseException as error:  # noqa: BLE001 - told to whoever waits for it
            _fail(member, error)
        else:
            _answer(member, result)


def _answer(member: Member, result: object) -> None:
    if not member.done.done():
        member.done.set_result(result)


def _fail(member: Member, error: BaseException) -> None:
    if not member.done.done():
        member.done.set_exception(error)
