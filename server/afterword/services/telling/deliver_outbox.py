"""From the outbox to those who are to be told: each channel by itself, one process at a time.

Mails go out one after the other, over one connection. Webhooks are told side by side, each in the order
in which its messages are due: nobody waits for another one's slow machine.

At least once, and once unless the machine stops between the answer of the other side and our note of
it: then the same message goes out again under the same id, by which it can be dropped.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from afterword.core.backoff import wait_after
from afterword.core.errors import Unavailable
from afterword.core.telling import Outcome
from afterword.services.telling.send_mail import can_send, open_mail
from afterword.services.telling.tell_readers import bring_back
from afterword.services.webhooks.call_webhook import open_webhooks
from afterword.storage import delivery_tries, leases, mailboxes, members, outbox

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping
    from contextlib import AbstractAsyncContextManager

    from afterword.core.telling import Channel, Message
    from afterword.services.context import Context
    from afterword.storage.store import WriteDb

    Deliver = Callable[[Message, int], Awaitable[Outcome]]

BATCH = 50
LEASE = 90_000
"""Milliseconds; it is prolonged with each message, none of which takes so long."""
GRACE = 5.0
"""Seconds that a message under way has when the server ends."""
AT_ONCE = 8
"""Webhooks that are told at the same time, each one thing after the other."""
LOOK_AGAIN = 1.0
"""Seconds after which those who have nothing under way are looked at while others are slow."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Way:
    """How the messages of a channel are delivered."""

    is_ready: Callable[[Context], bool]
    """Without it they wait, and are not tried."""
    open: Callable[[Context], AbstractAsyncContextManager[Deliver]]
    """What delivers one message, and raises nothing for what the other side does."""
    dropped: Callable[[Context, WriteDb, Message, int], Awaitable[None]] | None = None
    """What is done in the write that notes that a message was dropped."""
    side_by_side: bool = False
    """Whether each recipient has a machine of its own, so that a slow one is waited for by itself."""


CHANNELS: Mapping[Channel, Way] = {
    "mail": Way(can_send, open_mail, dropped=bring_back),
    "webhook": Way(lambda _: True, open_webhooks, side_by_side=True),
}
"""A line a channel."""


@dataclass
class Delivery:
    """What one process delivers."""

    ctx: Context
    clock: Callable[[], int]
    holder: str = field(default_factory=lambda: secrets.token_hex(8))
    _unnoted: dict[int, Outcome] = field(default_factory=dict)
    """What was delivered and could not be noted: it is not delivered again while we remember."""

    async def deliver(self, channel: Channel) -> int:
        """Delivers what is due, as far as nobody else does; how many messages were looked at."""
        way = CHANNELS[channel]
        if not way.is_ready(self.ctx) or not await self._due(channel, 1):
            return 0
        lease = f"deliver:{channel}"
        if not await self._lease(lease):
            return 0
        try:
            return await (self._side_by_side if way.side_by_side else self._in_turn)(channel, lease)
        finally:
            async with self.ctx.store.write() as db:
                await leases.give_back(db, lease, self.holder)

    async def _in_turn(self, channel: Channel, lease: str) -> int:
        done = 0
        while batch := await self._due(channel, BATCH):
            done += await self._all_of(batch, CHANNELS[channel], lease)
        return done

    async def _side_by_side(self, channel: Channel, lease: str) -> int:
        """Whoever was served longest ago comes first, so that none waits for all that another one has."""
        done = 0
        turns = count()
        served: dict[int | None, int] = {}
        busy: dict[asyncio.Task[tuple[Outcome, bool]], int | None] = {}
        async with CHANNELS[channel].open(self.ctx) as deliver:
            try:
                while True:
                    due = await self._due(channel, BATCH) if len(busy) < AT_ONCE else []
                    due.sort(key=lambda each: (served.get(each.webhook_id, -1), each.due_at))
                    idle = [each for each in due if each.webhook_id not in busy.values()]
                    for message in idle[: AT_ONCE - len(busy)]:
                        served[message.webhook_id] = next(turns)
                        work = self._one(message, deliver, lease, known=None)
                        busy[asyncio.ensure_future(work)] = message.webhook_id
                    if not busy:
                        return done
                    done += await _some_ended(busy, lease)
            finally:
                await _ended(busy)

    async def _due(self, channel: Channel, limit: int) -> list[Message]:
        if CHANNELS[channel].side_by_side:
            return await outbox.next_of_webhooks(self.ctx.store, now=self.clock())
        return await outbox.due(self.ctx.store, limit, now=self.clock(), channels=[channel])

    async def _lease(self, name: str) -> bool:
        async with self.ctx.store.write() as db:
            return await self._take(db, name)

    async def _take(self, db: WriteDb, name: str) -> bool:
        now = self.clock()
        return await leases.take(db, name, self.holder, ends_at=now + LEASE, now=now)

    async def _all_of(self, batch: list[Message], way: Way, lease: str) -> int:
        in_the_way: Outcome | None = None
        async with way.open(self.ctx) as deliver:
            for message in batch:
                outcome, has_lease = await _to_its_end(
                    self._one(message, deliver, lease, known=in_the_way)
                )
                in_the_way = outcome if outcome.of_all else None
                if not has_lease:
                    raise _lost(lease)
        return len(batch)

    async def _one(
        self, message: Message, deliver: Deliver, lease: str, *, known: Outcome | None
    ) -> tuple[Outcome, bool]:
        """Delivers a message and notes what came of it; and whether the lease is still ours."""
        outcome = (
            known or self._unnoted.get(message.id) or await _tried(deliver, message, self.clock())
        )
        self._unnoted[message.id] = outcome
        async with self.ctx.store.write() as db:
            has_lease = await self._take(db, lease)
            await note(db, message, outcome, now=self.clock())
            dropped = CHANNELS[message.channel].dropped
            if dropped is not None and outcome.state == "dropped":
                await dropped(self.ctx, db, message, self.clock())
        del self._unnoted[message.id]
        return outcome, has_lease


async def note(db: WriteDb, message: Message, outcome: Outcome, *, now: int) -> None:
    """Writes down what came of a message: settled, or when it is tried again."""
    tried = bool(outcome.answer)
    if tried:
        sent = outcome.state == "sent"
        delivery_tries.add(db, message.id, sent=sent, answer=outcome.answer, now=now)
    if outcome.bounced and message.mailbox_id is not None:
        mailboxes.bounced(db, message.mailbox_id, now=now)
    if outcome.bounced and message.member_id is not None:
        members.bounced(db, message.member_id, now=now)
    wait = wait_after(message.tries + 1, outcome.asked) if outcome.state == "waiting" else None
    if wait is not None:
        outbox.postpone(db, message.id, now + wait)
    else:
        state = "failed" if outcome.state == "waiting" else outcome.state
        outbox.settle(db, message.id, state, tried=tried, now=now)


async def _tried(deliver: Deliver, message: Message, now: int) -> Outcome:
    """What came of it; our own mistake in one message holds up no other."""
    try:
        outcome = await deliver(message, now)
    except Unavailable:
        raise
    except Exception:
        log.exception("The message %d (%s) cannot be made", message.id, message.purpose)
        return Outcome("waiting", "A mistake of ours: the log of the server has it")
    if outcome.state == "waiting":
        log.info("The message %d (%s) waits: %s", message.id, message.purpose, outcome.answer)
    elif outcome.state == "failed":
        log.warning("The message %d (%s) failed: %s", message.id, message.purpose, outcome.answer)
    return outcome


async def _to_its_end(work: Awaitable[tuple[Outcome, bool]]) -> tuple[Outcome, bool]:
    """Lets what has begun come to its end when the server ends, for a few seconds."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await _ended([task])
        raise


async def _some_ended(
    busy: dict[asyncio.Task[tuple[Outcome, bool]], int | None], lease: str
) -> int:
    """Waits a moment for some of them, and takes them out; how many."""
    ended, _ = await asyncio.wait(busy, timeout=LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED)
    for task in ended:
        del busy[task]
    if not all(has_lease for _, has_lease in await asyncio.gather(*ended)):
        raise _lost(lease)
    return len(ended)


async def _ended(tasks: Collection[asyncio.Task[tuple[Outcome, bool]]]) -> None:
    """Lets them come to their end, for a few seconds."""
    if tasks:
        await asyncio.wait(tasks, timeout=GRACE)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _lost(lease: str) -> Unavailable:
    return Unavailable(f"Another process has taken over the lease {lease}.")
