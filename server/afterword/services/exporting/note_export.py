"""That a member takes comments along is an act: it is noted before the first byte leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.model import Role
from afterword.services.permission import own_site
from afterword.storage import audit

if TYPE_CHECKING:
    from afterword.core.model import Member, Page
    from afterword.services.context import Context

EXPORT = "export_comments"
"""The word of the audit log."""


async def note_export(
    ctx: Context,
    member: Member,
    site_id: int,
    *,
    kind: str,
    page: Page | None,
    private: bool,
    now: int,
) -> None:
    """Raises `NotFound` and `Forbidden` for who is no owner of the site."""
    site = own_site(ctx, member, site_id, Role.OWNER)
    url = page.url if page else None
    async with ctx.store.write() as db:
        await audit.add(
            db,
            member_id=member.id,
            act=EXPORT,
            site_id=site.id,
            subject=[],
            before=None,
            after={"format": kind, "page": url, "private": private},
            now=now,
        )
