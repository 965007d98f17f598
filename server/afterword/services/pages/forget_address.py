"""An address that came to lead to a page by mistake leads there no more; audited, and undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.errors import Conflict, Invalid, NotFound, UnknownOrigin
from afterword.core.model import Role
from afterword.core.page_key import address_key
from afterword.services.acted_on import page_for
from afterword.services.pages.change_page import PageChange
from afterword.storage import audit, moves, page_keys
from afterword.storage.page_keys import LeadingKey

if TYPE_CHECKING:
    from afterword.core.model import Member, Page
    from afterword.services.context import Context
    from afterword.storage.store import WriteDb

FORGET = "forget_address"


async def forget_address(
    ctx: Context, member: Member, page_id: int, key: str, *, now: int
) -> PageChange:
    """Lets a key of the page lead nowhere; whoever comes by it begins a thread of its own.

    Raises `NotFound`, `Forbidden` for all but owners, and `Conflict` for the last key, or the one of the
    address under which the page is shown.
    """
    async with ctx.store.write() as db:
        page = await page_for(db, member, page_id, Role.OWNER)
        async with moves.changing_together(db, [page.id], now) as opened:
            page = opened[page_id]
            keys = {each.key: each for each in await page_keys.of_page(db, page_id)}
            if key not in keys:
                raise NotFound("That address does not lead to this page any more.")
            if len(keys) == 1 or key == _shown_key(ctx, page):
                raise Conflict(
                    "Readers are sent to this page by that address. Give it another one first."
                )
            await moves.drop_key(db, page, key)
            known = keys[key]
            audit_id = await audit.add(
                db,
                member_id=member.id,
                act=FORGET,
                site_id=page.site_id,
                subject=[page_id],
                before={
                    "key": key,
                    "how": known.how,
                    "at": known.at,
                    "audit_id": known.audit_id,
                },
                after={"key": None},
                now=now,
            )
    return PageChange(audit_id, page)


def _shown_key(ctx: Context, page: Page) -> str | None:
    site = ctx.sites.by_id(page.site_id)
    try:
        return address_key(page.url, site) if site else None
    except (Invalid, UnknownOrigin):
        return None


async def restore(db: WriteDb, member: Member, entry: audit.Entry, now: int) -> dict[int, str]:
    """What `undo_act` does with it; raises `Conflict` where the address leads somewhere by now."""
    (page_id,) = entry.subject
    await page_for(db, member, page_id, Role.OWNER)
    async with moves.changing_together(db, [page_id], now) as opened:
        page = opened[page_id]
        if not await page_keys.put_back(db, page, LeadingKey(**entry.before)):
            raise Conflict("That address leads to another page by now, so that it was left so.")
    return {page_id: page.url}
