"""Of which comments readers were told: once and for all, in batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from afterword.storage.store import Db, WriteDb

BEGIN = """
INSERT INTO telling (comment_id, begun_at, after_id)
SELECT id, CAST(:now AS BIGINT), CAST(:after_id AS BIGINT) FROM comment WHERE id IN (:ids)
ON CONFLICT (comment_id) DO NOTHING
"""
PUBLIC = """
SELECT id FROM comment WHERE id IN (:ids) AND status = 'approved' AND created_at > :since ORDER BY id
"""
NEXT = """
SELECT comment_id, after_id FROM telling WHERE after_id IS NOT NULL ORDER BY comment_id LIMIT 1
"""
GO_ON = "UPDATE telling SET after_id = :after_id WHERE comment_id = :comment_id"
BREAK_OFF = "DELETE FROM telling WHERE comment_id = :comment_id"


@dataclass(frozen=True, slots=True)
class Telling:
    """A comment of which readers are being told."""

    comment_id: int
    after_id: int
    """Up to which mailbox they were."""


async def public(db: Db, comment_ids: Sequence[int], *, since: int) -> list[int]:
    """Those of these comments that everybody can read and that were written since then."""
    rows = await db.fetch_all(PUBLIC, {"ids": list(comment_ids), "since": since})
    return [row[0] for row in rows]


def begin(db: WriteDb, comment_ids: Sequence[int], *, now: int, is_over: bool = False) -> None:
    """Readers are to be told of these comments, unless they were; `is_over`: there is nobody to tell."""
    if comment_ids:
        values = {"ids": list(comment_ids), "now": now, "after_id": None if is_over else 0}
        db.later(BEGIN, values)


async def unfinished(db: Db) -> Telling | None:
    """One that goes on."""
    row = await db.fetch_one(NEXT)
    return Telling(*row) if row else None


def go_on(db: WriteDb, comment_id: int, after_id: int | None) -> None:
    """They were told up to this mailbox; None for all of them."""
    db.later(GO_ON, {"comment_id": comment_id, "after_id": after_id})


def break_off(db: WriteDb, comment_id: int) -> None:
    """As if it had never begun: it is not public any more, and may be again."""
    db.later(BREAK_OFF, {"comment_id": comment_id})
