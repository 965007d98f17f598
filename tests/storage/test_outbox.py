"""A message waits until it is due, and is there once."""

from __future__ import annotations

from afterword.core.model import Site
from afterword.core.telling import NewMessage
from afterword.storage import outbox
from afterword.storage.store import Store


async def test_a_message_waits_until_it_is_due_and_is_there_once(store: Store, site: Site) -> None:
    message = NewMessage(channel="mail", purpose="test", once="test:1", site_id=site.id)
    async with store.write() as db:
        added = await outbox.add(db, message, now=10, due_at=20)
        assert await outbox.add(db, message, now=11) is None
    assert await outbox.due(store, 9, now=19) == []
    (due,) = await outbox.due(store, 9, now=20)
    assert (due.id, due.purpose, due.tries, due.state) == (added, "test", 0, "waiting")
    assert len(due.message_id) == 32
