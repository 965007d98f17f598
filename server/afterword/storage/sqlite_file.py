"""The database file: made private and whole, and looked at before it is trusted."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from afterword.core.errors import Unavailable
from afterword.storage.failures import DamagedDatabase
from afterword.storage.sqlite_pool import PragmaConnection

APPLICATION_ID = 0x41667477
"""`Aftw` in the header of the file, so that nobody's other database is taken for ours."""
CHECKED_BYTES = 64 * 1024 * 1024
"""Up to this size every start runs quick_check: 0.1 s for 64 MB on a small machine."""

HEADER = b"SQLite format 3\x00"
_MARK_AS_OURS = f"PRAGMA application_id={APPLICATION_ID}"


def prepare(path: Path) -> None:
    """Make the file if there is none, else raise DamagedDatabase unless it is a sound one of ours.

    Raises Unavailable, naming the path, where it cannot be read and written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _create(path)
        _check(path)
    except OSError as error:
        raise Unavailable(f"{path} cannot be used: {error.strerror}.") from error
    except sqlite3.OperationalError as error:
        raise Unavailable(f"{path} cannot be used: {error}.") from error


def connect(path: Path) -> sqlite3.Connection:
    """A plain connection with our PRAGMAs, for work at start and on the command line."""
    uri = f"{path.resolve().as_uri()}?mode=rw"
    return sqlite3.connect(uri, uri=True, isolation_level=None, factory=PragmaConnection)


def _check(path: Path) -> None:
    """Raise DamagedDatabase, with a sentence that says what to do, unless the file is sound and ours."""
    with path.open("rb") as file:
        header = file.read(100)
    if header[:16] != HEADER or len(header) < 100:
        raise DamagedDatabase(_sentence(path, _what_it_is(header)))
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise DamagedDatabase(_sentence(path, "is the SQLite database of another program"))
    try:
        with closing(connect(path)) as raw:
            # Everything reads the schema; a small file is read as a whole.
            raw.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            small = path.stat().st_size <= CHECKED_BYTES
            found = raw.execute("PRAGMA quick_check(1)").fetchone()[0] if small else "ok"
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        raise DamagedDatabase(_sentence(path, f"is damaged ({error})")) from error
    if found != "ok":
        raise DamagedDatabase(_sentence(path, f"is damaged ({found.splitlines()[-1]})"))


def _what_it_is(header: bytes) -> str:
    if not header:
        return "is empty (0 bytes)"
    return "is not an SQLite database, or its beginning is damaged"


def _sentence(path: Path, what: str) -> str:
    return (
        f"{path} {what}. Nothing was changed. Put a backup in its place, or name another file with"
        " AFTERWORD_DATABASE_URL or AFTERWORD_DATA; an empty file may be deleted."
    )


def _create(path: Path) -> None:
    """Make the file under another name and link it in, so that nobody ever sees a half-made one."""
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        with closing(sqlite3.connect(new, isolation_level=None)) as raw:
            raw.execute("PRAGMA journal_mode=WAL")
            raw.execute(_MARK_AS_OURS)
        # Another process that starts at the same moment may have been faster.
        with suppress(FileExistsError):
            os.link(new, path)
    finally:
        new.unlink()
