"""How often somebody did something, where several processes count together.

The same buckets as in memory: each taken token fills one by a step, it leaks evenly, and over its rim is no
more. Levels are whole numbers (milliseconds times the count of the rate), so that no rounding adds up.
"""

from __future__ import annotations

from math import ceil

from afterword.core.rate import Rate
from afterword.storage.store import Db, WriteDb

# What is left in the bucket now. Two processes may ask in another order than their clocks say.
_LEFT = """rate_bucket.level
    - CASE WHEN :now > rate_bucket.at THEN :now - rate_bucket.at ELSE 0 END * :count"""
_FILLED = f"CASE WHEN {_LEFT} > 0 THEN {_LEFT} ELSE 0 END + :step"
# Only columns, constants and values: of two at the same moment, the second sees what the first took.
TAKE = """
INSERT INTO rate_bucket (key, level, at) VALUES (:key, :step, :now)
ON CONFLICT (key) DO UPDATE
SET level = {filled}, at = CASE WHEN :now > rate_bucket.at THEN :now ELSE rate_bucket.at END
WHERE {filled} <= :rim
RETURNING level
""".replace("{filled}", _FILLED)
FIND = "SELECT level, at FROM rate_bucket WHERE key = :key"
# The update that changes nothing that counts locks the row until the commit.
LOCK = """
INSERT INTO rate_bucket (key, level, at) VALUES (:key, 0, :now)
ON CONFLICT (key) DO UPDATE SET at = excluded.at
"""
DROP_BEFORE = """
DELETE FROM rate_bucket WHERE key IN (
    SELECT key FROM rate_bucket WHERE at < :before LIMIT :limit
)
RETURNING key
"""


async def take(db: WriteDb, key: str, rate: Rate, *, now: int) -> int:
    """Take one token; 0, or the seconds until there is one again, and then nothing was taken."""
    if rate.count == 0:
        return 0
    step = rate.seconds * 1000
    values = {"key": key, "step": step, "now": now, "count": rate.count, "rim": rate.count * step}
    if await db.fetch_one(TAKE, values) is not None:
        return 0
    return await _wait(db, key, rate, now)


async def _wait(db: Db, key: str, rate: Rate, now: int) -> int:
    row = await db.fetch_one(FIND, {"key": key})
    level, at = (int(row[0]), int(row[1])) if row else (0, now)
    step = rate.seconds * 1000
    over = max(0, level - max(0, now - at) * rate.count) + step - rate.count * step
    return max(1, ceil(over / rate.count / 1000))


async def lock(db: WriteDb, key: str, *, now: int) -> None:
    """Until this write is over, nobody else gets past here with the same key."""
    await db.execute(LOCK, {"key": key, "now": now})


async def drop_before(db: WriteDb, before: int, limit: int) -> int:
    """Delete some that nobody has used since; how many."""
    return len(await db.fetch_all(DROP_BEFORE, {"before": before, "limit": limit}))
