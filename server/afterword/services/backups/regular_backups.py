"""Backups that the server makes by itself: one process of all, when one is due."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from afterword.core.errors import Refused
from afterword.services.backups.backup_file import read_manifest
from afterword.services.backups.make_backup import make_backup
from afterword.services.backups.place_keys import write_privately
from afterword.services.backups.rotate_backups import backups_in, rotate
from afterword.services.secret_keys import make_private
from afterword.settings import SettingError
from afterword.storage import leases
from afterword.storage.failures import NotWhole, SchemaTooNew
from afterword.storage.in_thread import in_thread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from afterword.services.backups.make_backup import Made
    from afterword.services.context import Context

HOUR = 60 * 60_000
RUNNING = 10 * 60_000
"""Milliseconds after which another process begins anew, where this one is gone; it is prolonged."""
PROLONG_SECONDS = 120.0
TRY_AGAIN = HOUR
FAILED = "backup-failed.json"
EXPECTED = (Refused, NotWhole, SchemaTooNew, SettingError, OSError)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the last backup is not there."""

    at: int
    why: str


@dataclass(frozen=True, slots=True)
class Regular:
    """What one process does about backups."""

    ctx: Context
    clock: Callable[[], int]
    holder: str

    async def back_up_when_due(self) -> Made | None:
        """Makes the backup that is due, unless another process does; why it cannot is kept for `doctor`."""
        folder = self.ctx.settings.backup_dir
        if folder is None or not await self._have_turn():
            return None
        try:
            async with self._prolonged():
                made = await self._back_up(folder)
        except EXPECTED as error:
            await self._failed(str(error))
            return None
        except Exception as error:
            # Our own mistake: told in the log by whoever called, and to owners too.
            await self._failed(f"{type(error).__name__}: {error}")
            raise
        (self.ctx.settings.data / FAILED).unlink(missing_ok=True)
        await self._take(self.ctx.settings.backup_every * HOUR)
        return made

    async def _back_up(self, folder: Path) -> Made:
        make_private(folder)
        made = await make_backup(self.ctx.settings, folder, now=self.clock())
        log.info("%s is a whole backup.%s", made.file, f" {made.word}" if made.word else "")
        done = await in_thread(lambda stop: rotate(folder, self.ctx.settings.backup_keep, stop))
        for broken in done.broken:
            log.warning("%s is not whole any more, and left for you to look at.", broken)
        return made

    async def _failed(self, why: str) -> None:
        log.error("No backup was made: %s", why)
        note = msgspec.json.encode(Failure(self.clock(), why)).decode()
        # A full disk is said by the log and by the age of the last backup, if not by this.
        with suppress(OSError):
            await in_thread(lambda _: write_privately(self.ctx.settings.data / FAILED, note))
        await self._take(min(TRY_AGAIN, self.ctx.settings.backup_every * HOUR))

    async def _have_turn(self) -> bool:
        if await leases.ends_at(self.ctx.store, self._name) > self.clock():
            return False
        return await self._take(RUNNING)

    async def _take(self, milliseconds: int) -> bool:
        now = self.clock()
        async with self.ctx.store.write() as db:
            return await leases.take(
                db, self._name, self.holder, ends_at=now + milliseconds, now=now
            )

    @property
    def _name(self) -> str:
        # Another interval is another lease, so that it holds from now on.
        return f"backup every {self.ctx.settings.backup_every} h"

    @asynccontextmanager
    async def _prolonged(self) -> AsyncIterator[None]:
        """The lease goes on while the block does."""

        async def prolong() -> None:
            while True:
                await asyncio.sleep(PROLONG_SECONDS)
                with suppress(Refused):
                    await self._take(RUNNING)

        task = asyncio.create_task(prolong())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def last_failure(data: Path) -> Failure | None:
    """Why the last backup failed; None once one was made after it."""
    try:
        return msgspec.json.decode((data / FAILED).read_bytes(), type=Failure)
    except (OSError, msgspec.DecodeError):
        return None


def last_backup(folder: Path) -> tuple[Path, int] | None:
    """The newest backup in a folder, and of when it is."""
    if not folder.is_dir():
        return None
    for file in reversed(backups_in(folder)):
        with suppress(NotWhole):
            return file, read_manifest(file).at
    return None
