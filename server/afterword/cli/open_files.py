"""How many files, and thus connections, the system lets this process have open."""

from __future__ import annotations

import contextlib
import logging
import sys

if sys.platform != "win32":
    import resource

log = logging.getLogger(__name__)

TOO_FEW = (
    "The system lets this process open %d files, and %d are needed where all connections are in use."
    " Raise its limit (LimitNOFILE= of systemd, ulimit -n), or lower AFTERWORD_MAX_CONNECTIONS or"
    " AFTERWORD_MAX_STREAMS."
)
OTHERS = 200
"""Files that are no connections: the database, its copies, the log, those of libraries."""


def allow_open_files(connections: int) -> None:
    """Raises our own limit, mostly 1,024, as far as the system lets us and as this many need.

    Where that is not far enough, the log says so, and what to do.
    """
    if sys.platform == "win32":
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = connections + OTHERS
    wanted = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        # What a sandbox forbids is no reason not to start.
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < needed and soft != resource.RLIM_INFINITY:
        log.warning(TOO_FEW, wanted, needed)
