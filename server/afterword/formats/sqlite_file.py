"""Databases of other programs: SQLite files that may be in use, damaged, or made to do harm.

What is read is a copy, so that the program that owns the file waits no longer than that takes, and nothing
is written beside it. Of the copy only real tables are read, and nothing that it says is carried out.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import TypeAlias

from afterword.formats.opening import MalformedFile, Opened

MAX_VALUE = 4 * 1024 * 1024
"""Bytes of one value."""
WAIT = 15.0
"""Seconds until another program has to let go of its file."""

Value: TypeAlias = "str | bytes | int | float | None"
Row: TypeAlias = Mapping[str, Value]
"""By column; those that an older version has not are missing."""

TABLE_IS_REAL = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND rootpage > 0 AND name = ?"
COUNT = "SELECT count(*) FROM ({rows})"

_MAGIC = b"SQLite format 3\0"
_IN_WAL = b"\2\2"
_STEPS = 100_000
_LEAST_STEPS = 50_000_000
_STEPS_A_BYTE = 100
_SOUND = ("ok", "NULL value in ", "NUMERIC value in ", "TEXT value in ")
"""What a table may say that is only not as its program declared it."""
_DEFENCES = (
    "trusted_schema = OFF",
    "query_only = ON",
    "cell_size_check = ON",
    "mmap_size = 0",
)
_ASKED = frozenset(("quick_check", "table_xinfo"))


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is read."""

    name: str
    columns: frozenset[str]
    """Those that it must have."""
    rows: str
    """SQL for all of them: `SELECT * … NOT INDEXED`, for old versions lack columns, and indexes may lie."""


def is_sqlite(head: bytes) -> bool:
    """Whether a file that begins so is a database."""
    return head.startswith(_MAGIC)


def mentions(head: bytes, words: Collection[bytes]) -> bool:
    """Whether a database that begins so has these words in its beginning, where its tables are described."""
    return is_sqlite(head) and all(word in head for word in words)


def has_tables(opened: Opened, tables: Collection[Table]) -> bool:
    """Whether it is a database with these tables. Raises `MalformedFile` where it is a broken one."""
    with _opened(opened) as database:
        return database.lacks(tables) is None


@contextmanager
def open_tables(opened: Opened, *tables: Table) -> Iterator[Database]:
    """The database, sound and with these tables. Raises `MalformedFile`, also in the block."""
    if not is_sqlite(opened.head):
        raise MalformedFile("This is no SQLite database.")
    with _opened(opened) as database:
        if reason := database.lacks(tables):
            raise MalformedFile(reason)
        database.check()
        database.expect(tables)
        yield database


class Database:
    """A copy of somebody's database."""

    def __init__(self, db: sqlite3.Connection, opened: Opened) -> None:
        self._db = db
        self._opened = opened
        self._total = self._done = 0

    def lacks(self, tables: Collection[Table]) -> str | None:
        """Why these cannot be read from it."""
        for table in tables:
            if not self._db.execute(TABLE_IS_REAL, (table.name,)).fetchone():
                return f"It has no table {table.name}."
            columns = self._db.execute(f"PRAGMA table_xinfo({table.name})").fetchall()
            if missing := table.columns - {str(column[1]) for column in columns}:
                return f"Its table {table.name} has no column {min(missing)}."
            if any(column[6] for column in columns):
                return f"Its table {table.name} computes what it holds."
        return None

    def check(self) -> None:
        """Raises `MalformedFile` where its pages do not fit together."""
        for (said,) in self._db.execute("PRAGMA quick_check(100)"):
            if not str(said).startswith(_SOUND):
                raise _damaged(str(said).splitlines()[-1])

    def expect(self, tables: Collection[Table]) -> None:
        """Count what will be read, so that it can be said how far that is."""
        for table in tables:
            sql = COUNT.replace("{rows}", table.rows)
            self._total += self._db.execute(sql).fetchone()[0]

    def rows(self, table: Table) -> Iterator[Row]:
        """Each row, in the order in which they were written."""
        found = self._db.execute(table.rows)
        names = [str(column[0]) for column in found.description]
        for row in found:
            self._done += 1
            self._opened.came(self._done / max(self._total, 1))
            yield dict(zip(names, row, strict=True))


def text(value: Value) -> str:
    """A value as text; none is an empty one."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if value is None else str(value)


def number(value: Value) -> float | None:
    """A value as a number, where it is one."""
    try:
        found = float(text(value))
    except ValueError:
        return None
    return found if abs(found) < 1e18 else None  # also not for NaN


def count(value: Value) -> int:
    """A value as a whole number; 0 where it is none."""
    return int(number(value) or 0)


@contextmanager
def _opened(opened: Opened) -> Iterator[Database]:
    try:
        with closing(_copied(opened)) as db:
            _defend(db, opened.size)
            yield Database(db, opened)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise _explained(error) from error


def _copied(opened: Opened) -> sqlite3.Connection:
    """A copy of it as it is at one moment, which lasts as long as the connection."""
    with TemporaryDirectory("", "import-", opened.beside, ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / "copy.sqlite"
        _copy(opened, copy)
        # An open file outlives its name, so that nothing is left when the process is killed.
        return _connect(f"{copy.resolve().as_uri()}?mode=ro&immutable=1")


def _copy(opened: Opened, copy: Path) -> None:
    path = opened.path
    log, shared = (path.with_name(f"{path.name}-{part}") for part in ("wal", "shm"))
    if opened.is_compressed:
        opened.expand(copy)
        _check_end(opened.head, copy.stat().st_size)
        return
    _check_end(opened.head, opened.size)
    if log.exists() and log.stat().st_size and not shared.exists():
        # Nobody uses it, and to read it where it is would leave a file beside it.
        copyfile(path, copy)
        copyfile(log, copy.with_name(f"{copy.name}-wal"))
        with closing(sqlite3.connect(copy)) as merged:
            merged.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    else:
        at_rest = opened.head[18:20] == _IN_WAL and not log.exists()
        _back_up(f"{path.resolve().as_uri()}?mode=ro{'&immutable=1' * at_rest}", copy)


def _check_end(head: bytes, size: int) -> None:
    """SQLite itself takes what is missing of the last page for zeros."""
    page = int.from_bytes(head[16:18], "big")
    if len(head) < 100 or size % (65_536 if page == 1 else page or 1):
        raise MalformedFile("The database is cut off in the midst of a page.")


def _back_up(uri: str, copy: Path) -> None:
    with closing(_connect(uri)) as source, closing(sqlite3.connect(copy)) as target:
        # Without the lock that this takes, the copying would wait for it without an end.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(target)


def _connect(uri: str) -> sqlite3.Connection:
    # A format is read by one thread after another, never by two at once.
    return sqlite3.connect(
        uri, uri=True, timeout=WAIT, isolation_level=None, check_same_thread=False
    )


def _defend(db: sqlite3.Connection, size: int) -> None:
    """Nothing that the file says is carried out, and nothing in it is too large or takes too long."""
    for pragma in _DEFENCES:
        db.execute(f"PRAGMA {pragma}")
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE)
    db.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    db.text_factory = lambda data: data.decode("utf-8", "replace")
    left = (_LEAST_STEPS + _STEPS_A_BYTE * size) // _STEPS

    def is_too_long() -> bool:
        nonlocal left
        left -= 1
        return left < 0

    db.set_progress_handler(is_too_long, _STEPS)
    db.set_authorizer(_judge)


def _judge(act: int, first: str | None, second: str | None, *_: str | None) -> int:
    """Whether a statement may do this: read and count, no function that a file may have in its tables."""
    allowed = (
        act in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)
        or (act == sqlite3.SQLITE_FUNCTION and second == "count")
        or (act == sqlite3.SQLITE_PRAGMA and first in _ASKED)
    )
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _explained(error: Exception) -> MalformedFile:
    match getattr(error, "sqlite_errorname", ""):
        case "SQLITE_BUSY" | "SQLITE_BUSY_RECOVERY" | "SQLITE_LOCKED":
            return MalformedFile("Another program holds on to it: try again, or stop that program.")
        case "SQLITE_READONLY_ROLLBACK":
            return MalformedFile(
                "A change to it was broken off, and its -journal stands beside it. Start its program"
                " once, which puts it right."
            )
        case "SQLITE_TOOBIG":
            return MalformedFile(f"A value in it is larger than {MAX_VALUE:,} bytes.")
        case "SQLITE_INTERRUPT":
            return MalformedFile("It takes longer to read than any database of its size.")
    return _damaged(str(error))


def _damaged(reason: str) -> MalformedFile:
    return MalformedFile(
        f"The database is damaged ({reason}). The command sqlite3 FILE .recover may save some of it."
    )
