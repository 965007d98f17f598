"""Somebody who listens to a page, and all that is told to them.

async with ear(ctx) as reader:
    ...
    (event,) = await reader.heard()
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from afterword.core.page_key import PageClaim
from afterword.services.context import Context
from afterword.services.live_rooms import Listener
from afterword.services.reading.follow_thread import Following, follow_thread
from tests.services.builders import ORIGIN, POST
from tests.support.events import Event, events_in


@dataclass
class Ear:
    """A listener, and all that it was sent."""

    ctx: Context
    listener: Listener
    missed: bytes
    sent: list[bytes] = field(default_factory=list)

    async def heard(self) -> list[Event]:
        """What it was told since it was last asked; nothing where nothing is waiting."""
        # Telling waits for news, so that without any it would go on waiting.
        if self.ctx.live._news.is_set():
            await self.ctx.live.tell()
        sent = []
        while self.listener._queue.qsize():
            sent.append(await self.listener.next())
        self.sent += filter(None, sent)
        assert None not in sent, "let go"
        return events_in(b"".join(filter(None, sent)))


@asynccontextmanager
async def ear(
    ctx: Context, url: str = POST, *, since: int | None = 0, claim: PageClaim | None = None
) -> AsyncIterator[Ear]:
    wanted = Following(claim or PageClaim(url), since=since, origin=ORIGIN)
    listener, missed = await follow_thread(ctx, wanted, b"somebody")
    try:
        yield Ear(ctx, listener, missed)
    finally:
        ctx.live.leave(listener)


async def heard_from_start(ctx: Context, since: int = 0) -> list[Event]:
    async with ear(ctx, since=since) as late:
        return events_in(late.missed)
