"""PostgreSQL's way to wake others: a connection of its own that asks, listens and tells.

It is none of the pool's, so that the poll goes on when requests have taken all of those. Only one thing
is under way on it, and each has at most a second: an answer that takes longer is of no use to a poll.
Telling is a notification outside of any write, sent after the commit. Inside, it would let every commit of
the whole server wait for the one before it (decision 30).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass
from typing import Any

import asyncpg

from afterword.core.errors import Unavailable
from afterword.storage import change_order
from afterword.storage.patience import limited, waiting
from afterword.storage.postgres_asking import fetch, from_postgres

Row = tuple[Any, ...]
Connect = Callable[[float], Awaitable[asyncpg.Connection]]
"""Opens a connection within so many seconds."""

CHANNEL = "afterword_changes"
TELL = f"SELECT pg_notify('{CHANNEL}', '')"
TOGETHER = 0.01
"""Seconds within which changes are told, and heard, together."""
LONGEST = 1.0
"""Seconds that telling may take."""


@dataclass(slots=True)
class Held:
    """The connection."""

    raw_connection: asyncpg.Connection


class PostgresWatch:
    """Asks, listens and tells; it connects when it is first asked, and again when that was lost."""

    order = change_order.POSTGRES

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._held: Held | None = None
        self._turn = asyncio.Lock()
        self._news = asyncio.Event()
        self._is_to_tell = False
        self._telling: asyncio.Task[None] | None = None

    async def fetch_all(self, sql: str, values: Mapping[str, object] | None = None) -> list[Row]:
        """Every row of a query; raises Unavailable."""
        async with self._turn:
            return await fetch(await self._connected(), sql, values or {})

    async def fetch_one(self, sql: str, values: Mapping[str, object] | None = None) -> Row | None:
        """The first row of a query, or None."""
        rows = await self.fetch_all(sql, values)
        return rows[0] if rows else None

    async def news(self, seconds: float) -> None:
        """Returns after so many seconds, or as soon as another process says that it changed something."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()
                await asyncio.sleep(TOGETHER)
        self._news.clear()

    def tell(self) -> None:
        """Lets others know soon that this process has changed something; it may be lost."""
        self._is_to_tell = True
        if self._telling is None or self._telling.done():
            # In a context of its own, for the patience of who has written is not its own.
            self._telling = asyncio.get_running_loop().create_task(self._tell(), context=Context())

    async def close(self) -> None:
        """Tells and asks no more."""
        if self._telling is not None:
            self._telling.cancel()
            with suppress(asyncio.CancelledError):
                await self._telling
        if self._held is not None:
            self._held.raw_connection.terminate()

    async def _tell(self) -> None:
        while self._is_to_tell:
            await asyncio.sleep(TOGETHER)
            self._is_to_tell = False
            # Where it does not arrive, others find the change when they ask the next time.
            with limited(LONGEST), suppress(Unavailable):
                await self.fetch_all(TELL)

    async def _connected(self) -> Any:
        if self._held is None or self._held.raw_connection.is_closed():
            with waiting() as seconds:
                try:
                    raw = await self._connect(seconds)
                    self._held = Held(raw)
                    await raw.add_listener(CHANNEL, self._hear)
                except Exception as error:
                    raise from_postgres(error) from error
        return self._held

    def _hear(self, connection: Any, pid: int, _channel: str, _payload: object) -> None:
        if pid != connection.get_server_pid():
            self._news.set()
