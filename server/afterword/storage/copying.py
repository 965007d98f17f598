"""Everything from one engine to the other, table by table, and looked at afterwards.

What is copied to is whole or it is nothing: a file of its own until it is put in its place, or one
transaction of PostgreSQL.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from afterword.core.errors import Conflict
from afterword.storage import migrate, sqlite_rows
from afterword.storage.failures import NotWhole, SchemaTooNew
from afterword.storage.in_thread import in_thread
from afterword.storage.sqlite_place import IN_USE
from afterword.storage.sqlite_rows import Stop
from afterword.storage.store import postgres_modules
from afterword.storage.table_rows import Digest, Row, Table

try:
    from afterword.storage import postgres_rows

    _rows: ModuleType | None = postgres_rows
except ModuleNotFoundError as missing:
    if missing.name != "asyncpg":
        raise
    _rows = None


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied: rows by table."""

    revision: str
    rows: Mapping[str, int]
    kept: bool = False
    """Whether something was there, which is kept."""


def postgres_tables() -> Any:
    """The module that reads and fills PostgreSQL; ValueError, with what to install, without it."""
    postgres_modules()
    assert _rows is not None
    return _rows


async def postgres_to_file(connection: Any, path: Path) -> Copied:
    """Everything that a `reading` of PostgreSQL sees, into a new file of the same schema."""
    postgres = postgres_tables()
    revision = await known_revision(connection)
    await in_thread(lambda _: migrate.bring_file_up(path, to=revision))
    rows: dict[str, int] = {}
    with sqlite_rows.filling(path) as file:
        tables = sqlite_rows.tables(file)
        await postgres.expect_same(connection, tables)
        for table in tables:
            digest = Digest()
            async for batch in postgres.read(connection, table):
                digest.add(batch)
                await in_thread(partial(_fill, file, table, batch))
            written = await in_thread(partial(_digest, file, table))
            rows[table.name] = _agreed(table, digest, written)
        sqlite_rows.set_last_ids(file, await postgres.last_ids(connection))
    return Copied(revision, rows)


async def counts_of_postgres(connection: Any, revision: str, scratch: Path) -> dict[str, int]:
    """How many rows a `reading` sees in each table of this schema, which `scratch` is a file for."""
    await in_thread(lambda _: migrate.bring_file_up(scratch, to=revision))
    with sqlite_rows.opened(scratch) as file:
        tables = sqlite_rows.tables(file)
    postgres = postgres_tables()
    await postgres.expect_same(connection, tables)
    found: dict[str, int] = await postgres.counts(connection, tables)
    return found


async def file_to_postgres(path: Path, url: str, *, keep_as: str | None = None) -> Copied:
    """Everything of a file that has the newest schema and that nobody writes to, in one transaction.

    Conflict where the database is in use, and where it holds anything, unless that may be kept in a
    schema of the name `keep_as`.
    """
    postgres, (_, migration) = postgres_tables(), postgres_modules()
    with sqlite_rows.opened(path) as file:
        tables = sqlite_rows.tables(file)
        async with migration.migration_engine(url) as engine, engine.begin() as transaction:
            # As a start does: one that comes meanwhile waits, and finds what is written here.
            await transaction.exec_driver_sql(migrate.LOCK)
            connection = (await transaction.get_raw_connection()).driver_connection
            kept = await _make_room(connection, tables, keep_as=keep_as)
            await transaction.run_sync(migrate.bring_up)
            await postgres.expect_same(connection, tables)
            rows: dict[str, int] = {}
            for table in tables:
                digest = await postgres.fill(connection, table, sqlite_rows.read(file, table))
                written = await postgres.digest(connection, table)
                rows[table.name] = _agreed(table, digest, written)
            await postgres.set_last_ids(connection, sqlite_rows.last_ids(file))
            await connection.execute("ANALYZE")
    return Copied(migrate.newest(), rows, kept)


async def postgres_holds_anything(url: str) -> bool:
    """Whether there is an installation, which nobody uses now; Conflict where somebody does."""
    async with postgres_tables().reading(url) as connection:
        await hold(connection)
        with tempfile.TemporaryDirectory(prefix="afterword-") as bench:
            scratch = Path(bench) / "schema"
            await in_thread(lambda _: migrate.bring_file_up(scratch))
            with sqlite_rows.opened(scratch) as file:
                tables = sqlite_rows.tables(file)
        return bool(await postgres_tables().holds_anything(connection, tables))


async def _make_room(connection: Any, tables: list[Table], *, keep_as: str | None) -> bool:
    """Take away what is there: what holds nothing for good, everything else into a schema of its own."""
    postgres = postgres_tables()
    if await postgres.is_in_use(connection):
        raise Conflict(IN_USE)
    holds = bool(await postgres.holds_anything(connection, tables))
    if holds and keep_as is None:
        raise Conflict(
            "The PostgreSQL database holds an installation already. Nothing was changed."
        )
    await postgres.clear(connection, tables, keep_as=keep_as if holds else None)
    return holds


async def hold(connection: Any) -> None:
    """Nobody serves the database of this `reading`, nor starts to before it ends; Conflict otherwise."""
    postgres = postgres_tables()
    if not await postgres.hold_start(connection) or await postgres.is_in_use(connection):
        raise Conflict(IN_USE)


async def known_revision(connection: Any) -> str:
    """The schema of a PostgreSQL database, if this program knows it."""
    found = await postgres_tables().revision(connection)
    if found is None:
        raise Conflict("The PostgreSQL database holds nothing of Afterword.")
    if not migrate.knows(found):
        raise SchemaTooNew(
            f"The database has schema {found}, and this Afterword knows {migrate.newest()}:"
            " use the newer Afterword that made it."
        )
    return str(found)


def _fill(file: sqlite3.Connection, table: Table, rows: list[Row], _: Stop) -> None:
    sqlite_rows.fill(file, table, rows)


def _digest(file: sqlite3.Connection, table: Table, _: Stop) -> Digest:
    return sqlite_rows.digest(file, table)


def _agreed(table: Table, read: Digest, written: Digest) -> int:
    if read != written:
        raise NotWhole(
            f"The rows of {table.name} are not the same after copying; nothing was kept."
        )
    return read.rows
