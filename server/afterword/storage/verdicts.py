"""Score sheets: what screening said of a comment, and why."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from afterword.core.model import Outcome, Reason, Verdict
from afterword.storage.store import Db, WriteDb

# A revised comment is screened again, and the newer sheet counts.
PUT = """
INSERT INTO verdict (comment_id, outcome, reasons, at) VALUES (:comment_id, :outcome, :reasons, :now)
ON CONFLICT (comment_id) DO UPDATE
SET outcome = excluded.outcome, reasons = excluded.reasons, at = excluded.at
"""
OF = "SELECT comment_id, outcome, reasons FROM verdict WHERE comment_id IN (:ids)"


def put(db: WriteDb, comment_id: int, verdict: Verdict, *, now: int) -> None:
    """Keep the verdict on a comment, in place of an earlier one."""
    reasons = msgspec.json.encode(verdict.reasons).decode()
    values = {"comment_id": comment_id, "outcome": verdict.outcome.value, "reasons": reasons}
    db.later(PUT, {**values, "now": now})


async def of(db: Db, ids: Sequence[int]) -> dict[int, Verdict]:
    """Verdicts by comment id, of those that have one."""
    rows = await db.fetch_all(OF, {"ids": list(ids)})
    return {row[0]: Verdict(Outcome(row[1]), reasons_of(row[2])) for row in rows}


def reasons_of(text: str | None) -> tuple[Reason, ...]:
    """Reasons as they are stored; none where there is no sheet."""
    return msgspec.json.decode(text, type=tuple[Reason, ...]) if text else ()
