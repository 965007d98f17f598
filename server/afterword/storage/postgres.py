"""PostgreSQL behind the store: the asyncpg pool that `databases` holds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import asyncpg
from databases import Database
from databases.core import Connection

from afterword.core.errors import Unavailable
from afterword.storage import change_order, patience
from afterword.storage.patience import unlimited, waiting
from afterword.storage.postgres_asking import Row, Values, ask, fetch, from_postgres
from afterword.storage.postgres_groups import Groups
from afterword.storage.postgres_watch import PostgresWatch
from afterword.storage.postgres_write import PostgresWrite, release, roll_back
from afterword.storage.write_counts import WriteCounts

T = TypeVar("T")

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
        self._groups = Groups(self)
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
                # What is asked for is in memory or on a disk without a head: rows in the order of an
                # index cost no more than many at once that are then sorted.
                "random_page_cost": "1.1",
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
            await asyncio.shield(self.end(roll_back(connection)))

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

    def write(self, *, durable: bool = True) -> PostgresWrite:
        """A transaction of its own."""
        return PostgresWrite(self, durable=durable)

    async def at_once(self, work: Callable[[PostgresWrite], Awaitable[T]]) -> T:
        """In a transaction that is shared with all who want the same now."""
        return await self._groups.at_once(work)


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


async def _leave_as_is(_: object) -> None:
    """No reset between two uses, which would be one more trip: nothing of ours outlives a write."""
