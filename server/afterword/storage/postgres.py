"""PostgreSQL behind the store: the asyncpg pool that `databases` holds, one transaction a write."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any

import asyncpg
from databases import Database
from databases.core import Connection

from afterword.core.errors import Unavailable
from afterword.storage import change_order, patience
from afterword.storage.after_commit import call_each
from afterword.storage.announcer import Changes
from afterword.storage.patience import unlimited, waiting
from afterword.storage.postgres_asking import ask, drop, fetch, from_postgres
from afterword.storage.postgres_watch import PostgresWatch
from afterword.storage.text import numbered
from afterword.storage.write_counts import WriteCounts

Row = tuple[Any, ...]
Values = Mapping[str, object]

# Whoever takes what is read may be slower than a write ever is.
BEGIN_READING = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    "SET LOCAL idle_in_transaction_session_timeout = '15min'",
)
GROWN = "ANALYZE comment, page, page_key"


class Postgres:
    """An open pool of PostgreSQL connections."""

    order = change_order.POSTGRES

    def __init__(self, database: Database) -> None:
        self.counts = WriteCounts()
        self._database = database
        self._ending: set[asyncio.Task[None]] = set()

    @classmethod
    async def open(cls, url: str) -> Postgres:
        """Connect; Unavailable when the server cannot be reached."""
        database = Database(
            url,
            command_timeout=patience.EACH,
            timeout=patience.EACH,
            min_size=1,
            reset=_leave_as_is,
            server_settings={
                "application_name": "afterword",
                # Before a request's patience ends, so that the connection stays good.
                "lock_timeout": "2000",
                # A machine that is cut off inside a write holds the page for no longer.
                "idle_in_transaction_session_timeout": "5000",
            },
        )
        try:
            await database.connect()
        except BaseException as error:
            raise from_postgres(error) from error
        return cls(database)

    async def close(self) -> None:
        """Let what is ending end, then close the pool."""
        if self._ending:
            await asyncio.wait(self._ending, timeout=patience.EACH)
        await self._database.disconnect()

    async def acquire(self) -> Connection:
        """A connection of the pool; Unavailable when none is free as long as there is patience."""
        connection = Connection(self._database, self._database._backend)
        with waiting() as seconds:
            try:
                async with asyncio.timeout(seconds):
                    return await connection.__aenter__()
            except AssertionError as error:
                # databases says so of a connection whose earlier release failed.
                raise Unavailable("The database cannot be reached now.") from error
            except Exception as error:
                raise from_postgres(error) from error

    def end(self, ending: Any) -> asyncio.Task[None]:
        """Run the end of a read or write in a task of its own, so that no cancellation tears it."""
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(ending)
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
        return task

    async def fetch_all(self, sql: str, values: Values) -> list[Row]:
        """Every row of a query, as tuples."""
        connection = await self.acquire()
        try:
            return await fetch(connection, sql, values)
        finally:
            self.end(release(connection))

    async def fetch_one(self, sql: str, values: Values) -> Row | None:
        """The first row, or None."""
        rows = await self.fetch_all(sql, values)
        return rows[0] if rows else None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[PostgresReading]:
        """A connection in one transaction that sees one moment."""
        connection = await self.acquire()
        try:
            for sql in BEGIN_READING:
                await ask(connection, connection.raw_connection.execute, sql)
            yield PostgresReading(connection)
        finally:
            await asyncio.shield(self.end(_roll_back(connection)))

    def watch(self) -> PostgresWatch:
        """What asks for changes, on a connection of its own."""
        return PostgresWatch(self._connect)

    async def _connect(self, seconds: float) -> asyncpg.Connection:
        backend = self._database._backend
        at, options = backend._database_url, backend._get_connection_kwargs()
        options = {name: options[name] for name in ("server_settings", "ssl") if name in options}
        return await asyncpg.connect(
            host=at.hostname,
            port=at.port,
            user=at.username,
            password=at.password,
            database=at.database,
            timeout=seconds,
            command_timeout=patience.EACH,
            **options,
        )

    async def has_grown(self) -> None:
        """Renew the statistics: plans from when a table was empty would read all of it each time."""
        await self.fetch_all(GROWN, {})

    def write(self) -> PostgresWrite:
        """A transaction of its own."""
        return PostgresWrite(self)


class PostgresReading:
    """What is asked of one moment."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def fetch_all(self, sql: str, values: Values | None = None) -> list[Row]:
        """Every row of a query."""
        with unlimited():
            return await fetch(self._connection, sql, values or {})

    async def fetch_one(self, sql: str, values: Values | None = None) -> Row | None:
        """The first row, or None."""
        rows = await self.fetch_all(sql, values)
        return rows[0] if rows else None


class PostgresWrite:
    """One transaction, and its handle on the database."""

    changes: Changes
    order = change_order.POSTGRES

    def __init__(self, engine: Postgres) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._callbacks: list[Callable[[], object]] = []
        self._pending: list[tuple[str, Values]] = []

    async def __aenter__(self) -> PostgresWrite:
        self._engine.counts.waiting += 1
        try:
            connection = await self._engine.acquire()
        finally:
            self._engine.counts.waiting -= 1
        try:
            await ask(connection, connection.raw_connection.execute, "BEGIN")
        except BaseException:
            self._engine.end(_roll_back(connection))
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
        ending = self._commit(connection) if kind is None else _roll_back(connection)
        await asyncio.shield(self._engine.end(ending))

    async def fetch_all(self, sql: str, values: Values | None = None) -> list[Row]:
        """Every row, of a query or of RETURNING."""
        await self._catch_up()
        return await fetch(self._inside(), sql, values or {})

    async def fetch_one(self, sql: str, values: Values | None = None) -> Row | None:
        """The first row, or None."""
        rows = await self.fetch_all(sql, values)
        return rows[0] if rows else None

    async def execute(self, sql: str, values: Values | None = None) -> None:
        """Run a statement for its effect."""
        await self._catch_up()
        await fetch(self._inside(), sql, values or {})

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
        self._callbacks.append(callback)

    def _inside(self) -> Connection:
        if self._connection is None:
            raise RuntimeError("This write has ended; use it inside its `async with`.")
        return self._connection

    async def _catch_up(self, connection: Connection | None = None) -> None:
        pending, self._pending = self._pending, []
        for sql, values in pending:
            await fetch(connection or self._inside(), sql, values)

    async def _commit(self, connection: Connection) -> None:
        asked, done = time.monotonic(), ""
        try:
            await self._catch_up(connection)
            # Of an aborted transaction it answers ROLLBACK, without an error.
            done = await ask(connection, connection.raw_connection.execute, "COMMIT")
        except Exception as error:
            raise _unknown_end(error) from error
        finally:
            took = time.monotonic() - asked
            self._engine.counts.note(1, took, failed=done != "COMMIT")
            if done:
                await release(connection)
            else:
                await _roll_back(connection)
        if done != "COMMIT":
            raise RuntimeError("An error inside this write was caught; nothing was stored.")
        call_each(self._callbacks)


async def _roll_back(connection: Connection) -> None:
    try:
        if not connection.raw_connection.is_closed():
            await ask(connection, connection.raw_connection.execute, "ROLLBACK")
    except (asyncpg.PostgresError, asyncpg.InterfaceError, Unavailable):
        # The server rolls back what lost its connection; the first error is the one to tell.
        drop(connection)
    finally:
        await release(connection)


def _unknown_end(failure: BaseException) -> BaseException:
    # The commit may have arrived although its answer did not.
    if isinstance(failure, Unavailable):
        return Unavailable("The database went away while it was storing; please send it again.")
    return failure


async def _leave_as_is(_: object) -> None:
    """No reset between two uses, which would be one more trip: nothing of ours outlives a write."""


async def release(connection: Connection) -> None:
    """Give a connection back to the pool."""
    await connection.__aexit__()
