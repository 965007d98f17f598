"""The place of the database file: nobody else at it, and a finished file put there in one step."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from afterword.core.errors import Conflict
from afterword.storage import sqlite_rows
from afterword.storage.failures import from_sqlite
from afterword.storage.sqlite_file import HEADER
from afterword.storage.sqlite_rows import sync

IN_USE = "A server, or another command, has the database open. Stop it first."
HELD = "{file} holds an installation already. Nothing was changed."
LOGS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file: taken for the log of whatever file has the name."""
_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


@contextmanager
def alone(file: Path) -> Iterator[sqlite3.Connection]:
    """Nobody else has the file open, nor can write to it or serve it meanwhile; it has no log beside it.

    Conflict where somebody has, sqlite3.DatabaseError where it is damaged. SQLite's own locks say so,
    which end with the process that holds them.
    """
    with file.open("rb") as opened:
        if opened.read(16) not in (HEADER, b""):
            # SQLite would take away the log, of which there may be no other copy.
            raise sqlite3.DatabaseError("its beginning is damaged")
    uri = f"{file.resolve().as_uri()}?mode=rw"
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=0.2)) as raw:
        try:
            # Needs the file for itself: an idle server, too, has a shared lock on it.
            raw.execute("PRAGMA journal_mode=DELETE")
            raw.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in _LOCKED:
                raise Conflict(IN_USE) from error
            raise from_sqlite(error) from error
        yield raw


def holds_anything(file: Path) -> bool:
    """Whether there is an installation, which nobody uses now; what is damaged counts as one."""
    if not file.exists():
        return False
    try:
        with alone(file) as raw:
            return sqlite_rows.holds_anything(raw)
    except (sqlite3.DatabaseError, KeyError):
        return True


def install(made: Path, file: Path, *, keep_as: Path | None) -> Path | None:
    """Put a finished database where `file` is, in one step, and durably; where the old one is now.

    An old one that holds nothing is given up. Conflict where one holds anything, unless it may be kept
    as `keep_as`, and where somebody has it open.
    """
    if not file.exists():
        _put_away_logs(file, keep_as)
        put_in_place(made, file)
        return None
    try:
        with alone(file) as raw:
            return _replace(made, file, keep_as if sqlite_rows.holds_anything(raw) else made)
    except (sqlite3.DatabaseError, KeyError):
        # Damaged, or of another program: nobody serves it.
        return _replace(made, file, keep_as)


def put_in_place(made: Path, file: Path) -> None:
    """Give a finished file its name, durably; FileExistsError where something has it."""
    try:
        os.link(made, file)
    except FileExistsError:
        raise
    except OSError:
        # Some network and USB disks know no second name of a file.
        if file.exists():
            raise FileExistsError(str(file)) from None
        made.rename(file)
    sync(file.parent)


def keep(file: Path, name: Path) -> None:
    """Have the same file under a second name, durably."""
    try:
        os.link(file, name)
    except FileExistsError:
        raise
    except OSError:
        shutil.copy2(file, name)
        sync(name)
    sync(name.parent)


def _replace(made: Path, file: Path, keep_as: Path | None) -> Path | None:
    if keep_as is None:
        raise Conflict(HELD.replace("{file}", str(file)))
    kept = None if keep_as == made else keep_as
    if kept is not None:
        keep(file, kept)
    _put_away_logs(file, kept)
    made.replace(file)
    sync(file.parent)
    return kept


def _put_away_logs(file: Path, kept: Path | None) -> None:
    """A log that stayed beside the place would be taken for that of the new file."""
    for ending in LOGS:
        log = file.with_name(file.name + ending)
        if log.exists():
            if kept is not None:
                keep(log, kept.with_name(kept.name + ending))
            log.unlink()
            sync(file.parent)
