"""Imports by the dashboard go on beside the requests: read for the report, and written when they are wanted.

A process that finds the file of one takes it, under a lease; one that was broken off, by a restart or a
crash, begins again where it was: reading changes nothing, and writing leaves alone what is there.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from secrets import token_hex
from typing import TYPE_CHECKING

import msgspec

from afterword.core.errors import Forbidden, NotFound, Refused
from afterword.core.move_rule import parse_line
from afterword.formats.formats import format_of
from afterword.formats.opening import open_import
from afterword.services.importing.import_comments import import_comments, note
from afterword.services.importing.import_document import document_of
from afterword.services.importing.manage_imports import drop_file, folder_of
from afterword.services.importing.read_sitemap import read_sitemap
from afterword.services.importing.stage_import import Wanted, stage_import
from afterword.storage import leases, members, site_imports
from afterword.storage.staging import staging

if TYPE_CHECKING:
    from collections.abc import Callable

    from afterword.core.model import Member, Site
    from afterword.formats.opening import Opened
    from afterword.services.context import Context
    from afterword.services.importing.import_document import ImportDocument
    from afterword.services.importing.import_report import ImportReport
    from afterword.storage.site_imports import SiteImport
    from afterword.storage.staging import Staging

LEASE = 20_000
"""Milliseconds after which another process may go on with it, if nothing was heard of it."""
EVERY = 1.0
"""Seconds between two words of how far it is."""

log = logging.getLogger(__name__)


class _GivenUp(Exception):
    """A member discarded it meanwhile."""


@dataclass(slots=True)
class _Progress:
    done: int = 0
    total: int = 0
    stopped: bool = False

    def reached(self, done: int) -> None:
        """So much is done."""
        if self.stopped:
            raise _GivenUp
        self.done = done

    def more(self, count: int) -> None:
        """So much more is done."""
        self.reached(self.done + count)


class Imports:
    """What one process does of them, one after the other."""

    def __init__(self, ctx: Context, clock: Callable[[], int]) -> None:
        self._ctx = ctx
        self._clock = clock
        self._holder = token_hex(8)

    async def go_on(self) -> None:
        """Does what is to be done and lies here."""
        for found in await site_imports.to_do(self._ctx.store):
            if (folder_of(self._ctx.settings) / found.file).exists() and await self._take(found):
                await self._run(found)

    async def _take(self, found: SiteImport) -> bool:
        now = self._clock()
        async with self._ctx.store.write() as db:
            return await leases.take(db, _name(found), self._holder, ends_at=now + LEASE, now=now)

    async def _run(self, found: SiteImport) -> None:
        progress = _Progress()
        keeper = asyncio.create_task(self._keep(found, progress))
        try:
            document = await self._work(found, progress)
        except _GivenUp:
            return
        except Refused as refusal:
            await self._end(found, "refused", problem=refusal.message)
        except Exception:
            problem = "Something went wrong on the server; its log says what."
            await self._end(found, "refused", problem=problem)
            raise
        else:
            report = msgspec.json.encode(document).decode()
            await self._end(found, "read" if found.state == "reading" else "done", report=report)
        finally:
            keeper.cancel()
            with suppress(asyncio.CancelledError):
                await keeper

    async def _keep(self, found: SiteImport, progress: _Progress) -> None:
        """Holds the lease, and says how far it is."""
        while not progress.stopped:
            await asyncio.sleep(EVERY)
            now = self._clock()
            async with self._ctx.store.write() as db:
                held = await leases.take(
                    db, _name(found), self._holder, ends_at=now + LEASE, now=now
                )
                said = await site_imports.note(db, found, progress.done, progress.total, now=now)
            progress.stopped = not (held and said)

    async def _end(
        self,
        found: SiteImport,
        state: site_imports.State,
        *,
        report: str | None = None,
        problem: str | None = None,
    ) -> None:
        async with self._ctx.store.write() as db:
            now = self._clock()
            await site_imports.end(db, found, state, report=report, problem=problem, now=now)
            await leases.give_back(db, _name(found), self._holder)
        if state != "read":
            await self._ctx.in_thread(drop_file, self._ctx.settings, found)

    async def _work(self, found: SiteImport, progress: _Progress) -> ImportDocument:
        ctx = self._ctx
        site, member = await self._who(found)
        staff = [await members.get(ctx.store, each) for each in found.options.staff]
        path = folder_of(ctx.settings) / found.file
        with (
            open_import(path, ctx.settings.data) as opened,
            staging(ctx.settings.data) as staged,
        ):
            rules = [parse_line(line) for line in found.options.rules]
            ids = {each.email.lower(): each.id for each in staff if each is not None}
            wanted = Wanted(site, format_of(opened), rules, ids)
            report = await self._read(found, wanted, opened, staged, progress)
            if found.state == "reading":
                return document_of(report, None)
            audit_id = found.audit_id
            if audit_id is None:
                now = self._clock()
                audit_id = await note(ctx, member, wanted, report.comments, now=now)
                async with ctx.store.write() as db:
                    await site_imports.begin(db, found.id, audit_id)
            progress.done, progress.total = 0, report.total
            now = self._clock()
            done = await import_comments(
                ctx, member, staged, wanted, progress.more, now=now, audit_id=audit_id
            )
            return document_of(report, done)

    async def _read(
        self,
        found: SiteImport,
        wanted: Wanted,
        opened: Opened,
        staged: Staging,
        progress: _Progress,
    ) -> ImportReport:
        if found.options.sitemap and found.state == "reading":
            await read_sitemap(self._ctx, staged, wanted.site, found.options.sitemap)
        progress.total = opened.size
        return await stage_import(self._ctx, opened, staged, wanted, progress.reached)

    async def _who(self, found: SiteImport) -> tuple[Site, Member]:
        site = self._ctx.sites.by_id(found.site_id)
        if site is None:
            raise NotFound("There is no such site any more.")
        member = await members.get(self._ctx.store, found.member_id or 0)
        if member is None:
            raise Forbidden("Who began this import is no member any more.")
        return site, member


def _name(found: SiteImport) -> str:
    return f"import:{found.id}"
