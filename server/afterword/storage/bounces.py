"""Mailboxes that a mail server says are not there."""

from __future__ import annotations

from afterword.storage.store import WriteDb

NOTE = """
UPDATE mailbox SET bounced_at = :now WHERE id = :id AND bounced_at IS NULL
"""


async def note(db: WriteDb, mailbox_id: int, *, now: int) -> None:
    """Note that nothing reaches it; who makes mails looks at that before the next one."""
    await db.execute(NOTE, {"id": mailbox_id, "now": now})
