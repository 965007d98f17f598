"""What one process of all does beside the requests: whose duty it is.

On SQLite, where all processes are on one machine, a lock of the kernel says so: it is free the moment its
holder ends, however it ends, and writes nothing while nothing happens. On PostgreSQL it is a lease that its
holder renews; who waits for it goes by what changes in it and not by anybody's clock.

Whoever takes over from a process that is gone also takes back the leases that this one had, which would
otherwise keep mails waiting for as long as the slowest of them may take.
"""

from __future__ import annotations

import logging
import os
import secrets
import time
from typing import TYPE_CHECKING

from afterword.storage import leases
from afterword.storage.file_lock import FileLock

if TYPE_CHECKING:
    from collections.abc import Callable

    from afterword.services.context import Context

NAME = "duty"
KEEP_SECONDS = 2.0
"""Between two looks, or renewals."""
LASTS = 8.0
"""Seconds after which another process takes over, where nothing was heard of the holder."""

log = logging.getLogger(__name__)


class Duty:
    """The duty as one process sees it."""

    def __init__(self, ctx: Context, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` is in seconds, and never steps back."""
        self.holder = f"{os.getpid()}-{secrets.token_hex(8)}"
        """Under this name it also takes what it does as its duty."""
        self._store = ctx.store
        self._clock = clock
        file = ctx.settings.database_file
        self._lock = FileLock(file.with_name(f"{file.name}-duty")) if file is not None else None
        self._until = 0.0
        self._seen: tuple[tuple[str, int], float] | None = None

    @property
    def is_ours(self) -> bool:
        """Whether this process is to do it now."""
        return self._clock() < self._until

    async def keep(self) -> None:
        """Renews it, or takes it where nobody has it; raises what storage raises."""
        if self._lock is None:
            await self._keep_lease()
        elif not self._until and self._lock.take():
            await self._take(await leases.held(self._store, NAME))
            self._until = float("inf")

    async def give_back(self) -> None:
        """Lets another process take over at once."""
        had_it, self._until = bool(self._until), 0.0
        if self._lock is not None:
            self._lock.close()
        elif had_it:
            async with self._store.write() as db:
                await leases.give_back(db, NAME, self.holder)

    async def _keep_lease(self) -> None:
        now = self._clock()
        held = await leases.held(self._store, NAME)
        if held is not None and held[0] != self.holder and not self._is_stale(held, now):
            self._until = 0.0
        elif await self._take(held):
            # Counted from before it was asked for: others wait for as long from after that.
            self._until = now + LASTS - KEEP_SECONDS

    def _is_stale(self, held: tuple[str, int], now: float) -> bool:
        if self._seen is None or self._seen[0] != held:
            self._seen = held, now
        return now - self._seen[1] >= LASTS

    async def _take(self, held: tuple[str, int] | None) -> bool:
        """Whether it could be taken, where nobody has renewed it since it was looked at."""
        seen = held[1] if held is not None else 0
        async with self._store.write() as db:
            taken = await leases.take(db, NAME, self.holder, ends_at=seen + 1, now=seen)
            if taken and held is not None and held[0] != self.holder:
                await leases.drop_all(db, held[0])
        if taken and (held is None or held[0] != self.holder):
            log.info("This process (%d) does now what one of all does", os.getpid())
        return taken
