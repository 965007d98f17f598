"""A PostgreSQL database as tables: read as of one moment, and filled, over a connection of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from afterword.storage.failures import NotWhole
from afterword.storage.patience import EACH
from afterword.storage.postgres_asking import from_postgres
from afterword.storage.table_rows import (
    BATCH,
    BY_MIGRATIONS,
    CLEAR,
    NOTHING_YET,
    REVISION,
    START_LOCK,
    Digest,
    Row,
    Table,
    quoted,
    spelt,
)

NAMES = """
SELECT table_name FROM information_schema.tables
WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name
"""
COLUMNS = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position
"""
READ = "SELECT {columns} FROM {table}"
COUNT = "SELECT count(*) FROM {table}"
ANY = "SELECT EXISTS (SELECT 1 FROM {table})"
REVISION_OF = "SELECT version_num FROM alembic_version"
# The function takes sequences alone, and may be called before the rest of the condition is looked at.
LAST_IDS = """
SELECT t.relname, CASE s.relkind WHEN 'S' THEN pg_sequence_last_value(s.oid) END FROM pg_class AS s
JOIN pg_depend AS d ON d.objid = s.oid AND d.deptype IN ('i', 'a')
JOIN pg_class AS t ON t.oid = d.refobjid
WHERE s.relkind = 'S' AND t.relkind = 'r' AND t.relnamespace = current_schema()::regnamespace
"""
SET_LAST_ID = "SELECT setval(pg_get_serial_sequence($1, 'id'), $2)"
# Processes that serve, and commands; `reading` below has another name.
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'afterword' AND pid <> pg_backend_pid()
"""
# What `migrate` waits for at every start, asked for without waiting.
HOLD_START = f"SELECT pg_try_advisory_xact_lock({START_LOCK})"
NEW_SCHEMA = "CREATE SCHEMA {table}"
SET_SCHEMA = "ALTER TABLE {table} SET SCHEMA {schema}"
DROP = "DROP TABLE {table} CASCADE"
SERVER_VERSION = "SHOW server_version_num"
EXPORT_SNAPSHOT = "SELECT pg_export_snapshot()"
SCHEMA = "SELECT current_schema()"
_NOT_TAKEN = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    # Such as a text that is too long for an index of PostgreSQL.
    asyncpg.ProgramLimitExceededError,
)


@asynccontextmanager
async def reading(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection whose every answer is of one moment; Unavailable where there is none."""
    try:
        connection = await asyncpg.connect(
            url, timeout=EACH, server_settings={"application_name": "afterword backup"}
        )
    except Exception as error:
        raise from_postgres(error) from error
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield connection
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        raise from_postgres(error) from error
    finally:
        # Whatever it is at, nothing of it is wanted any more.
        connection.terminate()


async def there(connection: asyncpg.Connection) -> list[str]:
    """The names of all tables where ours are, or would be."""
    return [row[0] for row in await connection.fetch(NAMES)]


async def revision(connection: asyncpg.Connection) -> str | None:
    """Its schema; None where there is none."""
    if REVISION not in await there(connection):
        return None
    found = await connection.fetchval(REVISION_OF)
    return None if found is None else str(found)


async def expect_same(connection: asyncpg.Connection, tables: Sequence[Table]) -> None:
    """NotWhole unless it has each of these tables with the same columns; others are not looked at."""
    found: dict[str, set[str]] = {}
    for table, column in await connection.fetch(COLUMNS):
        found.setdefault(table, set()).add(column)
    for table in tables:
        if found.get(table.name) != set(table.columns):
            raise NotWhole(f"The table {table.name} of PostgreSQL is not as its schema says.")


async def read(connection: asyncpg.Connection, table: Table) -> AsyncIterator[list[Row]]:
    """Every row, some at once."""
    cursor = await connection.cursor(spelt(READ, table))
    while found := await cursor.fetch(BATCH):
        yield [tuple(row) for row in found]


async def digest(connection: asyncpg.Connection, table: Table) -> Digest:
    """What its rows add up to."""
    found = Digest()
    async for rows in read(connection, table):
        found.add(rows)
    return found


async def counts(connection: asyncpg.Connection, tables: Sequence[Table]) -> dict[str, int]:
    """How many rows each of these tables has."""
    return {table.name: await connection.fetchval(spelt(COUNT, table)) for table in tables}


async def fill(
    connection: asyncpg.Connection, table: Table, batches: Iterator[list[Row]]
) -> Digest:
    """Write rows as they are, in one statement, at whose end references are checked; what they add up to."""
    digest = Digest()

    def each() -> Iterator[Row]:
        for rows in batches:
            digest.add(rows)
            yield from rows

    columns = list(table.columns)
    if table.name in BY_MIGRATIONS:
        await connection.execute(spelt(CLEAR, table))
    try:
        await connection.copy_records_to_table(table.name, records=each(), columns=columns)
    except _NOT_TAKEN as error:
        raise NotWhole(f"PostgreSQL does not take what {table.name} holds: {error}.") from error
    return digest


async def last_ids(connection: asyncpg.Connection) -> dict[str, int]:
    """The highest number that each numbered table ever gave, also to rows that are gone."""
    rows = await connection.fetch(LAST_IDS)
    return {name: int(last) for name, last in rows if last is not None}


async def set_last_ids(connection: asyncpg.Connection, wanted: Mapping[str, int]) -> None:
    """Have numbers go on behind these."""
    for name, last in wanted.items():
        await connection.fetchval(SET_LAST_ID, quoted(name), last)


async def hold_start(connection: asyncpg.Connection) -> bool:
    """Have every start wait until this transaction ends; whether that can be had."""
    return bool(await connection.fetchval(HOLD_START))


async def is_in_use(connection: asyncpg.Connection) -> bool:
    """Whether a server or a command has it open."""
    return bool(await connection.fetchval(OTHERS))


async def holds_anything(connection: asyncpg.Connection, tables: Sequence[Table]) -> bool:
    """Whether there is more than what a server writes by itself before anybody has an account."""
    found = set(await there(connection))
    for table in tables:
        if table.name in found - NOTHING_YET and await connection.fetchval(spelt(ANY, table)):
            return True
    return False


async def clear(
    connection: asyncpg.Connection, tables: Sequence[Table], *, keep_as: str | None
) -> None:
    """Take these tables away, into a schema of this name or for good."""
    if keep_as is not None:
        await connection.execute(NEW_SCHEMA.replace("{table}", quoted(keep_as)))
    statement = DROP if keep_as is None else SET_SCHEMA.replace("{schema}", quoted(keep_as))
    found = set(await there(connection))
    for name in [*(table.name for table in tables), REVISION]:
        if name in found:
            await connection.execute(statement.replace("{table}", quoted(name)))


async def server_version(connection: asyncpg.Connection) -> int:
    """The major version, such as 18."""
    return int(await connection.fetchval(SERVER_VERSION)) // 10_000


async def shared_moment(connection: asyncpg.Connection) -> tuple[str, str]:
    """A name by which another program reads the same moment while this one does, and the schema."""
    moment: Any = await connection.fetchval(EXPORT_SNAPSHOT)
    schema: Any = await connection.fetchval(SCHEMA)
    return str(moment), str(schema)
