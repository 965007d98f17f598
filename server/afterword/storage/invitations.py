"""Links that make a member, or a password: found by the hash of their token, each used once."""

from __future__ import annotations

from typing import Literal, TypeAlias

from afterword.core.model import Invitation, Role
from afterword.storage.store import Db, Row, Values, WriteDb

Kind: TypeAlias = Literal["member", "password"]

BY_HASH = """
SELECT id, site_id, role, member_id, label, invited_by, ends_at FROM invitation
WHERE token_hash = :token_hash AND kind = :kind AND used_at IS NULL AND ends_at > :now
"""
OPEN = """
SELECT id, site_id, role, member_id, label, invited_by, ends_at FROM invitation
WHERE kind = 'member' AND used_at IS NULL AND ends_at > :now ORDER BY id LIMIT 500
"""
ADD = """
INSERT INTO invitation
    (token_hash, kind, member_id, site_id, role, label, email, invited_by, created_at, ends_at)
VALUES
    (:token_hash, :kind, :member_id, :site_id, :role, :label, :email, :invited_by, :now, :ends_at)
RETURNING id
"""
TAKE = """
UPDATE invitation SET used_at = :now, email = NULL
WHERE id = :id AND used_at IS NULL AND ends_at > :now RETURNING id
"""
EMAIL = "SELECT email FROM invitation WHERE id = :id"
IS_KNOWN = "SELECT id FROM invitation WHERE token_hash = :token_hash"
WITHDRAW = """
DELETE FROM invitation WHERE id = :id AND kind = 'member' AND used_at IS NULL RETURNING id
"""
# They stay as used, so that a mail which is sent once more makes none of them good again.
END_RESETS = """
UPDATE invitation SET used_at = :now
WHERE kind = 'password' AND member_id = :member_id AND used_at IS NULL
"""
DROP_OVER = """
DELETE FROM invitation WHERE ends_at < :before AND (kind <> 'password' OR ends_at < :resets_before)
RETURNING id
"""


async def by_hash(db: Db, token_hash: str, kind: Kind, *, now: int) -> Invitation | None:
    """The link with this hash, while it is good."""
    row = await db.fetch_one(BY_HASH, {"token_hash": token_hash, "kind": kind, "now": now})
    return _invitation(row) if row else None


async def open_ones(db: Db, *, now: int) -> list[Invitation]:
    """Invitations that are good, in the order in which they were made."""
    return [_invitation(row) for row in await db.fetch_all(OPEN, {"now": now})]


async def email_of(db: Db, invitation_id: int) -> str | None:
    """The address that an invitation goes to by mail."""
    row = await db.fetch_one(EMAIL, {"id": invitation_id})
    return row[0] if row else None


async def is_known(db: Db, token_hash: str) -> bool:
    """Whether there is such a link, good or used."""
    return await db.fetch_one(IS_KNOWN, {"token_hash": token_hash}) is not None


async def invite(
    db: WriteDb,
    token_hash: str,
    site_id: int | None,
    role: Role,
    label: str,
    invited_by: int | None,
    *,
    email: str | None = None,
    ends_at: int,
    now: int,
) -> Invitation:
    """Store a link that gives a role; the address is kept until it is used or over."""
    values: Values = {
        "token_hash": token_hash,
        "site_id": site_id,
        "role": role.value,
        "label": label,
    }
    rest: Values = {"kind": "member", "member_id": None, "invited_by": invited_by}
    row = await db.fetch_one(
        ADD, {**values, **rest, "email": email, "ends_at": ends_at, "now": now}
    )
    assert row is not None
    return Invitation(row[0], site_id, role, None, label, invited_by, ends_at)


async def reset(
    db: WriteDb, token_hash: str, member_id: int, invited_by: int | None, *, ends_at: int, now: int
) -> None:
    """Store a link to a new password of a member."""
    values: Values = {"token_hash": token_hash, "site_id": None, "role": None, "label": ""}
    rest: Values = {"kind": "password", "member_id": member_id, "invited_by": invited_by}
    await db.fetch_one(ADD, {**values, **rest, "email": None, "ends_at": ends_at, "now": now})


async def take(db: WriteDb, invitation_id: int, *, now: int) -> bool:
    """Use a link up; False when it is good no more. Of two at the same time, one gets it."""
    return await db.fetch_one(TAKE, {"id": invitation_id, "now": now}) is not None


async def withdraw(db: WriteDb, invitation_id: int) -> bool:
    """Delete an invitation that nobody has used; False when there is none."""
    return await db.fetch_one(WITHDRAW, {"id": invitation_id}) is not None


async def end_resets(db: WriteDb, member_id: int, *, now: int) -> None:
    """The links to a new password of a member are good no more."""
    await db.execute(END_RESETS, {"member_id": member_id, "now": now})


async def drop_over(db: WriteDb, before: int, *, resets_before: int) -> int:
    """Delete those that ended before, of links to a password those of that time; how many."""
    values = {"before": before, "resets_before": resets_before}
    return len(await db.fetch_all(DROP_OVER, values))


def _invitation(row: Row) -> Invitation:
    number, site_id, role, member_id, label, invited_by, ends_at = row
    return Invitation(
        number, site_id, Role(role) if role else None, member_id, label, invited_by, ends_at
    )
