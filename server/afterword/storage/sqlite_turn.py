"""Whose turn it is to write, of several processes on one SQLite file.

SQLite itself has who waits look again every now and then, up to ten times a second: of two processes
that write without pause, the one that has just written writes again, and the other waits until it
gives up. Here only one looks, often, and whoever has written stands behind it.
"""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING

from afterword.storage.file_lock import FileLock

if TYPE_CHECKING:
    from pathlib import Path

LOOK_EVERY = 0.001
"""Seconds."""


class Turn:
    """Its methods run in the thread of the writer's connection."""

    def __init__(self, path: Path) -> None:
        """For the database of this path; raises OSError where nothing can be written beside it."""
        self._next = FileLock(path.with_name(f"{path.name}-next"))
        self._mine = FileLock(path.with_name(f"{path.name}-turn"))

    def take(self, patience: float) -> None:
        """Waits for it, at most so many seconds; raises what SQLite raises of a locked database."""
        end = time.monotonic() + patience
        _wait(self._next, end)
        try:
            _wait(self._mine, end)
        finally:
            self._next.give_back()

    def give_back(self) -> None:
        """It is the turn of whoever waits."""
        self._mine.give_back()

    def close(self) -> None:
        """Gives it back, and is of no use after that."""
        self._mine.close()
        self._next.close()


def _wait(lock: FileLock, end: float) -> None:
    while not lock.take():
        if time.monotonic() >= end:
            raise _busy()
        time.sleep(LOOK_EVERY)


def _busy() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return error
