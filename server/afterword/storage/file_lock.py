"""A lock between processes of one machine, which the kernel lets go when its holder ends, however it ends."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if sys.platform != "win32":
    from fcntl import LOCK_EX, LOCK_NB, LOCK_UN, flock

if TYPE_CHECKING:
    from pathlib import Path


class FileLock:
    """An empty file beside what it stands for. On Windows, where one process serves, it is always ours."""

    def __init__(self, path: Path) -> None:
        """Opens the file, and makes it where it is not there; raises OSError."""
        self._descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)

    def take(self) -> bool:
        """Whether it is ours now; returns at once."""
        if sys.platform != "win32":
            try:
                flock(self._descriptor, LOCK_EX | LOCK_NB)
            except BlockingIOError:
                return False
        return True

    def give_back(self) -> None:
        """Lets another process have it."""
        if sys.platform != "win32":
            flock(self._descriptor, LOCK_UN)

    def close(self) -> None:
        """Gives it back, and is of no use after that."""
        os.close(self._descriptor)
