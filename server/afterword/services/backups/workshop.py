"""A folder beside what is being made: nothing in it looks whole, and nothing of it stays behind."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

if sys.platform != "win32":
    from fcntl import LOCK_EX, LOCK_NB, flock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


PREFIX = ".afterword-partial-"
LOCK = "in-use"


@contextmanager
def workshop(place: Path) -> Iterator[Path]:
    """A new folder in this one, for its owner alone, gone at the end; what others left behind goes first."""
    _sweep(place)
    folder, lock = _locked(place)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.close()


def _locked(place: Path) -> tuple[Path, IO[bytes]]:
    """A new folder, and the lock in it, which the kernel lets go when the process ends, however it ends."""
    while True:
        folder = place / f"{PREFIX}{secrets.token_hex(6)}"
        folder.mkdir(mode=0o700)
        # Until it is locked, another process may take it for one that was left behind.
        with suppress(FileNotFoundError):
            lock = (folder / LOCK).open("wb")
            if sys.platform != "win32":
                flock(lock, LOCK_EX)
            if os.fstat(lock.fileno()).st_nlink:
                return folder, lock
            lock.close()


def _sweep(place: Path) -> None:
    """Takes away what processes left that are no more."""
    # On Windows what was left behind is not known from what is in use.
    if sys.platform != "win32":
        for folder in place.glob(f"{PREFIX}*"):
            with suppress(OSError):
                folder.rmdir()
            with suppress(OSError), (folder / LOCK).open("rb") as lock:
                flock(lock, LOCK_EX | LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
