"""Work that only one process may do at a time, by name."""

from __future__ import annotations

from afterword.storage.store import Db, WriteDb

TAKE = """
INSERT INTO lease (name, holder, ends_at) VALUES (:name, :holder, :ends_at)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, ends_at = excluded.ends_at
WHERE lease.holder = excluded.holder OR lease.ends_at <= :now
RETURNING name
"""
ENDS_AT = "SELECT ends_at FROM lease WHERE name = :name"
HELD = "SELECT holder, ends_at FROM lease WHERE name = :name"
DROP_ALL = "DELETE FROM lease WHERE holder = :holder"
GIVE_BACK = "DELETE FROM lease WHERE name = :name AND holder = :holder"


async def take(db: WriteDb, name: str, holder: str, *, ends_at: int, now: int) -> bool:
    """Whether the holder has the work until then: it had it before, or nobody does."""
    values = {"name": name, "holder": holder, "ends_at": ends_at, "now": now}
    return await db.fetch_one(TAKE, values) is not None


async def give_back(db: WriteDb, name: str, holder: str) -> None:
    """Let another process take it at once."""
    await db.execute(GIVE_BACK, {"name": name, "holder": holder})


async def held(db: Db, name: str) -> tuple[str, int] | None:
    """Who has the work, and until when; None where nobody does."""
    row = await db.fetch_one(HELD, {"name": name})
    return (str(row[0]), int(row[1])) if row else None


async def drop_all(db: WriteDb, holder: str) -> None:
    """Let others take at once whatever this holder had."""
    await db.execute(DROP_ALL, {"holder": holder})


async def ends_at(db: Db, name: str) -> int:
    """Until when somebody has the work; 0 where nobody ever had it."""
    row = await db.fetch_one(ENDS_AT, {"name": name})
    return int(row[0]) if row else 0
