"""One write of PostgreSQL: its handle, in a transaction of its own or in one that others share."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Coroutine, Sequence
from functools import lru_cache
from types import TracebackType
from typing import Any, Protocol

import asyncpg
from databases.core import Connection

from afterword.core.errors import Unavailable
from afterword.storage import change_order
from afterword.storage.after_commit import call_each
from afterword.storage.announcer import Changes
from afterword.storage.postgres_asking import Row, Values, ask, drop, fetch
from afterword.storage.text import numbered, renamed, spread
from afterword.storage.write_counts import WriteCounts

BEGIN = "BEGIN"
BEGIN_WITHOUT_DISK = "BEGIN; SET LOCAL synchronous_commit = off"
"""Its commit is answered before it is on the disk, where a crash of the server may lose it."""
_ADDS = re.compile(r"\s*(?:INSERT|UPDATE)\b", re.IGNORECASE)
_TARGET = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+(\w+)", re.IGNORECASE)


class Pool(Protocol):
    """What a write needs of the engine."""

    counts: WriteCounts

    async def acquire(self) -> Connection:
        """A connection that is free; Unavailable when there is none."""
        ...

    def end(self, ending: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run it in a task of its own."""
        ...


class PostgresWrite:
    """One transaction, and its handle on the database."""

    changes: Changes
    order = change_order.POSTGRES

    def __init__(
        self, engine: Pool, connection: Connection | None = None, *, durable: bool = True
    ) -> None:
        """With a `connection`, in the transaction that it is in: `finish` then ends the handle."""
        self._engine = engine
        self._begin = BEGIN if durable else BEGIN_WITHOUT_DISK
        self._connection = connection
        self.callbacks: list[Callable[[], object]] = []
        self._pending: list[tuple[str, Values]] = []

    async def __aenter__(self) -> PostgresWrite:
        self._engine.counts.waiting += 1
        try:
            connection = await self._engine.acquire()
        finally:
            self._engine.counts.waiting -= 1
        try:
            await ask(connection, connection.raw_connection.execute, self._begin)
        except BaseException:
            self._engine.end(roll_back(connection))
            raise
        self._connection = connection
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        connection, self._connection = self._inside(), None
        # In a task of its own, so that a cancellation tears nothing.
        ending = self._commit(connection) if kind is None else roll_back(connection)
        await asyncio.shield(self._engine.end(ending))

    async def fetch_all(self, sql: str, values: Values | None = None) -> list[Row]:
        """Every row, of a query or of RETURNING."""
        if self._pending:
            together = with_others(self._pending, sql, values or {})
            if together is None:
                await self._catch_up()
            else:
                self._pending = []
                sql, values = together
        return await fetch(self._inside(), sql, values or {})

    async def fetch_one(self, sql: str, values: Values | None = None) -> Row | None:
        """The first row, or None."""
        rows = await self.fetch_all(sql, values)
        return rows[0] if rows else None

    async def execute(self, sql: str, values: Values | None = None) -> None:
        """Run a statement for its effect."""
        await self.fetch_all(sql, values)

    async def execute_many(self, sql: str, values: Sequence[Values]) -> None:
        """Run a statement once for each set of values."""
        await self._catch_up()
        text, names = numbered(sql)
        rows = [[row[name] for name in names] for row in values]
        connection = self._inside()
        # Planned anew each time: a plan from when the table was empty read all of it for each row.
        statement = await ask(connection, connection.raw_connection.prepare, text)
        await ask(connection, statement.executemany, rows)

    def later(self, sql: str, values: Values) -> None:
        """Run a statement before the next one or the commit; what it raises is raised there."""
        self._inside()
        self._pending.append((sql, values))

    def after_commit(self, callback: Callable[[], object]) -> None:
        """Call `callback` once this write is durable, and never if it is not."""
        self._inside()
        self.callbacks.append(callback)

    def _inside(self) -> Connection:
        if self._connection is None:
            raise RuntimeError("This write has ended; use it inside its `async with`.")
        return self._connection

    async def finish(self) -> None:
        """Run what was to be run later; nothing more can be asked."""
        await self._catch_up()
        self._connection = None

    async def _catch_up(self, connection: Connection | None = None) -> None:
        pending, self._pending = self._pending, []
        for sql, values in bundled(pending):
            await fetch(connection or self._inside(), sql, values)

    async def _commit(self, connection: Connection) -> None:
        asked, done = time.monotonic(), ""
        try:
            await self._catch_up(connection)
            # Of an aborted transaction it answers ROLLBACK, without an error.
            done = await ask(connection, connection.raw_connection.execute, "COMMIT")
        except Exception as error:
            raise unknown_end(error) from error
        finally:
            took = time.monotonic() - asked
            self._engine.counts.note(1, took, failed=done != "COMMIT")
            if done:
                await release(connection)
            else:
                await roll_back(connection)
        if done != "COMMIT":
            raise RuntimeError("An error inside this write was caught; nothing was stored.")
        call_each(self.callbacks)


def is_gone(connection: Connection) -> bool:
    """Whether nothing more can be asked of it: it is closed, or has gone back to the pool by itself."""
    try:
        return bool(connection.raw_connection.is_closed())
    except asyncpg.InterfaceError:
        return True


async def roll_back(connection: Connection) -> None:
    """Take back what was done in the open transaction, and give the connection back."""
    try:
        if not is_gone(connection):
            await ask(connection, connection.raw_connection.execute, "ROLLBACK")
    except (asyncpg.PostgresError, asyncpg.InterfaceError, Unavailable):
        # The server rolls back what lost its connection; the first error is the one to tell.
        drop(connection)
    finally:
        await release(connection)


async def release(connection: Connection) -> None:
    """Give a connection back to the pool."""
    await connection.__aexit__()


def unknown_end(failure: BaseException) -> BaseException:
    """What is told of a commit that has failed so."""
    # The commit may have arrived although its answer did not.
    if isinstance(failure, Unavailable):
        return Unavailable("The database went away while it was storing; please send it again.")
    return failure


def bundled(pending: Sequence[tuple[str, Values]]) -> list[tuple[str, Values]]:
    """Statements that have nothing to do with each other as one, which is one trip instead of many."""
    if len(pending) < 2:
        return list(pending)
    flat = [spread(sql, values) for sql, values in pending]
    text = _bundle(tuple(sql for sql, _ in flat))
    if text is None:
        return flat
    return [(text, _named(flat))]


def with_others(
    pending: Sequence[tuple[str, Values]], sql: str, values: Values
) -> tuple[str, Values] | None:
    """The statement with those that wait in front of it, as one; None where they must go before it.

    Only changes of rows that stay: of what is deleted, other tables lose rows too, which no text says.
    """
    if not all(_ADDS.match(each) for each in (sql, *(each for each, _ in pending))):
        return None
    flat = [spread(each, given) for each, given in pending]
    sql, values = spread(sql, values)
    text = _bundle(tuple(each for each, _ in flat), sql)
    return None if text is None else (text, {**_named(flat), **values})


def _named(flat: Sequence[tuple[str, Values]]) -> dict[str, object]:
    return {
        f"{name}_w{at}": value
        for at, (_, given) in enumerate(flat)
        for name, value in given.items()
    }


@lru_cache(maxsize=256)
def _bundle(statements: tuple[str, ...], last: str = "SELECT 1") -> str | None:
    """One text of them all; None where one speaks of a table that another one writes.

    The parts of such a statement see what was there before it, and none of what the others do.
    """
    every = (*statements, last)
    for at, sql in enumerate(every):
        target = _TARGET.match(sql)
        if target is None and at < len(statements):
            return None
        others = " ".join(every[:at] + every[at + 1 :])
        if target is not None and re.search(rf"\b{target[1]}\b", others, re.IGNORECASE):
            return None
    parts = (f"w{at} AS ({renamed(sql, f'_w{at}')})" for at, sql in enumerate(statements))
    return f"WITH {', '.join(parts)} {last}"
