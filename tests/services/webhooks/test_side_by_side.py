"""Webhooks are told side by side: a slow machine is waited for by itself, and never by the others."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest

from afterword.core.errors import Unavailable
from afterword.delivery.guarded_client import GuardedClient
from afterword.services.context import Context
from afterword.services.permission import COMMAND_LINE
from afterword.services.telling import deliver_outbox
from afterword.services.telling.deliver_outbox import AT_ONCE, Delivery
from afterword.services.telling.spread_events import spread_events
from afterword.services.webhooks.manage_webhooks import Wish, add_webhook
from afterword.storage import leases
from tests.support.elsewhere import Elsewhere, Heard, answer, elsewhere
from tests.support.serving import Served

PAGE = "https://blog.example.org/notes/weir"
PATIENCE = 20.0


@dataclass
class Gate:
    """An answer that waits until the gate is open."""

    open: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: int = 0
    most: int = 0

    async def __call__(self, writer: asyncio.StreamWriter, heard: Heard) -> None:
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        await self.open.wait()
        self.waiting -= 1
        await answer(b"ok")(writer, heard)


@dataclass
class Side:
    """A server with webhooks, and the machines that they lead to."""

    app: Served
    ctx: Context
    others: list[Elsewhere]

    async def write(self, number: int) -> None:
        for _ in range(number):
            sent = await self.app.comment(PAGE)
            assert sent.status_code == 201, sent.text
        await spread_events(self.ctx, now=self.app.clock.now)

    def begin(self) -> asyncio.Task[int]:
        return asyncio.create_task(Delivery(self.ctx, self.app.clock).deliver("webhook"))

    def heard(self, at: int) -> list[int]:
        return [json.loads(each.body)["data"]["comment"]["id"] for each in self.others[at].heard]

    async def states(self) -> set[str]:
        return {row[0] for row in await self.ctx.store.fetch_all("SELECT state FROM outbox")}


@asynccontextmanager
async def side_by_side(app: Served, *answers: Callable[..., object]) -> AsyncIterator[Side]:
    async with AsyncExitStack() as stack:
        others = [await stack.enter_async_context(elsewhere(each)) for each in answers]
        hosts = tuple(each.authority for each in others)
        settings = replace(app.settings, allow_hosts=hosts)
        ctx = replace(app.context, settings=settings, client=GuardedClient(hosts))
        stack.push_async_callback(ctx.client.close)
        site = await app.add_site("blog", "https://blog.example.org", hold="none")
        for each in others:
            wish = Wish(each.url, "events", ("comment.approved",))
            await add_webhook(ctx, COMMAND_LINE, site.id, wish, now=app.clock.now)
        yield Side(app, ctx, others)


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not is_so():
            await asyncio.sleep(0.005)


async def test_others_are_told_all_while_a_slow_one_is_waited_for(app: Served) -> None:
    slow = Gate()
    async with side_by_side(app, slow, answer(b"ok")) as side:
        await side.write(4)
        task = side.begin()
        await until(lambda: len(side.heard(1)) == 4)
        assert (slow.waiting, task.done()) == (1, False)
        slow.open.set()
        assert await task == 8
        assert await side.states() == {"sent"}


async def test_each_is_told_in_order_and_one_thing_at_a_time(app: Served) -> None:
    first, second = Gate(), Gate()
    first.open.set()
    second.open.set()
    async with side_by_side(app, first, second) as side:
        await side.write(5)
        await side.begin()
        assert side.heard(0) == side.heard(1) == sorted(side.heard(0))
        assert (first.most, second.most) == (1, 1)


async def test_so_many_at_once_and_no_more(app: Served) -> None:
    gate = Gate()
    async with side_by_side(app, *[gate] * (AT_ONCE + 2)) as side:
        await side.write(1)
        task = side.begin()
        await until(lambda: gate.waiting == AT_ONCE)
        gate.open.set()
        assert await task == AT_ONCE + 2
        assert gate.most == AT_ONCE


async def test_whoever_was_served_longest_ago_comes_first(app: Served) -> None:
    """However much waits for slow ones, and however long."""
    slow = Gate()
    async with side_by_side(app, *[slow] * AT_ONCE, answer(b"ok")) as side:
        await side.write(3)
        task = side.begin()
        await until(lambda: slow.waiting == AT_ONCE)
        assert side.heard(AT_ONCE) == []
        before = sum(len(side.heard(at)) for at in range(AT_ONCE))
        slow.open.set()
        await until(lambda: len(side.heard(AT_ONCE)) > 0)
        again = [at for at in range(AT_ONCE) if len(side.heard(at)) > 2]
        assert (before, again) == (AT_ONCE, [])
        await task


async def test_what_happens_meanwhile_is_told_to_those_who_are_free(
    app: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver_outbox, "LOOK_AGAIN", 0.01)
    slow = Gate()
    async with side_by_side(app, slow, answer(b"ok")) as side:
        await side.write(1)
        task = side.begin()
        await until(lambda: len(side.heard(1)) == 1 and slow.waiting == 1)
        await side.write(1)
        await until(lambda: len(side.heard(1)) == 2)
        assert slow.waiting == 1
        slow.open.set()
        await task


async def test_of_several_processes_one_tells(app: Served) -> None:
    async with side_by_side(app, answer(b"ok"), answer(b"ok")) as side:
        await side.write(6)
        for _ in range(2):
            await asyncio.gather(*(side.begin() for _ in range(4)))
        assert sorted(side.heard(0)) == sorted(set(side.heard(0)))
        assert (len(side.heard(0)), len(side.heard(1))) == (6, 6)
        assert await side.states() == {"sent"}


async def test_a_lease_that_was_lost_ends_it_after_what_is_under_way(app: Served) -> None:
    slow = Gate()
    async with side_by_side(app, slow, slow) as side:
        await side.write(2)
        task = side.begin()
        await until(lambda: slow.waiting == 2)
        async with side.ctx.store.write() as db:
            await db.execute("UPDATE lease SET holder = 'other', ends_at = ends_at + 1000000")
        slow.open.set()
        with pytest.raises(Unavailable, match="taken over"):
            await task
        assert (len(side.heard(0)), len(side.heard(1))) == (1, 1)
        async with side.ctx.store.write() as db:
            await leases.give_back(db, "deliver:webhook", "other")
        await side.begin()
        assert (len(side.heard(0)), len(side.heard(1))) == (2, 2)


async def test_what_is_under_way_comes_to_its_end_when_the_server_ends(app: Served) -> None:
    slow = Gate()
    async with side_by_side(app, slow, slow) as side:
        await side.write(2)
        task = side.begin()
        await until(lambda: slow.waiting == 2)
        task.cancel()
        slow.open.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (len(side.heard(0)), len(side.heard(1))) == (1, 1)
        await side.begin()
        assert (len(side.heard(0)), len(side.heard(1))) == (2, 2)
        assert await side.states() == {"sent"}


async def test_while_all_rest_nothing_is_looked_at(app: Served) -> None:
    async with side_by_side(app, answer(b"", "503 Down")) as side:
        await side.write(3)
        assert await side.begin() == 1
        assert await side.begin() == 0
        app.clock.advance(31)
        assert await side.begin() == 1
