"""An SQLite file as tables: read, filled, looked through, copied while it is written to.

All of it takes long, and is called in a thread of its own or on the command line.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from afterword.storage import sqlite_file
from afterword.storage.failures import NotWhole, from_sqlite
from afterword.storage.table_rows import (
    BATCH,
    BY_MIGRATIONS,
    CLEAR,
    KINDS,
    NOTHING_YET,
    REVISION,
    Digest,
    Row,
    Table,
    parents_first,
    spelt,
)

Stop = Callable[[], bool]
"""Whether whoever asked for the work does not want it any more."""

NAMES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
COLUMNS = "SELECT name, lower(type) FROM pragma_table_info(?) ORDER BY cid"
PARENTS = 'SELECT "table" FROM pragma_foreign_key_list(?)'
READ = "SELECT {columns} FROM {table}"
FILL = "INSERT INTO {table} ({columns}) VALUES ({values})"
COUNT = "SELECT count(*) FROM {table}"
ANY = "SELECT EXISTS (SELECT 1 FROM {table})"
HAS = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?"
REVISION_OF = "SELECT version_num FROM alembic_version"
LAST_IDS = "SELECT name, seq FROM sqlite_sequence"
FORGET_LAST_ID = "DELETE FROM sqlite_sequence WHERE name = ?"
SET_LAST_ID = "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)"
_STEPS = 50_000
"""Instructions of SQLite between two looks at whether to stop: a few milliseconds."""


@contextmanager
def opened(path: Path, stop: Stop = lambda: False) -> Iterator[sqlite3.Connection]:
    """The file, only to be read; what goes wrong is said in our words."""
    uri = f"{path.resolve().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as raw:
            raw.execute("PRAGMA busy_timeout=10000")
            raw.set_progress_handler(stop, _STEPS)
            yield raw
    except sqlite3.Error as error:
        raise from_sqlite(error) from error


@contextmanager
def filling(path: Path) -> Iterator[sqlite3.Connection]:
    """A new file with a schema, to be filled in one transaction and without a log; durable at the end."""
    # Not in WAL: the file is to be whole by itself. In several threads, one after the other.
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as raw:
        for pragma in ("journal_mode=DELETE", "journal_mode=MEMORY", "foreign_keys=OFF"):
            raw.execute(f"PRAGMA {pragma}")
        raw.execute("BEGIN")
        for table in tables(raw):
            if table.name in BY_MIGRATIONS:
                raw.execute(spelt(CLEAR, table))
        try:
            yield raw
            raw.execute("COMMIT")
        except sqlite3.Error as error:
            raise from_sqlite(error) from error
    sync(path)


def sync(path: Path) -> None:
    """Return once a file, or the names in a folder, are on the disk."""
    if os.name != "posix" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def tables(raw: sqlite3.Connection) -> list[Table]:
    """All that the schema has but the revision, each behind what it refers to."""
    found, parents = [], {}
    for (name,) in raw.execute(NAMES).fetchall():
        if name != REVISION:
            columns = raw.execute(COLUMNS, (name,)).fetchall()
            kinds = tuple(KINDS[kind] for _, kind in columns)
            found.append(Table(name, tuple(column for column, _ in columns), kinds))
            parents[name] = {row[0] for row in raw.execute(PARENTS, (name,))}
    return parents_first(found, parents)


def read(raw: sqlite3.Connection, table: Table) -> Iterator[list[Row]]:
    """Every row, some at once."""
    rows = raw.execute(spelt(READ, table))
    while found := rows.fetchmany(BATCH):
        yield found


def fill(raw: sqlite3.Connection, table: Table, rows: Sequence[Row]) -> None:
    """Write rows as they are."""
    raw.executemany(spelt(FILL, table), rows).close()


def digest(raw: sqlite3.Connection, table: Table) -> Digest:
    """What its rows add up to."""
    found = Digest()
    for rows in read(raw, table):
        found.add(rows)
    return found


def counts(raw: sqlite3.Connection) -> dict[str, int]:
    """How many rows each table has."""
    return {table.name: _one(raw, spelt(COUNT, table)) for table in tables(raw)}


def holds_anything(raw: sqlite3.Connection) -> bool:
    """Whether there is more than what a server writes by itself before anybody has an account."""
    found = [table for table in tables(raw) if table.name not in NOTHING_YET]
    return any(_one(raw, spelt(ANY, table)) for table in found)


def revision(raw: sqlite3.Connection) -> str | None:
    """Its schema; None for a file without one."""
    if raw.execute(HAS, (REVISION,)).fetchone() is None:
        return None
    row = raw.execute(REVISION_OF).fetchone()
    return None if row is None else str(row[0])


def last_ids(raw: sqlite3.Connection) -> dict[str, int]:
    """The highest number that each numbered table ever gave, also to rows that are gone."""
    return {name: int(last) for name, last in raw.execute(LAST_IDS)}


def set_last_ids(raw: sqlite3.Connection, wanted: Mapping[str, int]) -> None:
    """Have numbers go on behind these."""
    for name, last in wanted.items():
        raw.execute(FORGET_LAST_ID, (name,))
        raw.execute(SET_LAST_ID, (name, last))


def snapshot(path: Path, to: Path, stop: Stop) -> None:
    """Copy the file as it is at this moment, without free pages, to a new one, durable at the end.

    Others go on writing to it meanwhile.
    """
    os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        with opened(path, stop) as raw:
            raw.execute("VACUUM INTO ?", (str(to),))
    except sqlite3.DatabaseError as error:
        raise NotWhole(f"The database is damaged, and not backed up: {error}.") from error
    sync(to)


def look_through(path: Path, stop: Stop) -> None:
    """Read all of the file; NotWhole, with what is wrong, unless it is sound and ours."""
    with path.open("rb") as file:
        header = file.read(100)
    if int.from_bytes(header[68:72], "big") != sqlite_file.APPLICATION_ID:
        raise NotWhole("The database in it is not one of Afterword.")
    try:
        with opened(path, stop) as raw:
            wrong = [row[0] for row in raw.execute("PRAGMA integrity_check(3)") if row[0] != "ok"]
            if wrong:
                raise NotWhole(f"The database in it is damaged: {wrong[0]}.")
            if row := raw.execute("PRAGMA foreign_key_check").fetchone():
                raise NotWhole(
                    f"A row of {row[0]} in it refers to one of {row[2]} that is not there."
                )
    except sqlite3.DatabaseError as error:
        raise NotWhole(f"The database in it is damaged: {error}.") from error


def _one(raw: sqlite3.Connection, sql: str) -> int:
    return int(raw.execute(sql).fetchone()[0])
