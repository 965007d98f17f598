"""What the database says of itself, and of what has been left undone."""

from __future__ import annotations

from afterword.core.model import Status
from afterword.storage.comments import IN_INDEX
from afterword.storage.store import Db

REVISION = "SELECT version_num FROM alembic_version"
QUICK_CHECK = "PRAGMA quick_check(3)"
OLDEST_WAITING = """
SELECT created_at FROM comment WHERE {pending} ORDER BY created_at, id LIMIT 1
""".replace("{pending}", IN_INDEX[Status.PENDING])
OWNERS = """
SELECT m.name, m.totp_key IS NOT NULL FROM member AS m
JOIN membership AS s ON s.member_id = m.id
WHERE s.role = 'owner' AND s.site_id IS NULL AND m.disabled_at IS NULL ORDER BY m.name
"""


async def revision(db: Db) -> str | None:
    """Which schema the database has; None where it has none."""
    row = await db.fetch_one(REVISION)
    return str(row[0]) if row else None


async def damage(db: Db) -> list[str]:
    """What SQLite finds wrong with its file; it reads all of it."""
    rows = await db.fetch_all(QUICK_CHECK)
    return [str(row[0]) for row in rows if row[0] != "ok"]


async def oldest_waiting(db: Db) -> int | None:
    """When the comment was written that waits longest."""
    row = await db.fetch_one(OLDEST_WAITING)
    return int(row[0]) if row else None


async def owners(db: Db) -> dict[str, bool]:
    """Names of owners of every site who may sign in, and whether each has a second factor."""
    return {row[0]: bool(row[1]) for row in await db.fetch_all(OWNERS)}
