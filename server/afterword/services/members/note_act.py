"""What is done to an account, or to a key of it, as the audit log tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.storage import audit

if TYPE_CHECKING:
    from afterword.core.model import Member
    from afterword.storage.store import WriteDb


async def note_act(db: WriteDb, member: Member, act: str, about_id: int, now: int) -> None:
    """Notes it for every site at once; there is nothing to undo, so nothing of it is kept."""
    await audit.add(
        db,
        member_id=member.id,
        act=act,
        site_id=None,
        subject=[about_id],
        before=None,
        after=None,
        now=now,
    )
