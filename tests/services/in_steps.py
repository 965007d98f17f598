"""Services that are used in whatever order hypothesis likes, on a database of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar, TypeVar

from hypothesis.stateful import RuleBasedStateMachine

from afterword.core.errors import Refused
from afterword.services.context import Context, open_context
from afterword.settings import Settings
from tests.support.postgres import Databases

T = TypeVar("T")


class InSteps(RuleBasedStateMachine):
    """A context that lives as long as one walk; its steps wait for what they begin."""

    databases: ClassVar[Databases | None] = None
    """Where each walk is kept; else in an SQLite file of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.stack = AsyncExitStack()
        self.folder = TemporaryDirectory()
        self.ctx: Context = self.run(self._open())

    async def _open(self) -> Context:
        url = ""
        if self.databases is not None:
            url = await self.stack.enter_async_context(self.databases())
        settings = Settings(data=Path(self.folder.name), database_url=url)
        return await self.stack.enter_async_context(open_context(settings))

    def run(self, work: Awaitable[T]) -> T:
        return self.loop.run_until_complete(_as_coroutine(work))

    def attempt(self, work: Awaitable[T]) -> T | None:
        """What may be refused, such as an answer to what nobody sees any more."""
        try:
            return self.run(work)
        except Refused:
            return None

    def teardown(self) -> None:
        self.run(self.stack.aclose())
        self.loop.close()
        self.folder.cleanup()


async def _as_coroutine(work: Awaitable[T]) -> T:
    return await work
