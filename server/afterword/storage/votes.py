"""Votes of readers on comments: one a device, and one a network address for as long as it is known."""

from __future__ import annotations

from afterword.storage.store import Db, WriteDb

OF = "SELECT value FROM vote WHERE comment_id = :comment_id AND voter = :voter"
# Where a vote is changed, it stays of the day and the address at which it was given first.
PUT = """
INSERT INTO vote (comment_id, voter, address, value, at)
VALUES (:comment_id, :voter, :address, :value, :now)
ON CONFLICT (comment_id, voter) DO UPDATE SET value = excluded.value
"""
DROP = "DELETE FROM vote WHERE comment_id = :comment_id AND voter = :voter"
COUNT = """
UPDATE comment SET up = up + :up, down = down + :down, points = points + :up - :down
WHERE id = :comment_id
"""
FORGET = "UPDATE vote SET address = NULL WHERE address IS NOT NULL AND at < :before"


async def of(db: Db, comment_id: int, voter: str) -> int:
    """The vote of this device on the comment, 0 where it has none."""
    row = await db.fetch_one(OF, {"comment_id": comment_id, "voter": voter})
    return int(row[0]) if row else 0


async def put(
    db: WriteDb, comment_id: int, voter: str, value: int, *, before: int, address: str, now: int
) -> None:
    """Have 1, -1 or 0 for none as the vote of this device, which was `before`; inside `changing`.

    AlreadyThere where another device has voted at this address.
    """
    values = {"comment_id": comment_id, "voter": voter}
    if value:
        await db.execute(PUT, {**values, "address": address, "value": value, "now": now})
    else:
        await db.execute(DROP, values)
    up, down = ((value == each) - (before == each) for each in (1, -1))
    await db.execute(COUNT, {"comment_id": comment_id, "up": up, "down": down})


async def forget_addresses(db: WriteDb, before: int) -> None:
    """Keep no address of a vote that was given before then."""
    await db.execute(FORGET, {"before": before})
