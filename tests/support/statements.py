"""Which statements a piece of work asks of the database, in their order: what it costs does not tell more.

with statements(ctx.store) as asked:
    await ask_for_code(ctx, wish, now=NOW)
assert asked == [...]
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from afterword.storage.store import Store

ASKING = ("fetch_all", "fetch_one", "execute", "execute_many", "later")


class _Noted:
    """Whatever is asked here is asked there, and noted."""

    def __init__(self, asked: Any, notes: list[str]) -> None:
        self._asked = asked
        self._notes = notes

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._asked, name)
        if name not in ASKING:
            return found

        def ask(sql: str, *values: Any) -> Any:
            self._notes.append(sql)
            return found(sql, *values)

        return ask

    @asynccontextmanager
    async def write(self, *, durable: bool = True) -> AsyncIterator[Any]:
        self._notes.append("begin")
        async with self._asked.write(durable=durable) as db:
            yield _Noted(db, self._notes)
        self._notes.append("commit")


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """All that is asked while the block runs, with `begin` and `commit` around each write."""
    engine, notes = store._engine, list[str]()
    store._engine = _Noted(engine, notes)
    try:
        yield notes
    finally:
        store._engine = engine
