"""Members: the people of the dashboard and what each may do where."""

from __future__ import annotations

from afterword.core.model import Member, Role, StaffMember
from afterword.storage.store import Db, Row, Values, WriteDb

ALL = """
SELECT m.id, m.name, m.email, m.password_hash, s.site_id, s.role
FROM member AS m LEFT JOIN membership AS s ON s.member_id = m.id
WHERE m.disabled_at IS NULL
ORDER BY m.id
"""
BY_ID = ALL.replace("ORDER", "AND m.id = :member_id ORDER")
BY_EMAIL = ALL.replace("ORDER", "AND lower(m.email) = lower(:email) ORDER")
STAFF = """
SELECT m.id, m.name, m.email, m.disabled_at, m.totp_key, m.bounced_at, s.site_id, s.role
FROM member AS m LEFT JOIN membership AS s ON s.member_id = m.id
ORDER BY m.id
"""
STAFF_BY_ID = STAFF.replace("ORDER", "WHERE m.id = :member_id ORDER")
# That it writes what is there already keeps two from taking the last two roles at one moment.
LOCK_OWNERS = """
UPDATE membership SET role = 'owner' WHERE site_id IS NULL AND role = 'owner' RETURNING member_id
"""
OWNERS = """
SELECT count(*) FROM membership AS s JOIN member AS m ON m.id = s.member_id
WHERE s.site_id IS NULL AND s.role = 'owner' AND m.disabled_at IS NULL
"""
ANY = "SELECT 1 FROM member WHERE disabled_at IS NULL LIMIT 1"
SKELETONS = "SELECT DISTINCT name_skeleton FROM member ORDER BY name_skeleton"
NAMES = "SELECT name FROM member WHERE disabled_at IS NULL ORDER BY id"
EVERY_NAME = "SELECT id, name FROM member ORDER BY name, id"
ADD = """
INSERT INTO member (name, name_skeleton, email, password_hash, created_at)
VALUES (:name, :name_skeleton, :email, :password_hash, :now) RETURNING id
"""
GIVE_ROLE = """
INSERT INTO membership (member_id, site_id, role) VALUES (:member_id, :site_id, :role)
ON CONFLICT (member_id, coalesce(site_id, 0)) DO UPDATE SET role = excluded.role
"""
TAKE_ROLE = """
DELETE FROM membership
WHERE member_id = :member_id AND coalesce(site_id, 0) = coalesce(CAST(:site_id AS BIGINT), 0)
"""
REHASH = "UPDATE member SET password_hash = :password_hash WHERE id = :member_id"
DISABLE = "UPDATE member SET disabled_at = :now WHERE id = :member_id AND disabled_at IS NULL"
BOUNCE = "UPDATE member SET bounced_at = :now WHERE id = :member_id AND bounced_at IS NULL"
BOUNCE_BY_EMAIL = """
UPDATE member SET bounced_at = :now WHERE lower(email) = lower(:email) AND bounced_at IS NULL
RETURNING id
"""
UNBOUNCE = "UPDATE member SET bounced_at = NULL WHERE id = :member_id"
UNBOUNCE_BY_EMAIL = """
UPDATE member SET bounced_at = NULL WHERE lower(email) = lower(:email) AND bounced_at IS NOT NULL
RETURNING id
"""
BOUNCED = "SELECT bounced_at FROM member WHERE id = :member_id AND bounced_at IS NOT NULL"
ALL_BOUNCED = """
SELECT name FROM member WHERE bounced_at IS NOT NULL AND disabled_at IS NULL ORDER BY name LIMIT :limit
"""
ENABLE = "UPDATE member SET disabled_at = NULL WHERE id = :member_id"


async def any_exists(db: Db) -> bool:
    """Whether anybody can sign in yet."""
    return await db.fetch_one(ANY) is not None


async def all_members(db: Db) -> list[Member]:
    """Everybody who may sign in, in the order in which they came."""
    return [member for member, _ in _members(await db.fetch_all(ALL))]


async def get(db: Db, member_id: int) -> Member | None:
    """The member with this id, unless disabled."""
    found = _members(await db.fetch_all(BY_ID, {"member_id": member_id}))
    return found[0][0] if found else None


async def by_email(db: Db, email: str) -> tuple[Member, str] | None:
    """The member with this address, in any case, and the hash of the password; unless disabled."""
    found = _members(await db.fetch_all(BY_EMAIL, {"email": email}))
    return found[0] if found else None


async def credentials(db: Db, member_id: int) -> tuple[Member, str] | None:
    """A member and the hash of the password, unless disabled."""
    found = _members(await db.fetch_all(BY_ID, {"member_id": member_id}))
    return found[0] if found else None


async def names(db: Db) -> list[str]:
    """Names of those who may sign in."""
    return [row[0] for row in await db.fetch_all(NAMES)]


async def every_name(db: Db) -> dict[int, str]:
    """By id, in the order of the names; also of those who may sign in no more."""
    return {row[0]: row[1] for row in await db.fetch_all(EVERY_NAME)}


async def skeletons(db: Db) -> list[str]:
    """What the names of all members look like, disabled ones too: guests must not look like them."""
    return [row[0] for row in await db.fetch_all(SKELETONS)]


async def add(
    db: WriteDb, name: str, name_skeleton: str, email: str, password_hash: str, *, now: int
) -> Member:
    """Add a member without any role; AlreadyThere when another one has this address."""
    values = {"name": name, "name_skeleton": name_skeleton, "email": email}
    row = await db.fetch_one(ADD, {**values, "password_hash": password_hash, "now": now})
    assert row is not None
    return Member(row[0], name, email)


async def give_role(db: WriteDb, member_id: int, site_id: int | None, role: Role) -> None:
    """Let a member be this on the site (None: on every site), in place of what they were there."""
    await db.execute(GIVE_ROLE, {"member_id": member_id, "site_id": site_id, "role": role.value})


async def take_role(db: WriteDb, member_id: int, site_id: int | None) -> None:
    """Let a member be nothing there any more."""
    await db.execute(TAKE_ROLE, {"member_id": member_id, "site_id": site_id})


async def set_password(db: WriteDb, member_id: int, password_hash: str) -> None:
    """Give a member another password."""
    values: Values = {"member_id": member_id, "password_hash": password_hash}
    await db.execute(REHASH, values)


async def disable(db: WriteDb, member_id: int, *, now: int) -> None:
    """Let a member sign in no more; what they wrote and decided stays theirs."""
    await db.execute(DISABLE, {"member_id": member_id, "now": now})


async def enable(db: WriteDb, member_id: int) -> None:
    """Let a disabled member sign in again."""
    await db.execute(ENABLE, {"member_id": member_id})


def bounced(db: WriteDb, member_id: int, *, now: int) -> None:
    """The mail server said that the member's mailbox is not there."""
    db.later(BOUNCE, {"member_id": member_id, "now": now})


async def bounce(db: WriteDb, email: str, *, now: int) -> bool:
    """What was sent to this address came back; False where no member has it, or that was known."""
    return await db.fetch_one(BOUNCE_BY_EMAIL, {"email": email, "now": now}) is not None


async def take_back_bounce(db: WriteDb, member_id: int) -> None:
    """Mails arrive there again."""
    await db.execute(UNBOUNCE, {"member_id": member_id})


async def take_back_bounce_of(db: WriteDb, email: str) -> bool:
    """The same by the address; whether something had come back from there."""
    return await db.fetch_one(UNBOUNCE_BY_EMAIL, {"email": email}) is not None


async def has_bounced(db: Db, member_id: int) -> bool:
    """Whether mails to the member come back."""
    return await db.fetch_one(BOUNCED, {"member_id": member_id}) is not None


async def all_bounced(db: Db, limit: int) -> list[str]:
    """Names of those who may sign in and whose mails come back."""
    return [row[0] for row in await db.fetch_all(ALL_BOUNCED, {"limit": limit})]


async def staff(db: Db) -> list[StaffMember]:
    """Everybody, disabled members too, in the order in which they came."""
    return _staff(await db.fetch_all(STAFF))


async def find(db: Db, member_id: int) -> StaffMember | None:
    """The member with this id, even if disabled."""
    found = _staff(await db.fetch_all(STAFF_BY_ID, {"member_id": member_id}))
    return found[0] if found else None


async def lock_owners(db: WriteDb) -> int:
    """How many may sign in and own every site; nobody changes that until the write is over."""
    await db.fetch_all(LOCK_OWNERS)
    return await owners(db)


async def owners(db: Db) -> int:
    """How many may sign in and own every site."""
    row = await db.fetch_one(OWNERS)
    return int(row[0]) if row else 0


def _staff(rows: list[Row]) -> list[StaffMember]:
    found: dict[int, StaffMember] = {}
    for member_id, name, email, disabled_at, totp_key, bounced_at, site_id, role in rows:
        of = Member(member_id, name, email)
        new = StaffMember(of, disabled_at, totp_key is not None, bounced_at)
        each = found.setdefault(member_id, new)
        each.member.roles.update({site_id: Role(role)} if role else {})
    return list(found.values())


def _members(rows: list[Row]) -> list[tuple[Member, str]]:
    """Members out of rows that are one for each role."""
    roles: dict[int, dict[int | None, Role]] = {}
    for member_id, _, _, _, site_id, role in rows:
        roles.setdefault(member_id, {}).update({site_id: Role(role)} if role else {})
    first = {row[0]: row for row in rows}
    return [
        (Member(member_id, row[1], row[2], roles[member_id]), row[3])
        for member_id, row in first.items()
    ]
