"""From what happened to who is told: each event becomes messages in the outbox, once.

Events are written by the statements that change comments, so that no path can leave one out; who is to
hear of them is decided here, beside the requests, and in one transaction with the mark that it is done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.services.manage_subscriptions import ask_owner
from afterword.services.spread_to_webhooks import to_webhooks
from afterword.services.surge_mail import tell_of_surge
from afterword.services.tell_members import tell_members
from afterword.services.tell_readers import begin_telling, tell_readers
from afterword.storage import events

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from afterword.core.telling import Event
    from afterword.services.context import Context
    from afterword.storage.store import WriteDb

    Spread = Callable[[Context, WriteDb, Event, int], Awaitable[None]]

BATCH = 100
"""Events in one transaction, so that nobody waits long for the writer."""
SPREAD: tuple[Spread, ...] = (
    ask_owner,
    begin_telling,
    tell_members,
    tell_of_surge,
    to_webhooks,
)
"""Who may want to hear of an event: each puts messages into the outbox (`storage.outbox.add`)."""


async def spread_events(ctx: Context, *, now: int) -> int:
    """Spreads what has happened since; how many events there were."""
    done = 0
    while await events.is_any_to_spread(ctx.store):  # each second nothing is written for nothing
        async with ctx.store.write() as db:
            taken = await events.take(db, BATCH, now=now)
            for event in taken:
                for spread in SPREAD:
                    await spread(ctx, db, event, now)
        done += len(taken)
    while await tell_readers(ctx, now=now):
        pass
    return done
