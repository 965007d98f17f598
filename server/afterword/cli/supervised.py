"""What a server process and the one that supervises it say to each other, over a pair of sockets.

The process says once that it accepts. The supervisor may ask it to hand over; and where the supervisor is
gone, however it ended, the process ends too, or its port would stay taken by something that nobody knows.
"""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from afterword.cli.draining_server import Server

ACCEPTING = b"a"
HAND_OVER_NOW = b"h"


class Channel:
    """The end of it that the server process has."""

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=descriptor)
        self._socket.set_inheritable(False)
        self._socket.setblocking(False)

    def say_accepting(self) -> None:
        """Tells the supervisor, if it is still there."""
        try:
            self._socket.send(ACCEPTING)
        except OSError:
            return

    def obey(self, server: Server) -> None:
        """Ends the server when the supervisor asks for it or is gone; needs a running loop."""
        asyncio.get_running_loop().add_reader(self._socket, self._hear, server)

    def _hear(self, server: Server) -> None:
        try:
            said = self._socket.recv(1)
        except BlockingIOError:
            return
        except OSError:
            said = b""
        if said == HAND_OVER_NOW:
            server.hand_over()
            return
        asyncio.get_running_loop().remove_reader(self._socket)
        server.should_exit = True
