"""A folder beside what is being made: nothing in it looks whole, and nothing of it stays behind."""

from __future__ import annotations

import secrets
import shutil
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TypeVar

if sys.platform != "win32":
    from fcntl import LOCK_EX, LOCK_NB, flock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


T = TypeVar("T")

PREFIX = ".afterword-partial-"
LOCK = "in-use"


@contextmanager
def workshop(place: Path) -> Iterator[Path]:
    """A new folder in this one, for its owner alone, gone at the end; what others left behind goes first."""
    _sweep(place)
    name = secrets.token_hex(6)
    folder = place / f"{PREFIX}{name}"
    # It has its lock before it has the name by which others would sweep it.
    unlocked = place / f".afterword-new-{name}"
    unlocked.mkdir(mode=0o700)
    try:
        # The kernel lets the lock go when the process ends, however it ends.
        with (unlocked / LOCK).open("wb") as lock:
            if sys.platform != "win32":
                flock(lock, LOCK_EX)
            unlocked.rename(folder)
            yield folder
    finally:
        for each in (unlocked, folder):
            shutil.rmtree(each, ignore_errors=True)


def _sweep(place: Path) -> None:
    """Takes away what processes left that are no more."""
    # On Windows what was left behind is not known from what is in use.
    if sys.platform != "win32":
        for folder in place.glob(f"{PREFIX}*"):
            with suppress(OSError), (folder / LOCK).open("rb") as lock:
                flock(lock, LOCK_EX | LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
