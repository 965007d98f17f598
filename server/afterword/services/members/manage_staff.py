"""What owners decide about members: their roles, whether they may sign in, their sessions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from afterword.core.errors import Conflict, Forbidden, NotFound
from afterword.core.model import Role
from afterword.services.members.note_act import note_act
from afterword.services.permission import owned_sites, owns_all_of, require_owner
from afterword.storage import audit, invitations, members, sessions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.core.model import Member, StaffMember
    from afterword.services.context import Context
    from afterword.storage.audit import Entry
    from afterword.storage.store import Db, WriteDb

CHANGE_ROLE, DISABLE, ENABLE = "change_role", "disable_member", "enable_member"
"""Words of the audit log."""
END_SESSIONS = "end_sessions"


async def list_staff(ctx: Context, owner: Member) -> list[StaffMember]:
    """The members of the sites that one owns, with their roles there; an owner of every site sees all.

    Raises `Forbidden` for those who own nothing.
    """
    if not owned_sites(owner):
        raise Forbidden("Members are for owners.")
    shown = [_shown_to(owner, each) for each in await members.staff(ctx.store)]
    return [each for each in shown if each is not None]


async def find_staff(db: Db, owner: Member, member_id: int) -> StaffMember:
    """A member with all roles; raises `NotFound` for one of other sites."""
    found = await members.find(db, member_id)
    if found is None or not owned_sites(owner) or _shown_to(owner, found) is None:
        raise NotFound("There is no such member.")
    return found


async def decidable(db: Db, owner: Member, member_id: int) -> StaffMember:
    """A member of sites that one owns, all of them; raises `Forbidden` for one who is more than that."""
    found = await find_staff(db, owner, member_id)
    if not owns_all_of(owner, found.member):
        raise Forbidden(f"{found.member.name} is also a member of sites that are not yours.")
    return found


async def change_role(
    ctx: Context, owner: Member, member_id: int, site_id: int | None, role: Role | None, *, now: int
) -> int | None:
    """Lets a member be this on the site (None: on every site), or nothing; ends their sessions.

    Returns the number of the act, None where nothing had to be changed. Raises `Forbidden` for those
    who do not own the site, and `Conflict` where nobody would own every site any more.
    """
    async with ctx.store.write() as db:
        require_owner(owner, site_id)
        found = await find_staff(db, owner, member_id)
        before = found.member.roles.get(site_id)
        if before is role:
            return None
        await _set_role(db, member_id, site_id, role, now)
        return await audit.add(
            db,
            member_id=owner.id,
            act=CHANGE_ROLE,
            site_id=site_id,
            subject=[member_id],
            before=before,
            after=role,
            now=now,
        )


async def set_disabled(
    ctx: Context, owner: Member, member_id: int, disabled: bool, *, now: int
) -> None:
    """Lets a member sign in no more, by token neither; or again. Nobody does it to themselves."""
    async with ctx.store.write() as db:
        found = await decidable(db, owner, member_id)
        if member_id == owner.id:
            raise Forbidden("Nobody disables themselves. Ask another owner.")
        if (found.disabled_at is not None) is disabled:
            return
        await _set_disabled(db, member_id, disabled, now)
        await note_act(db, owner, DISABLE if disabled else ENABLE, member_id, now)


async def end_sessions_of(ctx: Context, owner: Member, member_id: int, *, now: int) -> None:
    """Ends all sessions of a member."""
    async with ctx.store.write() as db:
        await decidable(db, owner, member_id)
        await sessions.end_others(db, member_id, None, now=now)
        await note_act(db, owner, END_SESSIONS, member_id, now)


async def restore(db: WriteDb, member: Member, entry: Entry, now: int) -> Mapping[int, object]:
    """Gives back the role that was there before, unless it was changed again since."""
    require_owner(member, entry.site_id)
    (member_id,) = entry.subject
    found = await find_staff(db, member, member_id)
    if found.member.roles.get(entry.site_id) != entry.after:
        raise Conflict("Their role was changed again since then.")
    before = Role(entry.before) if entry.before else None
    await _set_role(db, member_id, entry.site_id, before, now)
    return {member_id: before}


def _shown_to(owner: Member, found: StaffMember) -> StaffMember | None:
    """The member with the roles that are the owner's business; None without any."""
    owned = owned_sites(owner)
    if None in owned:
        return found
    roles = {
        site_id: role
        for site_id, role in found.member.roles.items()
        if site_id is None or site_id in owned
    }
    return replace(found, member=replace(found.member, roles=roles)) if roles else None


async def _set_role(
    db: WriteDb, member_id: int, site_id: int | None, role: Role | None, now: int
) -> None:
    owners = await members.lock_owners(db)
    if role is None:
        await members.take_role(db, member_id, site_id)
    else:
        await members.give_role(db, member_id, site_id, role)
    await _keep_an_owner(db, owners)
    await sessions.end_others(db, member_id, None, now=now)


async def _set_disabled(db: WriteDb, member_id: int, disabled: bool, now: int) -> None:
    if not disabled:
        await members.enable(db, member_id)
        return
    owners = await members.lock_owners(db)
    await members.disable(db, member_id, now=now)
    await _keep_an_owner(db, owners)
    await invitations.end_resets(db, member_id, now=now)
    await sessions.end_others(db, member_id, None, now=now)


async def _keep_an_owner(db: Db, before: int) -> None:
    if before and not await members.owners(db):
        raise Conflict(
            "Somebody has to own every site. Make another member owner of every site first."
        )
