"""Bring a database to the schema that this program knows: at start, under a lock, forward only."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from afterword.storage import sqlite_file
from afterword.storage.failures import SchemaTooNew, from_sqlite
from afterword.storage.store import postgres_modules
from afterword.storage.table_rows import START_LOCK
from afterword.storage.urls import sqlite_path

FOLDER = Path(__file__).parent / "migrations"
LOCK_MS = 60_000
"""How long a start waits for another process that is migrating."""
LOCK = f"SELECT pg_advisory_xact_lock({START_LOCK})"
_PATIENCE = f"PRAGMA busy_timeout={LOCK_MS}"


@dataclass(frozen=True, slots=True)
class Status:
    """Where a database stands."""

    current: str | None
    """Its revision; None while it has no tables."""
    newest: str
    """The revision that this program works with."""


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What an upgrade did; nothing, where `before` is `after`."""

    before: str | None
    after: str
    copy: Path | None = None
    """The copy that was made of an SQLite database before it was changed."""


async def upgrade(url: str) -> Upgraded:
    """Make the database if there is none and bring it to the newest schema, also from several processes.

    Raises DamagedDatabase for a file that is not a sound database of ours, SchemaTooNew for one that
    a newer program made, Unavailable when it cannot be reached or stays locked.
    """
    path = sqlite_path(url)
    if path is not None:
        return await asyncio.to_thread(_upgrade_sqlite, path)
    _, migration = postgres_modules()
    async with migration.migration_engine(url) as engine, engine.begin() as connection:
        await connection.exec_driver_sql(LOCK)
        done: Upgraded = await connection.run_sync(bring_up)
        return done


async def status(url: str) -> Status:
    """Which schema the database has; changes and makes nothing."""
    path = sqlite_path(url)
    if path is not None:
        return await asyncio.to_thread(_status_sqlite, path)
    _, migration = postgres_modules()
    async with migration.migration_engine(url) as engine, engine.connect() as connection:
        found: Status = await connection.run_sync(_status)
        return found


def newest() -> str:
    """The revision that this program works with."""
    found = ScriptDirectory(str(FOLDER)).get_current_head()
    assert found is not None, "there is no migration"
    return found


@cache
def is_behind(revision: str | None) -> bool:
    """Whether migrations are missing; a newer schema than ours is not behind. Reads files, once for each."""
    return revision != newest() and (revision is None or knows(revision))


def knows(revision: str) -> bool:
    """Whether a database of this revision can be brought to the newest."""
    script = ScriptDirectory(str(FOLDER))
    return revision in {each.revision for each in script.walk_revisions()}


def bring_file_up(path: Path, *, to: str = "head") -> None:
    """Make an SQLite file, or bring one that nobody else uses to this revision, without a copy of it."""
    sqlite_file.prepare(path)
    with _sqlite(path) as connection:
        bring_up(connection, to=to)


def _upgrade_sqlite(path: Path) -> Upgraded:
    sqlite_file.prepare(path)
    with _sqlite(path) as connection:
        before = _status(connection)
        # The lock is held and nothing is written yet: another connection still sees the old state.
        copy = _copy(path, before) if before.current not in (None, before.newest) else None
        done = bring_up(connection)
        if wrong := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"The migration to {done.after} breaks references: {wrong[:5]}")
    return Upgraded(done.before, done.after, copy)


def _status_sqlite(path: Path) -> Status:
    if not path.exists():
        return Status(None, newest())
    sqlite_file.prepare(path)
    with _sqlite(path) as connection:
        return _status(connection)


def _status(connection: Connection) -> Status:
    return Status(MigrationContext.configure(connection).get_current_revision(), newest())


def bring_up(connection: Connection, *, to: str = "head") -> Upgraded:
    """Bring the database of a transaction to a revision; SchemaTooNew for one that we do not know."""
    script = ScriptDirectory(str(FOLDER))
    before = _status(connection)
    known = {revision.revision for revision in script.walk_revisions()}
    if before.current is not None and before.current not in known:
        raise SchemaTooNew(
            f"The database has schema {before.current}, and this Afterword knows {before.newest}."
            " A newer Afterword made it: start that one, or put a backup in its place."
        )

    def steps(current: str, _: MigrationContext) -> list[MigrationStep]:
        return list(script._upgrade_revs(to, current))

    context = MigrationContext.configure(connection, opts={"fn": steps})
    with Operations.context(context):
        context.run_migrations()
    return Upgraded(before.current, before.newest)


def _copy(path: Path, before: Status) -> Path:
    copy = path.with_name(f"{path.name}.{before.current}-before-{before.newest}")
    partial = copy.with_name(f"{copy.name}.partial")
    partial.unlink(missing_ok=True)
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with closing(sqlite_file.connect(path)) as raw:
        raw.execute("VACUUM INTO ?", (str(partial),))
    return partial.replace(copy)


@contextmanager
def _sqlite(path: Path) -> Iterator[Connection]:
    """A transaction that holds the write lock, without which two starts would migrate twice."""

    def connect() -> sqlite3.Connection:
        raw = sqlite_file.connect(path)
        raw.execute(_PATIENCE)
        # A table that is rebuilt must not take its children with it; checked before the commit.
        raw.execute("PRAGMA foreign_keys=OFF")
        return raw

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.begin() as connection:
            yield connection
    except DBAPIError as error:
        raise from_sqlite(error.orig or error) from error
