"""What became of each try to deliver a message: the log that answers *why did it not arrive*."""

from __future__ import annotations

from afterword.core.telling import Try
from afterword.storage.store import Db, WriteDb

ADD = """
INSERT INTO delivery_try (outbox_id, at, sent, answer) VALUES (:outbox_id, :now, :sent, :answer)
"""
OF = """
SELECT at, sent, answer FROM delivery_try WHERE outbox_id = :outbox_id ORDER BY id DESC LIMIT :limit
"""


def add(db: WriteDb, outbox_id: int, *, sent: bool, answer: str, now: int) -> None:
    """Note a try; the answer holds no address of a person."""
    values = {"outbox_id": outbox_id, "sent": int(sent), "answer": answer, "now": now}
    db.later(ADD, values)


async def of(db: Db, outbox_id: int, limit: int) -> list[Try]:
    """The last tries of a message, newest first."""
    rows = await db.fetch_all(OF, {"outbox_id": outbox_id, "limit": limit})
    return [Try(at=at, sent=bool(sent), answer=answer) for at, sent, answer in rows]
