"""How this process hears of what other processes and the command line have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.storage import changes

if TYPE_CHECKING:
    from afterword.services.context import Context

OVERLAP = 10_000
"""Milliseconds that are asked for again: a change may be seen later than one made after it."""
LIMIT = 1_000
"""Changed pages in one question."""


class ChangePoll:
    """Asks what has changed since it last asked; while that fails, the cache is bypassed."""

    def __init__(self, ctx: Context, at: int) -> None:
        self._ctx = ctx
        self._at = at

    @classmethod
    async def begin(cls, ctx: Context) -> ChangePoll:
        """Hears of everything from now on."""
        return cls(ctx, await changes.latest(ctx.store))

    async def poll(self) -> None:
        """Tells the cache, the directory of sites and listeners what is new; raises what storage raises."""
        cache = self._ctx.cache
        try:
            await self._ctx.sites.refresh(self._ctx.store)
            await self._hear_of_pages()
        except BaseException:
            cache.bypass = True
            raise
        if cache.bypass:
            cache.clear()
            cache.bypass = False

    async def _hear_of_pages(self) -> None:
        since, limit = self._at - OVERLAP, LIMIT
        while True:
            found = await changes.changed_since(self._ctx.store, since, limit)
            for change in found:
                self._ctx.cache.hear_of_page(change)
                self._ctx.live.hear(change)
                self._at = max(self._at, change.changed_at)
            if len(found) < limit:
                return
            # An import may have changed more pages in one millisecond than one question brings.
            limit = limit if found[-1].changed_at > since else 2 * limit
            since = found[-1].changed_at
