"""How much is written on a site, what becomes of it, and how long people wait for a decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.model import Act, Role, Status
from afterword.core.plot import median
from afterword.services.permission import own_site
from afterword.storage import audit, statistics
from afterword.storage.audit import Wanted
from afterword.storage.statistics import DAY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from afterword.core.model import Member, Site
    from afterword.services.context import Context
    from afterword.storage.audit import Entry

SPANS = (30, 90, 365)
"""Days that can be asked for."""
WEEKLY = 90
"""Days, above which a bar is a week."""
DECISIONS = 400
"""The last ones of each kind, from which response times are read."""
BUSY = 5_000
"""The last comments, among which the busiest pages are counted."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A day, or a week."""

    at: int
    """Its beginning, UTC."""
    counts: Mapping[Status, int]
    """Of comments written in it, by what they are now."""
    response: float | None
    """Minutes from writing to decision of held comments decided in it, the median."""

    @property
    def total(self) -> int:
        """All comments that were written in it."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class BusyPage:
    """A page with its public comments in the time that is asked about."""

    id: int
    title: str
    url: str
    number: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """What is known of one site."""

    site: Site
    days: int
    stretches: tuple[Stretch, ...]
    busiest: tuple[BusyPage, ...]
    response: float | None
    """Minutes, the median of all."""


async def read_statistics(
    ctx: Context, member: Member, site_id: int, days: int, *, now: int
) -> Statistics:
    """The last so many days of a site, today included; for whoever may read there."""
    site = own_site(ctx, member, site_id, Role.VIEWER)
    last = now - now % DAY
    first = last - (days - 1) * DAY
    counted = await statistics.by_day(ctx.store, site_id, first, last)
    waits = await _waits(ctx, site_id, first)
    size = 7 if days > WEEKLY else 1
    rows = await statistics.busiest(ctx.store, site_id, first, BUSY)
    return Statistics(
        site=site,
        days=days,
        stretches=_stretches(counted, waits, size),
        busiest=tuple(BusyPage(*row) for row in rows),
        response=median([minutes for _, minutes in waits]),
    )


def _stretches(
    counted: Sequence[tuple[int, Mapping[Status, int]]],
    waits: Sequence[tuple[int, float]],
    size: int,
) -> tuple[Stretch, ...]:
    """Days put together to stretches of this size, the last of which ends today."""
    begin = len(counted) % size
    cuts = [slice(0, begin)] if begin else []
    cuts += [slice(at, at + size) for at in range(begin, len(counted), size)]
    found = []
    for cut in cuts:
        part = counted[cut]
        at, end = part[0][0], part[-1][0] + DAY
        counts = {status: sum(each[status] for _, each in part) for status in Status}
        within = [minutes for decided, minutes in waits if at <= decided < end]
        found.append(Stretch(at, counts, median(within)))
    return tuple(found)


async def _waits(ctx: Context, site_id: int, since: int) -> list[tuple[int, float]]:
    """When held comments were decided, and how many minutes after they were written."""
    entries: list[Entry] = []
    for act in (Act.APPROVE, Act.SPAM, Act.REMOVE):
        wanted = Wanted(site_id=site_id, act=act, since=since)
        entries += await audit.find(ctx.store, wanted, DECISIONS)
    held = [(entry.at, _first_held(entry)) for entry in entries]
    ids = sorted({each for _, each in held if each is not None})
    written = await statistics.written_at(ctx.store, ids)
    return [
        (at, max(0, at - written[each]) / 60_000)
        for at, each in held
        if each is not None and each in written
    ]


def _first_held(entry: Entry) -> int | None:
    """One comment of an act speaks for all of them."""
    before = entry.before if isinstance(entry.before, list) else []
    pairs = zip(entry.subject, before, strict=False)
    return next((each for each, status in pairs if status == Status.PENDING), None)
