"""Webhooks hear of events: of one site or of every site, those that their owner chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.telling import NewMessage
from afterword.core.webhook import topic
from afterword.storage import outbox, webhooks

if TYPE_CHECKING:
    from afterword.core.telling import Event
    from afterword.services.context import Context
    from afterword.storage.store import WriteDb


async def to_webhooks(ctx: Context, db: WriteDb, event: Event, now: int) -> None:
    """A message for each webhook that is to be told of this."""
    kind = topic(event)
    if kind is None:
        return
    for webhook in await webhooks.hearing(db, event.site_id):
        if kind not in webhook.events:
            continue
        message = NewMessage(
            channel="webhook",
            purpose=kind.value,
            once=f"webhook:{webhook.id}:{event.id}",
            site_id=event.site_id,
            comment_id=event.comment_id,
            webhook_id=webhook.id,
            event_id=event.id,
            data={"at": event.at, **event.data},
        )
        await outbox.add(db, message, now=now)
