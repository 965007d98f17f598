"""How much each member wants to hear of a site by mail, and how much they heard lately."""

from __future__ import annotations

from dataclasses import dataclass

from afterword.core.model import Role
from afterword.core.telling import Notices
from afterword.storage.store import Db, WriteDb

OF_MEMBER = "SELECT site_id, notices FROM membership WHERE member_id = :member_id"
OF_SITE = """
SELECT m.id, s.site_id, s.role, s.notices
FROM membership AS s JOIN member AS m ON m.id = s.member_id
WHERE (s.site_id = :site_id OR s.site_id IS NULL) AND m.disabled_at IS NULL
    AND m.bounced_at IS NULL
"""
SET = """
UPDATE membership SET notices = :notices
WHERE member_id = :member_id AND coalesce(site_id, 0) = coalesce(CAST(:site_id AS BIGINT), 0)
RETURNING notices
"""
NTH_LAST = """
SELECT created_at FROM outbox WHERE member_id = :member_id
ORDER BY id DESC LIMIT 1 OFFSET :nth - 1
"""


@dataclass(frozen=True, slots=True)
class Listener:
    """A member of a site."""

    member_id: int
    role: Role
    notices: Notices


async def of_member(db: Db, member_id: int) -> dict[int | None, Notices]:
    """By site of a role (None: of every site), what the member wants to hear of."""
    return dict(await db.fetch_all(OF_MEMBER, {"member_id": member_id}))


async def of_site(db: Db, site_id: int) -> list[Listener]:
    """Everybody with a role there who may sign in and whose mails arrive.

    Who has one on every site too hears as on this one.
    """
    found: dict[int, list[Listener]] = {}
    for member_id, of, role, notices in await db.fetch_all(OF_SITE, {"site_id": site_id}):
        listener = Listener(member_id, Role(role), notices)
        here = found.setdefault(member_id, [])
        here.insert(0 if of is not None else len(here), listener)
    return [
        Listener(member_id, max((each.role for each in here), key=lambda role: role.rank), nearest)
        for member_id, here in sorted(found.items())
        for nearest in [here[0].notices]
    ]


async def put(db: WriteDb, member_id: int, site_id: int | None, notices: Notices) -> bool:
    """Have a member hear this much by the role on that site; False where they have none."""
    values = {"member_id": member_id, "site_id": site_id, "notices": notices}
    return await db.fetch_one(SET, values) is not None


async def nth_last(db: Db, member_id: int, nth: int) -> int | None:
    """When the last mail but `nth - 1` to the member was put into the outbox; None for fewer."""
    row = await db.fetch_one(NTH_LAST, {"member_id": member_id, "nth": nth})
    return int(row[0]) if row else None
