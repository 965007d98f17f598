"""From what happened to who is told: each event becomes messages in the outbox, once.

Events are written by the statements that change comments, so that no path can leave one out; who is to
hear of them is decided here, beside the requests, and in one transaction with the mark that it is done.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from afterword.core.errors import Unavailable
from afterword.services.telling.manage_subscriptions import ask_owners
from afterword.services.telling.surge_mail import tell_of_surge
from afterword.services.telling.tell_members import tell_members
from afterword.services.telling.tell_readers import begin_telling, tell_readers
from afterword.services.webhooks.spread_to_webhooks import to_webhooks
from afterword.storage import events

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from afterword.core.telling import Event
    from afterword.services.context import Context
    from afterword.storage.store import WriteDb

    Spread = Callable[[Context, WriteDb, Sequence[Event], int], Awaitable[None]]

BATCH = 100
"""Events in one transaction, so that nobody waits long for the writer."""
SPREAD: tuple[Spread, ...] = (
    ask_owners,
    begin_telling,
    tell_members,
    tell_of_surge,
    to_webhooks,
)
"""Who may want to hear of events: each puts messages into the outbox (`storage.outbox.add`).

Each takes all that are spread together, oldest first: what many of them need is asked once, so that a comment
that nobody is to be told of costs next to nothing here.
"""

log = logging.getLogger(__name__)


async def spread_events(ctx: Context, *, now: int) -> int:
    """Spreads what has happened since; how many events there were."""
    done = 0
    while await events.is_any_to_spread(ctx.store):  # each second nothing is written for nothing
        some = await _spread_some(ctx, BATCH, now)
        done += some
        if some < BATCH:
            # What has come meanwhile is of the next round: else, where one comes after the other, each
            # would be a write of its own, and readers would never be told.
            break
    while await tell_readers(ctx, now=now):
        pass
    return done


async def _spread_some(ctx: Context, most: int, now: int) -> int:
    """Spreads the oldest; one that cannot be spread, by a mistake of ours, holds up no other."""
    taken: list[Event] = []
    try:
        # Not at once: where many are told of each event, that takes longer than comments should wait for.
        async with ctx.store.write() as db:
            taken = await events.take(db, most, now=now)
            for spread in SPREAD:
                await spread(ctx, db, taken, now)
    except Unavailable:
        raise
    except Exception:
        if not taken:
            raise
        if len(taken) > 1:
            return sum([await _spread_some(ctx, 1, now) for _ in taken])
        log.exception("The event %d (%s) is told to nobody", taken[0].id, taken[0].kind)
        async with ctx.store.write() as db:
            await events.take(db, 1, now=now)
    return len(taken)
