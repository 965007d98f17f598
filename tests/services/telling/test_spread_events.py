"""What happened is spread once, to whoever wants to hear of it."""

from __future__ import annotations

import pytest

from afterword.core.telling import Event, EventKind, NewMessage
from afterword.services.context import Context
from afterword.services.telling import spread_events as spreading
from afterword.storage import outbox
from afterword.storage.store import WriteDb
from tests.support.serving import Served

PAGE = "https://blog.example.org/notes/weir"


async def test_each_event_is_spread_once(app: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[EventKind] = []

    async def listen(ctx: Context, db: WriteDb, event: Event, now: int) -> None:
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
    async def stumble(ctx: Context, db: WriteDb, event: Event, now: int) -> None:
        await outbox.add(db, NewMessage(channel="mail", purpose=f"of {event.comment_id}"), now=now)
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
