"""Surge mode: a flood of comments makes a site hold all but known authors, until it is over.

Each comment is counted in the write that stores it, so that processes agree on when it begins. What
got through just before is held again, the owner is told once, and the end comes by itself: those are
looked after beside the requests.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from afterword.core import surge
from afterword.core.model import Act, Outcome, Reason
from afterword.core.rules import HOLD_AT
from afterword.core.screening import judge
from afterword.core.telling import EventKind
from afterword.services.moderating.moderate_comment import MOST, moderate
from afterword.services.permission import COMMAND_LINE
from afterword.storage import audit, events, surges

if TYPE_CHECKING:
    from afterword.core.model import Author, Site, Verdict
    from afterword.core.surge import Tide
    from afterword.services.context import Context
    from afterword.storage.store import WriteDb

BEGIN = "surge_begin"
END = "surge_end"
"""Words of the audit log."""

log = logging.getLogger(__name__)


async def count_comment(db: WriteDb, site: Site, *, published: bool, now: int) -> Tide:
    """Counts a comment that is being stored; with it, a surge may begin.

    While a surge is on, only what is published makes the rate that is usual.
    """
    before = await surges.lock(db, site.id)
    tide = surge.counted(before, now, usual=published or not before.is_surge)
    tide = surge.judged(tide, now, guard=site.policy.surge_guard)
    await _keep(db, site.id, before, tide, now)
    return tide


async def tightened(
    db: WriteDb, site_id: int, tide: Tide, author: Author, verdict: Verdict
) -> Verdict:
    """The verdict while a surge is on: nobody but known authors is published without a look."""
    if not tide.is_surge or verdict.outcome is not Outcome.PUBLISH:
        return verdict
    if author.key and await surges.is_known(db, site_id, author.key, tide, held=HOLD_AT):
        return verdict
    text = "Came while comments came as a flood, from somebody who is not known here"
    return judge((*verdict.reasons, Reason("surge", HOLD_AT, text)))


async def watch_surges(ctx: Context, *, now: int) -> None:
    """Does what is due where a surge is on: holds newcomers, tells the owner, ends what is over."""
    for site_id, tide in (await surges.in_surge(ctx.store)).items():
        site = ctx.sites.by_id(site_id)
        if site is None:
            continue
        if not tide.swept:
            await _hold_newcomers(ctx, site, tide, now)
        if surge.is_to_tell(tide, now) or not surge.judged(tide, now, guard=False).is_surge:
            await _settle(ctx, site, now)


def told(site: Site, tide: Tide) -> None:
    """Tells the owner that a surge has begun; once, and after it is noted that it was told."""
    log.warning(
        "Comments come to %s as a flood, about %.0f a minute: until it is over, only known authors"
        " are published without a look.",
        site.name,
        tide.per_minute(),
    )


async def _settle(ctx: Context, site: Site, now: int) -> None:
    """Looks again under the lock: of several processes, one tells and one ends it."""
    async with ctx.store.write() as db:
        before = await surges.lock(db, site.id)
        tide = surge.judged(before, now, guard=False)
        if surge.is_to_tell(tide, now):
            tide = surge.with_told(tide, now)
            db.after_commit(lambda: told(site, tide))
        await _keep(db, site.id, before, tide, now)


async def _hold_newcomers(ctx: Context, site: Site, tide: Tide, now: int) -> None:
    """Holds what was published as the flood came in, by authors whom nobody had seen before."""
    while True:
        ids = await surges.newcomers(ctx.store, site.id, tide, held=HOLD_AT, limit=MOST)
        if not ids:
            break
        await moderate(ctx, COMMAND_LINE, Act.HOLD, ids, now=now)
    async with ctx.store.write() as db:
        surges.put(db, site.id, surge.with_swept(await surges.lock(db, site.id)))


async def _keep(db: WriteDb, site_id: int, before: Tide, after: Tide, now: int) -> None:
    """Keeps the tide, with a line in the audit log where it turned by itself."""
    surges.put(db, site_id, after)
    if before.is_surge != after.is_surge:
        await note(db, site_id, after, member_id=None, now=now)


async def note(db: WriteDb, site_id: int, tide: Tide, *, member_id: int | None, now: int) -> None:
    """A line in the audit log, and an event: it has begun, or is over."""
    kind = EventKind.SURGE_BEGAN if tide.is_surge else EventKind.SURGE_ENDED
    rate = {"by_hand": tide.by_hand, "per_minute": round(tide.per_minute(), 1)}
    events.add(db, site_id, kind, data=rate, now=now)
    await audit.add(
        db,
        member_id=member_id,
        act=BEGIN if tide.is_surge else END,
        site_id=site_id,
        subject=[],
        before=None,
        after=rate,
        now=now,
    )
