"""Undoing what the audit log tells of, for thirty days: each kind of act says how.

An act that can be undone has a line in `RESTORE`: a function that puts back what the entry holds of
before, as far as nobody has changed it since, and returns what is now as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.errors import Conflict, NotFound
from afterword.core.model import Act, Role
from afterword.services.importing import import_comments, take_back_import
from afterword.services.members import manage_staff
from afterword.services.moderating import (
    ban_author,
    edit_as_member,
    moderate_comment,
    reply_as_member,
    trust_author,
)
from afterword.services.pages import change_page, forget_address, move_pages
from afterword.services.permission import may
from afterword.services.sites import change_policy, change_site, manage_sites, rename_host
from afterword.storage import audit, members

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from afterword.core.model import Member
    from afterword.services.context import Context
    from afterword.storage.audit import Entry
    from afterword.storage.store import WriteDb

    Restore = Callable[[WriteDb, Member, Entry, int], Awaitable[Mapping[int, object]]]

UNDOABLE = 30 * 24 * 60 * 60_000
"""Milliseconds in which an act can be undone: then what was removed is scrubbed."""
UNDO = "undo"
"""The word of the audit log for what is no act on its own."""

RESTORE: Mapping[str, Restore] = {
    **dict.fromkeys(Act, moderate_comment.restore),
    edit_as_member.EDIT: edit_as_member.restore,
    reply_as_member.REPLY: reply_as_member.restore,
    **dict.fromkeys(
        (change_page.CLOSE, change_page.OPEN, change_page.SLOW, change_page.NOTE),
        change_page.restore,
    ),
    **dict.fromkeys((change_page.PIN, change_page.UNPIN), change_page.restore_pin),
    **dict.fromkeys(
        (
            move_pages.RENAME,
            move_pages.MERGE,
            move_pages.SPLIT,
            move_pages.MOVE,
            move_pages.FOLLOW,
        ),
        move_pages.restore,
    ),
    forget_address.FORGET: forget_address.restore,
    **dict.fromkeys((ban_author.BAN, ban_author.LIFT_BAN), ban_author.restore),
    **dict.fromkeys((trust_author.TRUST, trust_author.DISTRUST), trust_author.restore),
    manage_staff.CHANGE_ROLE: manage_staff.restore,
    manage_sites.CHANGE: change_site.restore,
    rename_host.RENAME_HOST: rename_host.restore,
    **dict.fromkeys(change_policy.NEEDS, change_policy.restore),
    import_comments.IMPORT: take_back_import.restore,
}
"""By the word of the audit log. Each checks what the member may, and raises as its act does."""
NEEDS: Mapping[str, Role] = {
    **dict.fromkeys(
        (
            import_comments.IMPORT,
            manage_sites.CHANGE,
            manage_staff.CHANGE_ROLE,
            move_pages.RENAME,
            move_pages.MERGE,
            move_pages.SPLIT,
            move_pages.MOVE,
            move_pages.FOLLOW,
            forget_address.FORGET,
            rename_host.RENAME_HOST,
        ),
        Role.OWNER,
    ),
    **change_policy.NEEDS,
}
"""Who may undo an act, where a moderator may not."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo changed."""

    entry_id: int
    act: str
    changed: tuple[int, ...]
    """Ids of what is as it was before, in their order."""


@dataclass(frozen=True, slots=True)
class RecentAct:
    """An act of the audit log that can, or once could, be undone."""

    audit_id: int
    act: str
    changed: tuple[int, ...]
    at: int
    member_name: str
    may_undo: bool
    """Whether whoever asks may undo it now."""
    undone: bool


async def undo(
    ctx: Context, member: Member, audit_id: int, *, now: int, wait: bool = True
) -> Undone:
    """Puts back what an act changed, with an entry of its own in the audit log.

    Without `wait` the undo of an import, which may take minutes, goes on after the answer. Raises
    `NotFound` where there is no such act for this member, `Forbidden` where the member may not, and
    `Conflict` when it was undone already or is older than 30 days.
    """
    async with ctx.store.write() as db:
        undone, _ = await put_back(db, member, audit_id, now)
    if undone.act == rename_host.RENAME_HOST:
        await rename_host.finish_undo(ctx, audit_id, now=now)
    if undone.act == import_comments.IMPORT:
        rest = take_back_import.finish_undo(ctx, audit_id, now=now)
        if wait:
            await rest
        else:
            ctx.errands.begin("Taking an import back", rest)
    await ctx.sites.refresh(ctx.store)
    return undone


async def put_back(db: WriteDb, member: Member, audit_id: int, now: int) -> tuple[Undone, int]:
    """`undo`, as a part of a larger write; with the number of the entry that tells of it."""
    entry = await audit.get(db, audit_id)
    restore = RESTORE.get(entry.act) if entry else None
    if entry is None or restore is None or not _is_shown(entry, member):
        raise NotFound("There is no such decision.")
    if now - entry.at > UNDOABLE:
        raise Conflict("This decision is older than 30 days and can no longer be undone.")
    if not await audit.mark_undone(db, audit_id, now=now):
        raise Conflict("This decision has been undone already.")
    restored = await restore(db, member, entry, now)
    noted = await audit.add(
        db,
        member_id=member.id,
        act=UNDO,
        site_id=entry.site_id,
        subject=list(restored),
        before=entry.id,
        after=list(restored.values()),
        now=now,
    )
    return Undone(entry.id, entry.act, tuple(restored)), noted


async def find_act(ctx: Context, member: Member, audit_id: int, *, now: int) -> RecentAct | None:
    """One act, or None where there is none that the member may see."""
    entry = await audit.get(ctx.store, audit_id)
    if entry is None or entry.act not in RESTORE or not _is_shown(entry, member):
        return None
    done_by = await members.get(ctx.store, entry.member_id) if entry.member_id else None
    return _recent(entry, member, {done_by.id: done_by.name} if done_by else {}, now)


def _is_shown(entry: Entry, member: Member) -> bool:
    """An act about several sites is for those who have a role on every site."""
    return None in member.roles or (entry.site_id is not None and entry.site_id in member.roles)


def _recent(entry: Entry, member: Member, names: Mapping[int, str], now: int) -> RecentAct:
    is_new = entry.undone_at is None and now - entry.at <= UNDOABLE
    return RecentAct(
        audit_id=entry.id,
        act=entry.act,
        changed=entry.subject,
        at=entry.at,
        member_name=names.get(entry.member_id or 0, "A former member"),
        may_undo=is_new and may(member, entry.site_id, NEEDS.get(entry.act, Role.MODERATOR)),
        undone=entry.undone_at is not None,
    )
