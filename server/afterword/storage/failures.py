"""What the errors of a driver mean: cannot now, already there, or our own mistake (left as it is)."""

from __future__ import annotations

import sqlite3

from afterword.core.errors import Unavailable


class AlreadyThere(Exception):
    """A unique value is taken; on PostgreSQL the `write()` it happened in can only be left."""


class DamagedDatabase(Exception):
    """The database file is not one of ours, or is broken; the message says what to do about it."""


class SchemaTooNew(Exception):
    """The database was made by a newer Afterword than this one."""


class NotWhole(Exception):
    """A backup or a copy is not what it says it is; the message says in which way."""


_UNIQUE = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}
_SQLITE_CANNOT_NOW = {
    sqlite3.SQLITE_BUSY: "The database is locked by another program",
    sqlite3.SQLITE_LOCKED: "The database is locked by another program",
    sqlite3.SQLITE_FULL: "The disk is full",
    sqlite3.SQLITE_IOERR: "The disk reports an error",
    sqlite3.SQLITE_CANTOPEN: "The database file cannot be opened",
    sqlite3.SQLITE_READONLY: "The database can only be read",
    sqlite3.SQLITE_NOMEM: "There is not enough memory",
    sqlite3.SQLITE_INTERRUPT: "The query was interrupted",
}


def from_sqlite(error: BaseException) -> BaseException:
    """The same failure in our words; what we have no word for comes back unchanged."""
    if not isinstance(error, sqlite3.Error):
        return error
    code = getattr(error, "sqlite_errorcode", None)
    if code in _UNIQUE:
        return AlreadyThere(str(error))
    # The low byte is the family: SQLITE_IOERR_FSYNC is an SQLITE_IOERR.
    sentence = _SQLITE_CANNOT_NOW.get(code & 0xFF) if code is not None else None
    return error if sentence is None else Unavailable(f"{sentence}; nothing was stored.")
