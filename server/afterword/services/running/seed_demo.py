"""The demo: a site of its own, and an article's thread that is there before the first visitor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.markdown import parse
from afterword.core.model import Author, Comment, Hold, Policy, Site, Status
from afterword.core.names import skeleton
from afterword.core.page_key import PageClaim, identify
from afterword.services.running.demo_thread import STAFF, THREAD, TITLE, Line
from afterword.storage import comments, members, pages, sites

if TYPE_CHECKING:
    from afterword.core.model import Page
    from afterword.services.context import Context
    from afterword.storage.store import WriteDb

MINUTE = 60_000
STAFF_EMAIL = "staff@demo.invalid"
REACTIONS = ("👍", "❤️", "🤔")
NO_PASSWORD = "!"  # noqa: S105 - no password hashes to this: nobody signs in as the staff


async def seed_demo(ctx: Context, origin: str, *, now: int) -> Site:
    """The demo's site, which is served from `origin`, with its thread; what is there already stays."""
    site = await _site(ctx, origin, now)
    identity = identify(PageClaim(f"{ctx.settings.public_url}/", title=TITLE), site)
    if await pages.find(ctx.store, site.id, identity.keys) is None:
        async with ctx.store.write() as db:
            page = await pages.open_page(db, site.id, identity.keys, identity.url, TITLE, now)
            staff = await _staff(db, now)
            async with pages.changing(db, page.id, now) as page:
                await _write(db, page, staff, now)
    await ctx.sites.refresh(ctx.store)
    return site


async def _site(ctx: Context, origin: str, now: int) -> Site:
    site = await sites.by_origin(ctx.store, origin)
    if site is None:
        async with ctx.store.write() as db:
            site = await sites.add(
                db, "demo", [origin], Policy(hold=Hold.FIRST, reactions=REACTIONS), now
            )
    await ctx.sites.refresh(ctx.store)
    return site


async def _staff(db: WriteDb, now: int) -> int:
    """Whoever answers with the staff badge; nobody signs in as them."""
    member = await members.add(db, STAFF, skeleton(STAFF), STAFF_EMAIL, NO_PASSWORD, now=now)
    await members.disable(db, member.id, now=now)
    return member.id


async def _write(db: WriteDb, page: Page, staff: int, now: int) -> None:
    written: dict[str, Comment] = {}
    for line in THREAD:
        written[line.key] = await comments.insert(
            db,
            page,
            parent=written[line.parent] if line.parent else None,
            status=Status.APPROVED,
            author=_author(line, staff),
            source=line.body,
            tree=parse(line.body),
            origin_key=f"demo:{line.key}",
            now=now - line.minutes_ago * MINUTE,
            tell=False,
        )


def _author(line: Line, staff: int) -> Author:
    return Author(line.name, line.website, member_id=staff if line.staff else None)
