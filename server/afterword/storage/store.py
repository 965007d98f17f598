"""The only door to the database: `fetch_all` and `fetch_one` to read, `write()` to write.

Where many answers have to be of one moment, `reading()` holds it.

SQL is text with `:name` values, the same for SQLite and PostgreSQL; rows are tuples in the order of
the columns. `Unavailable` means that the database cannot be asked now, `AlreadyThere` that a unique
value is taken; every other error of a driver is our own mistake.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import ModuleType
from typing import Any, Protocol, TypeVar

import databases

from afterword.storage.announcer import Changes
from afterword.storage.change_order import Order
from afterword.storage.failures import AlreadyThere, DamagedDatabase, SchemaTooNew
from afterword.storage.sqlite import Sqlite
from afterword.storage.turns import Turns
from afterword.storage.urls import sqlite_path
from afterword.storage.watch import Watch
from afterword.storage.write_counts import WriteCounts

try:
    from afterword.storage import postgres, postgres_migration

    _postgres: tuple[ModuleType, ModuleType] | None = (postgres, postgres_migration)
except ModuleNotFoundError as missing:
    if missing.name != "asyncpg":
        raise
    _postgres = None

__all__ = [
    "AlreadyThere",
    "DamagedDatabase",
    "Db",
    "Row",
    "SchemaTooNew",
    "Store",
    "Values",
    "WriteDb",
]

if databases.__version__ != "0.9.0":
    raise ImportError(f"databases {databases.__version__} is not 0.9.0, whose insides we rely on.")

Row = tuple[Any, ...]
Values = Mapping[str, object]
T = TypeVar("T")


def postgres_modules() -> tuple[ModuleType, ModuleType]:
    """`storage.postgres` and `storage.postgres_migration`.

    Raises ValueError with the command that helps where their packages are not installed.
    """
    if _postgres is None:
        raise ValueError("PostgreSQL needs one more package: pip install 'afterword[postgres]'")
    return _postgres


class Db(Protocol):
    """Anything that can be asked: the store itself, or a write that is under way."""

    async def fetch_all(self, sql: str, values: Values | None = None) -> list[Row]:
        """Every row, as tuples in the order of the columns."""
        ...

    async def fetch_one(self, sql: str, values: Values | None = None) -> Row | None:
        """The first row, or None."""
        ...


class WriteDb(Db, Protocol):
    """A write that is under way: what it does is done together or not at all.

    After an error inside it, it can only be left: PostgreSQL takes no further statement.
    """

    changes: Changes
    """Where a changed thread is announced; `pages.changing` does."""
    order: Order
    """How changes are numbered."""

    async def execute(self, sql: str, values: Values | None = None) -> None:
        """Run a statement for its effect; to learn what it did, use RETURNING and a fetch."""
        ...

    async def execute_many(self, sql: str, values: Sequence[Values]) -> None:
        """Run a statement once for each set of values."""
        ...

    def later(self, sql: str, values: Values) -> None:
        """Run a statement before the next one or the commit; what it raises is raised there.

        It saves the wait for an answer: 0.14 ms on SQLite, where a whole small write takes 0.4.
        """
        ...

    def after_commit(self, callback: Callable[[], object]) -> None:
        """Call `callback` once the write is durable, never if it is rolled back."""
        ...


class Engine(Protocol):
    """What SQLite and PostgreSQL each bring."""

    order: Order

    def watch(self) -> Watch: ...
    @property
    def counts(self) -> WriteCounts: ...
    async def fetch_all(self, sql: str, values: Values) -> list[Row]: ...
    async def fetch_one(self, sql: str, values: Values) -> Row | None: ...
    def write(self, *, durable: bool) -> AbstractAsyncContextManager[WriteDb]: ...
    async def at_once(self, work: Callable[[WriteDb], Awaitable[T]]) -> T: ...
    def reading(self) -> AbstractAsyncContextManager[Db]: ...
    async def has_grown(self) -> None: ...
    async def close(self) -> None: ...


class Store:
    """An open database. `write()` ends only when what was written is durable."""

    changes: Changes
    """Subscribe here to hear of each changed thread once the change is durable."""
    watch: Watch
    """Ask here for what other processes have changed."""
    turns: Turns
    """Those who write go on one after the other, before a write and after it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.changes = Changes()
        self.watch = engine.watch()
        self.turns = Turns()
        self._writing: set[asyncio.Task[Any] | None] = set()

    @property
    def order(self) -> Order:
        """How changes are numbered here."""
        return self._engine.order

    @classmethod
    async def open(cls, url: str, *, shared: bool = False) -> Store:
        """Open a database that `migrate.upgrade(url)` has made ready.

        `url` is `sqlite:///relative/path`, `sqlite:////absolute/path` or `postgresql://…`. `shared`
        says that other processes write to it all the time: on SQLite they then take turns.
        """
        path = sqlite_path(url)
        if path is not None:
            return cls(await Sqlite.open(path, shared=shared))
        engine, _ = postgres_modules()
        return cls(await engine.Postgres.open(url))

    @property
    def write_counts(self) -> WriteCounts:
        """How writes went since it was opened."""
        return self._engine.counts

    async def close(self) -> None:
        """Finish what is being committed and close every connection."""
        await self.watch.close()
        await self._engine.close()

    async def fetch_all(self, sql: str, values: Values | None = None) -> list[Row]:
        """Every row of a query."""
        return await self._engine.fetch_all(sql, values or {})

    async def fetch_one(self, sql: str, values: Values | None = None) -> Row | None:
        """The first row of a query, or None."""
        return await self._engine.fetch_one(sql, values or {})

    def reading(self) -> AbstractAsyncContextManager[Db]:
        """`async with store.reading() as db`: everything as it was at the first question, on a connection
        of its own; nobody waits for it.
        """
        return self._engine.reading()

    async def has_grown(self) -> None:
        """Say that there are many more comments than before, so that plans are made for so many."""
        await self._engine.has_grown()

    def write(self, *, durable: bool = True) -> AbstractAsyncContextManager[WriteDb]:
        """`async with store.write() as db`: all of it, durable at the end, or nothing.

        Raises Unavailable when it cannot be written now. Spawn no task inside, and no second
        `write()`: that would wait for itself, so it raises RuntimeError. Without `durable` PostgreSQL does
        not wait for its disk, and a power cut may lose what was written: for what may be lost.
        """
        return self._write(durable)

    async def at_once(self, work: Callable[[WriteDb], Awaitable[T]]) -> T:
        """What `work` returns, once all that it wrote is durable; where it raises, nothing is written.

        For what many do at the same moment: together they cost about as much as one. It may run in
        another thread, and again from its beginning, so `work` awaits nothing but its `db` and
        changes nothing beside it. Raises Unavailable when it cannot be written now.
        """
        self._refuse_inside_a_write()

        def told(db: WriteDb) -> Awaitable[T]:
            db.changes = self.changes
            return work(db)

        result = await self._engine.at_once(told)
        await self.turns.mine()
        return result

    @asynccontextmanager
    async def _write(self, durable: bool) -> AsyncIterator[WriteDb]:
        task = self._refuse_inside_a_write()
        self._writing.add(task)
        try:
            async with self._engine.write(durable=durable) as db:
                db.changes = self.changes
                yield db
        finally:
            self._writing.discard(task)
        await self.turns.mine()

    def _refuse_inside_a_write(self) -> asyncio.Task[Any] | None:
        task = asyncio.current_task()
        if task in self._writing:
            raise RuntimeError("A write() inside a write(): pass the open `db` on instead.")
        return task
