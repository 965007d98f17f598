"""Pages that are older than their site lets them be take no more comments, and readers see that."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from afterword.core.closing import is_past, oldest_open
from afterword.storage import audit, pages

if TYPE_CHECKING:
    from afterword.core.model import Site
    from afterword.services.context import Context
    from afterword.storage.store import WriteDb

CLOSE_BY_AGE = "close_by_age"
"""Word of the audit log."""
BATCH = 50
"""Pages closed in one transaction."""


async def close_old_pages(ctx: Context, *, now: int) -> None:
    """Closes all of them, with a line in the audit log for each batch of a site."""
    for site in ctx.sites:
        opened_before = oldest_open(site.policy, now)
        while opened_before is not None:
            ids = await pages.to_close(ctx.store, site.id, opened_before, BATCH)
            async with ctx.store.write() as db:
                await _close(db, site, ids, now)
            if len(ids) < BATCH:
                break


async def _close(db: WriteDb, site: Site, ids: list[int], now: int) -> None:
    closed = []
    async with AsyncExitStack() as doors:
        for page_id in ids:
            page = await doors.enter_async_context(pages.changing(db, page_id, now))
            # Somebody may have opened it again meanwhile.
            if not page.closed and is_past(page, site.policy, now):
                await pages.close(db, page_id, closed=True, opened_at=page.opened_at)
                closed.append(page_id)
        if closed:
            await audit.add(
                db,
                member_id=None,
                act=CLOSE_BY_AGE,
                site_id=site.id,
                subject=closed,
                before=False,
                after=True,
                now=now,
            )
