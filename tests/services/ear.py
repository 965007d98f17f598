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
from afterword.services.live_outlet import Waiting
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
        sent = await taken(self.listener)
        self.sent += sent
        return events_in(b"".join(sent))

    @property
    def outlet(self) -> Waiting:
        """Where it goes as long as no stream has begun."""
        return outlet_of(self.listener)


def outlet_of(listener: Listener) -> Waiting:
    """Where it goes as long as no stream has begun."""
    assert isinstance(listener.outlet, Waiting)
    return listener.outlet


async def taken(listener: Listener) -> list[bytes]:
    """All that waits for it."""
    outlet = outlet_of(listener)
    assert not outlet._is_over, "let go"
    waiting = [await outlet.next() for _ in range(len(outlet._waiting))]
    return [telling.events for telling in waiting if telling]


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
