"""What happened is spread once, to whoever wants to hear of it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from afterword.core.telling import Event, EventKind, NewMessage
from afterword.services.context import Context
from afterword.services.telling import spread_events as spreading
from afterword.storage import events, outbox
from afterword.storage.store import WriteDb
from tests.support.serving import Served

PAGE = "https://blog.example.org/notes/weir"


async def test_each_event_is_spread_once(app: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[EventKind] = []

    async def listen(ctx: Context, db: WriteDb, taken: Sequence[Event], now: int) -> None:
        for event in taken:
            heard.append(event.kind)
            message = NewMessage(channel="mail", purpose="test", once=f"test:{event.id}")
            await outbox.add(db, message, now=now)

    monkeypatch.setattr(spreading, "SPREAD", (listen,))
    monkeypatch.setattr(spreading, "BATCH", 2)
    await app.add_site("blog", "https://blog.example.org", hold="none")
    for _ in range(5):
        await app.comment(PAGE)
    assert await spreading.spread_events(app.context, now=app.clock.now) == 5
    assert await spreading.spread_events(app.context, now=app.clock.now) == 0
    assert heard == [EventKind.CREATED] * 5
    assert len(await outbox.due(app.context.store, 9, now=app.clock.now)) == 5


async def test_an_event_that_cannot_be_spread_holds_up_no_other(
    app: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def stumble(ctx: Context, db: WriteDb, taken: Sequence[Event], now: int) -> None:
        for event in taken:
            message = NewMessage(channel="mail", purpose=f"of {event.comment_id}")
            await outbox.add(db, message, now=now)
            if event.comment_id == 2:
                raise ValueError("a mistake")

    monkeypatch.setattr(spreading, "SPREAD", (stumble,))
    await app.add_site("blog", "https://blog.example.org", hold="none")
    for _ in range(3):
        await app.comment(PAGE)
    assert await spreading.spread_events(app.context, now=app.clock.now) == 3
    assert await spreading.spread_events(app.context, now=app.clock.now) == 0
    told = await outbox.due(app.context.store, 9, now=app.clock.now)
    assert sorted(each.purpose for each in told) == ["of 1", "of 3"]
    assert caplog.text.count("is told to nobody") == 1


async def test_what_comes_while_events_are_spread_waits_for_the_next_round(
    app: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else readers would not be told while comments come one after the other."""
    rounds: list[int] = []

    async def one_more(ctx: Context, db: WriteDb, taken: Sequence[Event], now: int) -> None:
        rounds.append(len(taken))
        events.add(db, taken[0].site_id, EventKind.SURGE_ENDED, now=now)

    monkeypatch.setattr(spreading, "SPREAD", (one_more,))
    await app.add_site("blog", "https://blog.example.org", hold="none")
    for _ in range(3):
        await app.comment(PAGE)
    assert await spreading.spread_events(app.context, now=app.clock.now) == 3
    assert await spreading.spread_events(app.context, now=app.clock.now) == 1
    assert rounds == [3, 1]
