"""Where the server listens: at an address of its own, or on sockets that whoever started it holds open."""

from __future__ import annotations

import errno
import os
import socket
from typing import TYPE_CHECKING

from afterword.settings import SettingError

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence

    from afterword.settings import Settings

BACKLOG = 16_384
"""Connections that wait to be accepted: of all readers after a restart, and while processes are replaced.
Linux has no more of them than `net.core.somaxconn` says, mostly 4,096.
"""
FIRST_PASSED = 3
"""The number of the first socket that a service manager passes on (sd_listen_fds)."""


def passed_on(environ: MutableMapping[str, str]) -> list[int]:
    """The numbers of the sockets that a service manager passed to this process, and to no other.

    Takes the variables that say so out of the environment: they are nothing for our children.
    """
    names = ("LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES")
    count, pid, _ = (environ.pop(name, "") for name in names)
    if pid != str(os.getpid()) or not count.isdecimal():
        return []
    return list(range(FIRST_PASSED, FIRST_PASSED + int(count)))


def inherited(descriptors: Sequence[int]) -> list[socket.socket]:
    """The listening sockets of these numbers; raises `SettingError` for one that is none."""
    return [_inherited(descriptor) for descriptor in descriptors]


def _inherited(descriptor: int) -> socket.socket:
    allowed = "the number of an open socket that listens for streams"
    try:
        found = socket.socket(fileno=descriptor)
    except OSError as error:
        raise SettingError("--fd", descriptor, f"{allowed} ({error.strerror})") from None
    is_stream = found.type == socket.SOCK_STREAM
    if not is_stream or not found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        found.detach()
        raise SettingError("--fd", descriptor, allowed)
    # Programs that we start, as `pg_dump`, must not keep the port open after us.
    found.set_inheritable(False)
    return found


def listen(settings: Settings) -> socket.socket:
    """A new socket at the address of the settings; raises `SettingError` where there can be none."""
    try:
        found = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except OSError as error:
        allowed = f"an address of this machine ({error.strerror})"
        raise SettingError("AFTERWORD_HOST", settings.host, allowed) from None
    family, _, _, _, address = found[0]
    try:
        return socket.create_server(address, family=family, backlog=BACKLOG)
    except OSError as error:
        raise _refusal(settings, error) from None


def _refusal(settings: Settings, error: OSError) -> SettingError:
    reason = os.strerror(error.errno) if error.errno else str(error)
    if error.errno == errno.EADDRNOTAVAIL:
        return SettingError(
            "AFTERWORD_HOST", settings.host, f"an address of this machine ({reason})"
        )
    allowed = f"a port where nothing else listens on {settings.host} ({reason})"
    return SettingError("AFTERWORD_PORT", settings.port, allowed)
