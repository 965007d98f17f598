"""How many files, and thus connections, the system lets this process have open."""

from __future__ import annotations

import contextlib
import sys

if sys.platform != "win32":
    import resource

OTHERS = 200
"""Files that are no connections: the database, its copies, the log, those of libraries."""


def allow_open_files(connections: int) -> None:
    """Raises our own limit, mostly 1,024, as far as the system lets us and as this many need."""
    if sys.platform == "win32":
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = connections + OTHERS
    wanted = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        # What a sandbox forbids is no reason not to start.
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
