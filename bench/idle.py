"""Wait for a server that still works for clients who have gone, so that the next one has the machine."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

_PATIENCE = 60
_LOOK = 0.25
"""Seconds between two looks; the kernel counts in hundredths."""


def wait_until_idle(pid: int) -> None:
    """Return once the process and those that it started rest, or after a minute."""
    deadline = time.monotonic() + _PATIENCE
    before = _ticks(pid)
    while time.monotonic() < deadline:
        time.sleep(_LOOK)
        if (now := _ticks(pid)) - before <= 1:
            return
        before = now


def processes(leader: int) -> list[int]:
    """The process and those that it started, all of one session."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if os.getsid(int(each.name)) == leader:
                found.append(int(each.name))
    return found


def _ticks(leader: int) -> int:
    """CPU time that all of them have used, in ticks of the kernel."""
    found = 0
    for pid in processes(leader):
        with suppress(OSError):
            stat = Path(f"/proc/{pid}/stat").read_text()
            user, system = stat.rpartition(")")[2].split()[11:13]
            found += int(user) + int(system)
    return found
