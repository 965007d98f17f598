"""Readers whom a site knows, as tests need them."""

from __future__ import annotations

from afterword.core.model import Site
from afterword.services.context import Context
from afterword.services.readers.reader_session import OpenedSession, open_reader_session
from afterword.storage import readers
from tests.services.builders import NOW

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

ADD_MAILBOX = """
INSERT INTO mailbox (email, key, created_at, confirmed_at) VALUES (:email, :key, :now, :now)
ON CONFLICT (key) DO UPDATE SET email = excluded.email RETURNING id
"""


async def known(
    ctx: Context, site: Site, email: str = "ines@example.org", *, now: int = NOW
) -> OpenedSession:
    """Somebody who has confirmed this address on that site, signed in on one more device."""
    key = ctx.hashes.author_by_email(site.id, email)
    async with ctx.store.write() as db:
        values = {"email": email, "key": ctx.hashes.mailbox(email), "now": now}
        row = await db.fetch_one(ADD_MAILBOX, values)
        assert row is not None
        reader = await readers.put(db, site.id, key, mailbox_id=row[0], now=now)
        return await open_reader_session(ctx, db, reader, agent=AGENT, now=now)
