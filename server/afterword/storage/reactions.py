"""What readers answered a page with: one a device, and one a network address while it is known."""

from __future__ import annotations

from afterword.storage.store import Db, WriteDb

OF = "SELECT reaction FROM reaction WHERE page_id = :page_id AND voter = :voter"
# Where it is changed, it stays of the day and the address at which it was given first.
PUT = """
INSERT INTO reaction (page_id, voter, address, reaction, at)
VALUES (:page_id, :voter, :address, :reaction, :now)
ON CONFLICT (page_id, voter) DO UPDATE SET reaction = excluded.reaction
"""
DROP = "DELETE FROM reaction WHERE page_id = :page_id AND voter = :voter"
FORGET = "UPDATE reaction SET address = NULL WHERE address IS NOT NULL AND at < :before"


async def of(db: Db, page_id: int, voter: str) -> str | None:
    """The reaction of this device to the page, None where it has none."""
    row = await db.fetch_one(OF, {"page_id": page_id, "voter": voter})
    return str(row[0]) if row else None


async def put(
    db: WriteDb, page_id: int, voter: str, reaction: str | None, *, address: str, now: int
) -> None:
    """Have this reaction of the device, or none; AlreadyThere where another one is of this address."""
    values = {"page_id": page_id, "voter": voter}
    if reaction is None:
        await db.execute(DROP, values)
    else:
        await db.execute(PUT, {**values, "address": address, "reaction": reaction, "now": now})


async def forget_addresses(db: WriteDb, before: int) -> None:
    """Keep no address of a reaction that was given before then."""
    await db.execute(FORGET, {"before": before})
