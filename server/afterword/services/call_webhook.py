"""Telling a webhook: one message, once, with what follows from the answer.

A webhook that fails is left alone for a while, longer each time, so that nobody else waits for it; one
that says *gone*, or that has failed for a day, is paused until its owner looks after it.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from afterword.core import webhook as rules
from afterword.core.hook_templates import call
from afterword.delivery.webhook import Posted, post
from afterword.storage import webhooks

if TYPE_CHECKING:
    from afterword.core.hook_event import Told
    from afterword.core.webhook import Webhook
    from afterword.services.context import Context

log = logging.getLogger(__name__)


async def tell(ctx: Context, webhook: Webhook, told: Told, *, now: int) -> Posted:
    """Sends it, whatever was before and whatever comes of it."""
    secrets = ctx.tokens.webhook_secrets(webhook.id, webhook.seed)
    return await post(ctx.client, call(webhook.template, webhook.url, told), secrets, now=now)


async def note(ctx: Context, webhook: Webhook, posted: Posted, *, now: int) -> None:
    """Keeps in mind how it went, for the next time."""
    if posted.sent and not webhook.failures:
        return
    async with ctx.store.write() as db:
        if posted.sent:
            await webhooks.worked(db, webhook.id)
            return
        counted = await webhooks.failed(db, webhook.id, now=now)
        if counted is None:
            return
        failures, since = counted
        await webhooks.let_rest(db, webhook.id, now + rules.rest(failures))
        if posted.is_gone:
            await webhooks.pause(db, webhook.id, "gone", now=now)
        elif rules.is_given_up(failures, since, now):
            await webhooks.pause(db, webhook.id, "failing", now=now)
        else:
            return
    log.warning("Webhook %d is paused: %s", webhook.id, posted.answer)
