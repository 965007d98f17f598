"""How this process hears of what other processes and the command line have changed."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from afterword.storage import changes
from afterword.storage.patience import limited

if TYPE_CHECKING:
    from afterword.services.context import Context
    from afterword.storage.changes import Mark

FRESH = 1.0
"""Seconds for which an answer of the database is believed: nothing older is read from the cache."""
SITES_EVERY = 0.3
"""Seconds between two questions for the sites, at the least."""


class ChangePoll:
    """Asks what has been committed since it last asked; as long as it is not told, the cache is bypassed.

    It need not be told that it was not told: the cache is believed from one answer for a second, so
    that a database that hangs, a network that is cut, and a process that was stopped all end it.
    """

    def __init__(self, ctx: Context, mark: Mark) -> None:
        self._ctx = ctx
        self._watch = ctx.store.watch
        self._mark = mark
        self._sites_asked = -math.inf

    @classmethod
    async def begin(cls, ctx: Context) -> ChangePoll:
        """Hears of everything from now on, and lets others hear of what is changed here."""
        asked = time.monotonic()
        poll = cls(ctx, await changes.mark(ctx.store.watch))
        await poll._hear(asked, poll._mark)
        ctx.store.changes.subscribe(lambda _: ctx.store.watch.tell())
        return poll

    async def go_on(self, seconds: float) -> None:
        """Polls after so many seconds, or as soon as another process says that it changed something."""
        await self._watch.news(seconds)
        # Who is woken by every comment of a busy day need not ask for the sites each time.
        await self.poll(sites=time.monotonic() - self._sites_asked >= SITES_EVERY)

    async def poll(self, *, sites: bool = True) -> None:
        """Tells the cache, the directory of sites and listeners what is new; raises what storage raises."""
        asked = time.monotonic()
        # An answer that takes longer is of no use: better to ask again, on another connection.
        with limited(FRESH):
            mark = await changes.mark(self._watch)
        await self._hear(asked, mark, sites=sites)

    async def _hear(self, asked: float, mark: Mark, *, sites: bool = True) -> None:
        if sites:
            await self._ctx.sites.refresh(self._watch)
            self._sites_asked = asked
        if mark.server == self._mark.server:
            async for found in changes.new_since(self._watch, self._mark):
                for change in found:
                    self._ctx.cache.hear_of_page(change)
                    self._ctx.live.hear(change)
        else:
            # A standby that took over may lack the last writes, and number others alike.
            self._ctx.cache.clear()
            self._ctx.live.hear_all()
        # Last: where something failed on the way, all of it is asked again.
        self._mark = mark
        self._ctx.cache.believe_until(self._sites_asked + FRESH)
