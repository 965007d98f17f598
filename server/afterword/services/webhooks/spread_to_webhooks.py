"""Webhooks hear of events: of one site or of every site, those that their owner chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.telling import NewMessage
from afterword.core.webhook import topic
from afterword.storage import outbox, webhooks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.core.telling import Event, EventKind
    from afterword.core.webhook import Webhook
    from afterword.services.context import Context
    from afterword.storage.store import WriteDb


async def to_webhooks(ctx: Context, db: WriteDb, taken: Sequence[Event], now: int) -> None:
    """A message for each webhook that is to be told of one of these."""
    heard_on: dict[int, list[Webhook]] = {}
    for event in taken:
        kind = topic(event)
        if kind is None:
            continue
        if event.site_id not in heard_on:
            heard_on[event.site_id] = await webhooks.hearing(db, event.site_id)
        await _tell(db, event, kind, heard_on[event.site_id], now)


async def _tell(
    db: WriteDb, event: Event, kind: EventKind, heard: Sequence[Webhook], now: int
) -> None:
    for webhook in heard:
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
