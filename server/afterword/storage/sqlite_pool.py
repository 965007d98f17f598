"""Held SQLite connections: `databases` opens them through this, and they stay open.

`databases` 0.9 by itself opens a thread and a connection for every query, and the close of the last
one checkpoints and deletes the WAL: five fsyncs a write. Its `_pool` is a private name, but that
package is frozen at 0.9.0 (`store` asserts the version).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
from databases import Database
from databases.core import Connection

from afterword.core.errors import Unavailable

T = TypeVar("T")

BUSY_MS = 3000
"""How long a locked database is waited for before it is said that it cannot be asked."""

_PRAGMAS = (
    # First: switching to WAL can itself meet a lock.
    f"PRAGMA busy_timeout={BUSY_MS}",
    "PRAGMA journal_mode=WAL",
    # NORMAL would lose answered comments in a power cut: with WAL it syncs only at checkpoints.
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA temp_store=MEMORY",
    # Of each connection. Pages of a reader are forgotten at every write of another connection, and those
    # of the file are in the system's memory: with 8 MB nothing was quicker.
    "PRAGMA cache_size=-2000",
    "PRAGMA journal_size_limit=67108864",
    # A comment is some twenty pages of the WAL, and every checkpoint two fsyncs: at SQLite's own 1 000
    # pages they were a twentieth of all. 16 MB of WAL are copied in one go.
    "PRAGMA wal_autocheckpoint=4000",
)


class PragmaConnection(sqlite3.Connection):
    """A connection that has its settings from its first moment on."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for pragma in _PRAGMAS:
            self.execute(pragma)


class HeldPool:
    """Stands where `databases` has its own pool: opens a connection in a daemon thread of its own."""

    _memref = None

    def __init__(self, path: Path) -> None:
        # mode=rw: a missing file is an error here, never a new empty database.
        self._uri = f"{path.resolve().as_uri()}?mode=rw"

    async def acquire(self) -> aiosqlite.Connection:
        """Open one connection; its thread does not hold up the end of the process."""
        connection = aiosqlite.connect(
            self._uri,
            uri=True,
            isolation_level=None,
            factory=PragmaConnection,
            timeout=BUSY_MS / 1000,
            cached_statements=256,
        )
        connection._thread.daemon = True
        return await connection

    async def release(self, connection: aiosqlite.Connection) -> None:
        """Close it, after everything that was asked of it before."""
        await connection.close()


async def hold(database: Database) -> Connection:
    """A connection of `database` that belongs to no task, open until its `__aexit__`."""
    connection = Connection(database, database._backend)
    await connection.__aenter__()
    return connection


def submit(
    connection: aiosqlite.Connection, work: Callable[[sqlite3.Connection], T]
) -> asyncio.Future[T]:
    """Queue `work` into the connection's thread at once, without awaiting; the future is its result.

    What is submitted runs, in order, even when whoever awaits the future is cancelled.
    """
    raw = connection._connection
    if raw is None or not connection._running:
        raise RuntimeError("The store is closed.")
    future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    connection._tx.put_nowait((future, lambda: work(raw)))
    return future


class Readers:
    """A few held connections for reading, each used by one query at a time."""

    def __init__(self, connections: list[Connection]) -> None:
        self._idle = deque[aiosqlite.Connection](held.raw_connection for held in connections)
        self._line = deque[asyncio.Future[aiosqlite.Connection]]()

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The result of `work` on the next free connection; Unavailable after 3 s in the line."""
        connection = self._idle.popleft() if self._idle else await self._wait()
        try:
            return await submit(connection, work)
        finally:
            # Nothing awaited: a cancelled reader's query still runs, the next one waits behind it.
            self._give_back(connection)

    async def _wait(self) -> aiosqlite.Connection:
        turn: asyncio.Future[aiosqlite.Connection] = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        try:
            async with asyncio.timeout(BUSY_MS / 1000):
                return await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self._give_back(turn.result())
            if isinstance(error, TimeoutError):
                raise Unavailable("Too many readers are waiting for the database.") from None
            raise

    def _give_back(self, connection: aiosqlite.Connection) -> None:
        while self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(connection)
                return
        self._idle.append(connection)
