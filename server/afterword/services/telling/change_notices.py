"""How much a member hears by mail of a site: their own affair, or of whoever has the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.errors import Forbidden, NotFound
from afterword.services.permission import COMMAND_LINE
from afterword.storage import audit, notices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.core.model import Member
    from afterword.core.telling import Notices
    from afterword.services.context import Context

CHANGE_NOTICES = "change_notices"
"""The word of the audit log."""


async def list_notices(ctx: Context, member: Member) -> Mapping[int | None, Notices]:
    """By site of a role (None: of every site), what the member hears."""
    return await notices.of_member(ctx.store, member.id)


async def change_notices(
    ctx: Context,
    actor: Member,
    member_id: int,
    site_id: int | None,
    wanted: Notices,
    *,
    now: int,
) -> bool:
    """Has the member hear this much by the role on that site; False where that is so already.

    Raises `Forbidden` for anybody else's mails, and `NotFound` where they have no such role.
    """
    if actor.id not in (member_id, COMMAND_LINE.id):
        raise Forbidden("How much others hear by mail is for them to say.")
    async with ctx.store.write() as db:
        before = await notices.of_member(db, member_id)
        if site_id not in before:
            raise NotFound("There is no role on that site, so nothing is told of it.")
        if before[site_id] == wanted:
            return False
        await notices.put(db, member_id, site_id, wanted)
        await audit.add(
            db,
            member_id=actor.id,
            act=CHANGE_NOTICES,
            site_id=site_id,
            subject=[member_id],
            before=before[site_id],
            after=wanted,
            now=now,
        )
    return True
