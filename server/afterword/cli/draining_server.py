"""One server process: how it begins to accept, and how it ends without failing anybody.

A connection that says nothing may have a request on its way. Where others go on to accept from the same
socket, such a one is therefore not closed at once: each answer from now on tells the client to come anew
(`Connection: close`), and who stays quiet is let go after a while, as at any other time.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

GRACE = 5
"""Seconds that requests under way have to end in after SIGTERM."""
QUIET = 5
"""Seconds for which a connection may be quiet between two requests."""
LINGER = 1.0
"""Seconds for which quiet connections are kept at the end, where another process may go on."""
QUIET_ENDS = QUIET + 0.5
"""The same where another process does go on: until they end by themselves."""
LOOK_EVERY = 0.02
CLOSE = (b"connection", b"close")


class Server(uvicorn.Server):
    """Ends the streams first: it waits for answers under way, and those do not end by themselves."""

    def __init__(
        self,
        config: uvicorn.Config,
        *,
        end_streams: list[Callable[[], None]],
        linger: float = 0.0,
        on_accepting: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(config)
        self._linger = linger
        self._end_streams = end_streams
        self._on_accepting = on_accepting

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Opens everything and accepts; then says so."""
        await super().startup(sockets)
        if self._on_accepting is not None:
            self._on_accepting()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Called once it has been asked to stop."""
        # First, so that readers whose stream ends come to another process, where there is one.
        for server in self.servers:
            server.close()
        # Answers that are being made have this list too.
        self.server_state.default_headers.append(CLOSE)
        for end in self._end_streams:
            end()
        await self._let_them_come_to_an_end()
        await super().shutdown(sockets)

    def hand_over(self) -> None:
        """Asks it to end, as another process goes on."""
        self._linger = QUIET_ENDS
        self.should_exit = True

    async def _let_them_come_to_an_end(self) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + self._linger
        # uvicorn's set of connections tells nobody that it is empty.
        while self.server_state.connections and not self.force_exit and loop.time() < end:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_EVERY)
