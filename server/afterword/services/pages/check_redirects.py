"""The addresses of a site's pages are asked where they lead, one after the other, in rounds.

A round goes on beside the requests, some pages at a time, and each answer is noted as it comes: a round
that was broken off, by a restart or a crash, goes on where it was. The command line takes part in it
until it is over. The lease sees to it that a site is asked by one process at a time.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from secrets import token_hex
from typing import TYPE_CHECKING

from afterword.core.model import Role
from afterword.services.pages.ask_address import Answered, ask
from afterword.services.permission import own_site
from afterword.storage import address_checks, leases, page_list
from afterword.storage.address_checks import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from afterword.core.model import Member, Page, Site
    from afterword.services.context import Context
    from afterword.services.pages.ask_address import Outcome
    from afterword.storage.address_checks import AddressCheck
    from afterword.storage.store import WriteDb

ELSEWHERE: tuple[Outcome, ...] = ("gone", "moved", "for_now", "elsewhere", "front", "failed")
"""How pages come out that are not where they were."""
BATCH = 20
"""Pages asked before another site, or another process, has its turn."""
PAUSE = 0.2
"""Seconds before each question."""
LEASE = 120_000
"""Milliseconds after which another process may go on: longer than any address takes to be asked."""
MANY = 500
"""Pages counted of each kind, so that looking stays cheap however many there are."""
SLICE = 30
"""Pages in one answer."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Checked:
    """How far the last round of a site is, and what is known of its pages."""

    run: Run | None
    """None where none was ever begun."""
    asked: int
    total: int
    counts: Mapping[str, int]
    """How many pages are not where they were, by how they came out, in this round or before; `MANY`
    stands for so many or more."""

    @property
    def is_running(self) -> bool:
        """Whether pages are being asked."""
        return self.run is not None and self.run.ended_at is None


async def begin_check(ctx: Context, member: Member, site_id: int, *, now: int) -> Run:
    """Begins a round, or returns the one that goes on; raises `NotFound`, and `Forbidden` for all but
    owners, as all of these."""
    own_site(ctx, member, site_id, Role.OWNER)
    async with ctx.store.write() as db:
        run = await address_checks.run_of(db, site_id)
        if run is not None and run.ended_at is None:
            return run
        await address_checks.begin(db, site_id, now)
    return Run(site_id, now, None)


async def stop_check(ctx: Context, member: Member, site_id: int, *, now: int) -> None:
    """Ends the round that goes on; what it has heard stays."""
    own_site(ctx, member, site_id, Role.OWNER)
    async with ctx.store.write() as db:
        run = await address_checks.run_of(db, site_id)
        if run is not None:
            await address_checks.end(db, run, now)


async def read_check(ctx: Context, member: Member, site_id: int) -> Checked:
    """How far it is, and how many pages are not where they were."""
    own_site(ctx, member, site_id, Role.OWNER)
    run = await address_checks.run_of(ctx.store, site_id)
    return Checked(
        run,
        await address_checks.asked(ctx.store, run) if run is not None else 0,
        await page_list.count(ctx.store, site_id),
        {kind: await address_checks.how_many(ctx.store, site_id, kind, MANY) for kind in ELSEWHERE},
    )


async def list_checked(
    ctx: Context,
    member: Member,
    site_id: int,
    outcome: Outcome,
    *,
    after: int = 0,
    limit: int = SLICE,
) -> tuple[list[AddressCheck], int | None]:
    """Pages that came out so, and after which page the next ones come, if there are more."""
    own_site(ctx, member, site_id, Role.OWNER)
    found = await address_checks.of_outcome(ctx.store, site_id, outcome, limit + 1, after_id=after)
    shown = found[:limit]
    return shown, shown[-1].page.id if len(found) > limit else None


async def check_redirects(
    ctx: Context,
    member: Member,
    site_id: int,
    *,
    clock: Callable[[], int],
    pause: float = PAUSE,
    tell: Callable[[int], object] = lambda _: None,
) -> Mapping[str, int]:
    """Goes on with the round that there is, else begins one, to its end; how many pages came out how.

    `tell` hears how many the round has asked.
    """
    run = await begin_check(ctx, member, site_id, now=clock())
    rounds = Rounds(ctx, clock, pause)
    while await address_checks.is_open(ctx.store, run):
        if not await rounds.ask_some(run):
            await asyncio.sleep(1)
        tell(await address_checks.asked(ctx.store, run))
    return await address_checks.counts(ctx.store, site_id)


class Rounds:
    """What one process asks."""

    def __init__(
        self,
        ctx: Context,
        clock: Callable[[], int],
        pause: float = PAUSE,
        *,
        holder: str | None = None,
    ) -> None:
        """`holder` is the name under which leases are taken: by default one of its own."""
        self._ctx = ctx
        self._clock = clock
        self._pause = pause
        self._holder = holder or token_hex(8)
        self._reached: dict[int, tuple[Run, int]] = {}
        """The page of a site up to which all was asked, so that no question begins at the first."""

    async def go_on(self) -> None:
        """Asks some pages of each site whose round goes on."""
        for run in await address_checks.open_runs(self._ctx.store):
            await self.ask_some(run)

    async def ask_some(self, run: Run) -> bool:
        """Asks the next pages of a round; False where another process does just now."""
        site = self._ctx.sites.by_id(run.site_id)
        if site is None or not await self._take(run):
            return False
        try:
            await self._ask_next(run, site)
        finally:
            async with self._ctx.store.write() as db:
                await leases.give_back(db, _name(run), self._holder)
        return True

    async def _ask_next(self, run: Run, site: Site) -> None:
        reached, after_id = self._reached.get(run.site_id, (run, 0))
        if reached != run:
            after_id = 0
        found = await address_checks.to_ask(self._ctx.store, run, after_id=after_id, limit=BATCH)
        for page in found:
            if not await self._note(run, page, await self._ask(site, page)):
                return
            self._reached[run.site_id] = run, page.id
        if len(found) < BATCH:
            async with self._ctx.store.write() as db:
                await address_checks.end(db, run, self._clock())

    async def _ask(self, site: Site, page: Page) -> Answered:
        try:
            return await ask(self._ctx, site, page, self._pause)
        except Exception:
            # One address that we cannot read must not keep the round from all others.
            log.exception("Asking the address of page %d fails", page.id)
            return Answered("failed", said="It could not be asked; the server's log says why.")

    async def _note(self, run: Run, page: Page, answer: Answered) -> bool:
        """Whether the round goes on, and we with it."""
        now = self._clock()
        async with self._ctx.store.write() as db:
            if not (await self._renew(db, run, now) and await address_checks.is_open(db, run)):
                return False
            await address_checks.note(
                db,
                page,
                outcome=answer.outcome,
                status=answer.status,
                leads_to=answer.leads_to,
                said=answer.said,
                # Another machine, whose clock may be ahead, may have begun the round.
                now=max(now, run.begun_at),
            )
        return True

    async def _take(self, run: Run) -> bool:
        async with self._ctx.store.write() as db:
            return await self._renew(db, run, self._clock())

    async def _renew(self, db: WriteDb, run: Run, now: int) -> bool:
        return await leases.take(db, _name(run), self._holder, ends_at=now + LEASE, now=now)


def _name(run: Run) -> str:
    return f"addresses:{run.site_id}"
