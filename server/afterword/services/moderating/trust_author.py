"""Trusting an author: their comments are not held for being the first, whatever else is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.errors import Conflict
from afterword.core.model import Role
from afterword.services.acted_on import comment_for
from afterword.storage import audit, trusted_authors

if TYPE_CHECKING:
    from afterword.core.model import Member
    from afterword.services.context import Context
    from afterword.storage.store import Db, WriteDb

TRUST = "trust"
DISTRUST = "distrust"
"""Words of the audit log."""


async def trust_author(ctx: Context, member: Member, comment_id: int, *, now: int) -> int | None:
    """Trusts whoever wrote the comment; the number of the act, None where that was so already.

    Raises `NotFound` and `Forbidden` as moderating does, and `Conflict` where the comment does not
    tell which browser it came from.
    """
    return await _set(ctx, member, comment_id, TRUST, now)


async def distrust_author(ctx: Context, member: Member, comment_id: int, *, now: int) -> int | None:
    """Trusts them no more; comments that were approved still make them known."""
    return await _set(ctx, member, comment_id, DISTRUST, now)


async def restore(db: WriteDb, member: Member, entry: audit.Entry, now: int) -> dict[int, str]:
    """What undo does: trusts or not as before; nothing where the comment has been scrubbed."""
    back = DISTRUST if entry.act == TRUST else TRUST
    restored: dict[int, str] = {}
    for comment_id in entry.subject:
        site_id, key = await _author(db, member, comment_id)
        if key is not None and await _change(db, site_id, key, back, now):
            restored[comment_id] = back
    return restored


async def _set(ctx: Context, member: Member, comment_id: int, act: str, now: int) -> int | None:
    async with ctx.store.write() as db:
        site_id, key = await _author(db, member, comment_id)
        if key is None:
            raise Conflict("This comment does not tell which browser it came from.")
        if not await _change(db, site_id, key, act, now):
            return None
        return await audit.add(
            db,
            member_id=member.id,
            act=act,
            site_id=site_id,
            subject=[comment_id],
            before=act == DISTRUST,
            after=act == TRUST,
            now=now,
        )


async def _author(db: Db, member: Member, comment_id: int) -> tuple[int, str | None]:
    """The site and the key of whoever wrote the comment."""
    comment, page = await comment_for(db, member, comment_id, Role.MODERATOR)
    return page.site_id, comment.author.key


async def _change(db: WriteDb, site_id: int, key: str, act: str, now: int) -> bool:
    if act == TRUST:
        return await trusted_authors.add(db, site_id, key, now=now)
    return await trusted_authors.drop(db, site_id, key)
