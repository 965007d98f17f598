"""How this process hears of what other processes and the command line have changed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from afterword.storage import changes
from afterword.storage.patience import limited

if TYPE_CHECKING:
    from afterword.services.context import Context
    from afterword.storage.changes import Mark

FRESH = 1.0
"""Seconds for which an answer of the database is believed: nothing older is read from the cache."""


class ChangePoll:
    """Asks what has been committed since it last asked; as long as it is not told, the cache is bypassed.

    It need not be told that it was not told: the cache is believed from one answer for a second, so
    that a database that hangs, a network that is cut, and a process that was stopped all end it.
    """

    def __init__(self, ctx: Context, mark: Mark) -> None:
        self._ctx = ctx
        self._mark = mark

    @classmethod
    async def begin(cls, ctx: Context) -> ChangePoll:
        """Hears of everything from now on."""
        asked = time.monotonic()
        poll = cls(ctx, await changes.mark(ctx.store))
        await poll._hear(asked, poll._mark)
        return poll

    async def poll(self) -> None:
        """Tells the cache, the directory of sites and listeners what is new; raises what storage raises."""
        asked = time.monotonic()
        # An answer that takes longer is of no use: better to ask again, on another connection.
        with limited(FRESH):
            mark = await changes.mark(self._ctx.store)
        await self._hear(asked, mark)

    async def _hear(self, asked: float, mark: Mark) -> None:
        await self._ctx.sites.refresh(self._ctx.store)
        if mark.server == self._mark.server:
            async for found in changes.new_since(self._ctx.store, self._mark):
                for change in found:
                    self._ctx.cache.hear_of_page(change)
                    self._ctx.live.hear(change)
        else:
            # A standby that took over may lack the last writes, and number others alike.
            self._ctx.cache.clear()
            self._ctx.live.hear_all()
        # Last: where something failed on the way, all of it is asked again.
        self._mark = mark
        self._ctx.cache.believe_until(asked + FRESH)
