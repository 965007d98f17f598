"""How a process waits for what others change: it asks again and again, and may be woken before."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Protocol

from afterword.storage.change_order import Order

if TYPE_CHECKING:
    from collections.abc import Mapping

Row = tuple[Any, ...]


class Watch(Protocol):
    """Asks for changes, apart from all who read and write."""

    order: Order
    """How changes are numbered."""

    async def fetch_all(self, sql: str, values: Mapping[str, object] | None = None) -> list[Row]:
        """Every row of a query."""
        ...

    async def fetch_one(self, sql: str, values: Mapping[str, object] | None = None) -> Row | None:
        """The first row of a query, or None."""
        ...

    async def news(self, seconds: float) -> None:
        """Returns after so many seconds, or as soon as another process says that it changed something."""
        ...

    def tell(self) -> None:
        """Lets others know soon that this process has changed something; it may be lost."""
        ...

    async def close(self) -> None:
        """Tells and asks no more."""
        ...


class Asked(Protocol):
    """What answers for a database where nobody can be woken."""

    order: Order

    async def fetch_all(self, sql: str, values: Mapping[str, object]) -> list[Row]:
        """Every row of a query."""
        ...

    async def fetch_one(self, sql: str, values: Mapping[str, object]) -> Row | None:
        """The first row of a query, or None."""
        ...


class Unwoken:
    """Of SQLite: processes that share a file do not know of one another."""

    def __init__(self, engine: Asked) -> None:
        self._engine = engine
        self.order = engine.order

    async def fetch_all(self, sql: str, values: Mapping[str, object] | None = None) -> list[Row]:
        """Every row of a query."""
        return await self._engine.fetch_all(sql, values or {})

    async def fetch_one(self, sql: str, values: Mapping[str, object] | None = None) -> Row | None:
        """The first row of a query, or None."""
        return await self._engine.fetch_one(sql, values or {})

    async def news(self, seconds: float) -> None:
        """Returns after so many seconds."""
        await asyncio.sleep(seconds)

    def tell(self) -> None:
        """Nobody listens."""

    async def close(self) -> None:
        """Nothing is held."""
