"""Telling a webhook: one message, once, with what follows from the answer.

A webhook that fails is left alone for a while, longer each time or as long as it asks for; one
that says *gone*, or that has failed for a day, is paused until its owner looks after it.
"""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from afterword.core import webhook as rules
from afterword.core.hook_templates import call
from afterword.core.telling import DROPPED, Outcome
from afterword.delivery.webhook import Posted, post
from afterword.services.webhooks.hook_told import told_of
from afterword.storage import webhooks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from afterword.core.hook_event import Told
    from afterword.core.telling import Message
    from afterword.core.webhook import PauseReason, Webhook
    from afterword.services.context import Context
    from afterword.storage.store import WriteDb

log = logging.getLogger(__name__)


@asynccontextmanager
async def open_webhooks(
    ctx: Context,
) -> AsyncIterator[Callable[[Message, int], Awaitable[Outcome]]]:
    """What delivers one message after the other; nothing is held open between them."""
    yield partial(call_webhook, ctx)


async def call_webhook(ctx: Context, message: Message, now: int) -> Outcome:
    """Tells the webhook of a message; one that is paused is told nothing."""
    webhook = await webhooks.get(ctx.store, message.webhook_id) if message.webhook_id else None
    if webhook is None or webhook.paused_at is not None:
        return DROPPED
    told = await told_of(ctx, webhook, message)
    if told is None:
        return DROPPED
    posted = await tell(ctx, webhook, told, now=now)
    is_over = await _note(ctx, webhook, posted, now=now)
    if posted.sent:
        return Outcome("sent", posted.answer)
    return Outcome("failed" if is_over else "waiting", posted.answer, asked=posted.retry_after)


async def tell(ctx: Context, webhook: Webhook, told: Told, *, now: int) -> Posted:
    """Sends it, whatever was before and whatever comes of it."""
    secrets = ctx.tokens.webhook_secrets(webhook.id, webhook.seed)
    return await post(ctx.client, call(webhook.template, webhook.url, told), secrets, now=now)


async def _note(ctx: Context, webhook: Webhook, posted: Posted, *, now: int) -> bool:
    """Keeps in mind how it went, for the next time; whether the webhook is paused for it."""
    if posted.sent and not webhook.failures:
        return False
    async with ctx.store.write() as db:
        if posted.sent:
            await webhooks.worked(db, webhook.id)
            return False
        why = await _failed(db, webhook.id, posted, now)
    if why is not None:
        log.warning("Webhook %d is paused: %s", webhook.id, posted.answer)
    return why is not None


async def _failed(db: WriteDb, webhook_id: int, posted: Posted, now: int) -> PauseReason | None:
    counted = await webhooks.failed(db, webhook_id, now=now)
    if counted is None:
        return None
    failures, since = counted
    await webhooks.let_rest(db, webhook_id, now + rules.rest(failures, posted.retry_after))
    why: PauseReason | None = None
    if posted.is_gone:
        why = "gone"
    elif rules.is_given_up(failures, since, now):
        why = "failing"
    if why is not None:
        await webhooks.pause(db, webhook_id, why, now=now)
    return why
