"""SQLite behind the store: a few held readers and one writer."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import aiosqlite
from databases import Database
from databases.core import Connection

from afterword.storage import change_order
from afterword.storage.announcer import Changes
from afterword.storage.failures import from_sqlite
from afterword.storage.sqlite_pool import HeldPool, Readers, hold, submit
from afterword.storage.sqlite_turn import Turn
from afterword.storage.sqlite_writer import Member, Writer, run_pending
from afterword.storage.text import spread
from afterword.storage.watch import Unwoken
from afterword.storage.write_counts import WriteCounts

Row = tuple[Any, ...]
Values = Mapping[str, object]
T = TypeVar("T")

READERS = 3


class Sqlite:
    """An open SQLite database."""

    order = change_order.SQLITE

    def __init__(self, path: Path, held: list[Connection], turn: Turn | None) -> None:
        self._path = path
        self._held = held
        self._readers = Readers(held[1:])
        self._turn = turn
        self._writer = Writer(held[0].raw_connection, turn)

    @property
    def counts(self) -> WriteCounts:
        """How its writes went."""
        return self._writer.counts

    @classmethod
    async def open(cls, path: Path, *, shared: bool = False) -> Sqlite:
        """Open an existing file; `sqlite_file.prepare` made and checked it.

        `shared`: other processes write to it without pause, too.
        """
        database = Database("sqlite:///unused-the-pool-knows-the-path")
        database._backend._pool = HeldPool(path)
        held: list[Connection] = []
        try:
            while len(held) < 1 + READERS:
                held.append(await hold(database))
        except BaseException as error:
            for connection in held:
                await connection.__aexit__()
            raise from_sqlite(error) from error
        return cls(path, held, Turn(path) if shared else None)

    async def close(self) -> None:
        """Commit what is open, then close; the writer last, so that it empties the WAL."""
        self._writer.finish()
        for connection in reversed(self._held):
            await connection.__aexit__()
        if self._turn is not None:
            self._turn.close()

    async def fetch_all(self, sql: str, values: Values) -> list[Row]:
        """Every row of a query, as tuples."""
        try:
            return await self._readers.run(partial(_fetch_all, sql, values))
        except sqlite3.Error as error:
            raise from_sqlite(error) from error

    async def fetch_one(self, sql: str, values: Values) -> Row | None:
        """The first row, or None."""
        try:
            return await self._readers.run(partial(_fetch_one, sql, values))
        except sqlite3.Error as error:
            raise from_sqlite(error) from error

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[SqliteReading]:
        """A connection of its own, in one transaction."""
        pool = HeldPool(self._path)
        try:
            connection = await pool.acquire()
        except sqlite3.Error as error:
            raise from_sqlite(error) from error
        try:
            await submit(connection, lambda raw: raw.execute("BEGIN").close())
            yield SqliteReading(connection)
        finally:
            await pool.release(connection)

    def watch(self) -> Unwoken:
        """What asks for changes; nobody wakes it."""
        return Unwoken(self)

    async def has_grown(self) -> None:
        """Nothing: without statistics its plans are always the same."""

    def write(self, *, durable: bool = True) -> SqliteWrite:
        """A write that shares its commit with others that wait: all of them last, or none would."""
        return SqliteWrite(self._writer)

    async def at_once(self, work: Callable[[SqliteAtOnce], Awaitable[T]]) -> T:
        """The same in one visit to the writer's thread."""
        return await self._writer.at_once(partial(_driven, work))


class SqliteReading:
    """What is asked of one moment."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def fetch_all(self, sql: str, values: Values | None = None) -> list[Row]:
        """Every row of a query."""
        try:
            return await submit(self._connection, partial(_fetch_all, sql, values or {}))
        except sqlite3.Error as error:
            raise from_sqlite(error) from error

    async def fetch_one(self, sql: str, values: Values | None = None) -> Row | None:
        """The first row, or None."""
        rows = await self.fetch_all(sql, values)
        return rows[0] if rows else None


class SqliteWrite:
    """One member of a group commit, and its handle on the database."""

    changes: Changes
    order = change_order.SQLITE

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._member: Member | None = None

    async def __aenter__(self) -> SqliteWrite:
        self._member = await self._writer.enter()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        member, self._member = self._inside(), None
        if kind is None:
            await self._writer.leave(member)
        else:
            self._writer.fail(member)

    async def fetch_all(self, sql: str, values: Values | None = None) -> list[Row]:
        """Every row, of a query or of RETURNING."""
        rows: list[Row] = await self._run(partial(_fetch_all, sql, values or {}))
        return rows

    async def fetch_one(self, sql: str, values: Values | None = None) -> Row | None:
        """The first row, or None."""
        row: Row | None = await self._run(partial(_fetch_one, sql, values or {}))
        return row

    async def execute(self, sql: str, values: Values | None = None) -> None:
        """Run a statement for its effect."""
        await self._run(partial(_execute, sql, values or {}))

    async def execute_many(self, sql: str, values: Sequence[Values]) -> None:
        """Run a statement once for each set of values."""
        await self._run(partial(_execute_many, sql, values))

    def later(self, sql: str, values: Values) -> None:
        """Run a statement before the next one or the commit; what it raises is raised there."""
        self._inside().pending.append((sql, values))

    def after_commit(self, callback: Callable[[], object]) -> None:
        """Call `callback` once this write is durable, and never if it is not."""
        self._inside().callbacks.append(callback)

    def _inside(self) -> Member:
        if self._member is None:
            raise RuntimeError("This write has ended; use it inside its `async with`.")
        return self._member

    async def _run(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        try:
            return await self._writer.run(self._inside(), work)
        except sqlite3.Error as error:
            raise from_sqlite(error) from error


class SqliteAtOnce:
    """The handle of a write that is done in one go, in the connection's own thread.

    What it offers is awaited like any other handle, but nothing in it ever waits.
    """

    changes: Changes
    order = change_order.SQLITE

    def __init__(self, raw: sqlite3.Connection, member: Member) -> None:
        self._raw = raw
        self._member = member

    async def fetch_all(self, sql: str, values: Values | None = None) -> list[Row]:
        """Every row, of a query or of RETURNING."""
        rows: list[Row] = self._run(partial(_fetch_all, sql, values or {}))
        return rows

    async def fetch_one(self, sql: str, values: Values | None = None) -> Row | None:
        """The first row, or None."""
        rows = await self.fetch_all(sql, values)
        return rows[0] if rows else None

    async def execute(self, sql: str, values: Values | None = None) -> None:
        """Run a statement for its effect."""
        self._run(partial(_execute, sql, values or {}))

    async def execute_many(self, sql: str, values: Sequence[Values]) -> None:
        """Run a statement once for each set of values."""
        self._run(partial(_execute_many, sql, values))

    def later(self, sql: str, values: Values) -> None:
        """Run a statement before the next one or the commit; what it raises is raised there."""
        self._member.pending.append((sql, values))

    def after_commit(self, callback: Callable[[], object]) -> None:
        """Call `callback` once this write is durable, and never if it is not."""
        self._member.callbacks.append(callback)

    def _run(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        try:
            if self._member.pending:
                run_pending(self._member, self._raw)
            return work(self._raw)
        except sqlite3.Error as error:
            raise from_sqlite(error) from error


def _driven(
    work: Callable[[SqliteAtOnce], Awaitable[T]], raw: sqlite3.Connection, member: Member
) -> T:
    """Run the coroutine to its end, here and now: it awaits nothing but the handle, which never waits."""
    steps = work(SqliteAtOnce(raw, member)).__await__()
    try:
        next(steps)
    except StopIteration as end:
        result: T = end.value
        return result
    raise RuntimeError("What is written at once may await nothing but its `db`.")


def _fetch_all(sql: str, values: Values, raw: sqlite3.Connection) -> list[Row]:
    return raw.execute(*spread(sql, values)).fetchall()


def _fetch_one(sql: str, values: Values, raw: sqlite3.Connection) -> Row | None:
    # To the end, not one row: an unfinished statement keeps its snapshot and its RETURNING open.
    rows = _fetch_all(sql, values, raw)
    return rows[0] if rows else None


def _execute(sql: str, values: Values, raw: sqlite3.Connection) -> None:
    raw.execute(*spread(sql, values)).close()


def _execute_many(sql: str, values: Sequence[Values], raw: sqlite3.Connection) -> None:
    raw.executemany(sql, values).close()
