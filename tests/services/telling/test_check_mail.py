"""Mails that do not go out are found, each with what to do."""

from __future__ import annotations

from dataclasses import replace

from afterword.core.telling import NewMessage, Outcome
from afterword.services.context import Context
from afterword.services.telling.check_mail import HOUR, check_mail
from afterword.services.telling.deliver_outbox import note
from afterword.storage import outbox
from tests.support.serving import Served
from tests.support.smtp_sink import Sink


async def put(app: Served) -> None:
    async with app.context.store.write() as db:
        await outbox.add(db, NewMessage(channel="mail", purpose="test"), now=app.clock.now)


async def codes(app: Served, ctx: Context) -> list[str]:
    found = await check_mail(ctx, now=app.clock.now)
    assert all(each.fix for each in found)
    return [each.code for each in found]


async def test_without_mails_nothing_is_found(app: Served, sink: Sink) -> None:
    assert await codes(app, app.context) == []
    assert await codes(app, sink.context(app.context)) == []


async def test_mails_that_wait_for_a_server_or_too_long_are_found(app: Served, sink: Sink) -> None:
    await put(app)
    assert await codes(app, app.context) == ["mail_without_server"]
    assert await codes(app, sink.context(app.context)) == []
    app.clock.now += HOUR + 1
    assert await codes(app, sink.context(app.context)) == ["mail_waits"]


async def test_what_was_given_up_is_found_until_it_is_tried_again(app: Served, sink: Sink) -> None:
    await put(app)
    (message,) = await outbox.due(app.context.store, 1, now=app.clock.now)
    async with app.context.store.write() as db:
        await note(db, message, Outcome("failed", "550 No"), now=app.clock.now)
    assert await codes(app, sink.context(app.context)) == ["mail_failed"]


async def test_a_password_that_goes_in_the_clear_is_found(app: Served, sink: Sink) -> None:
    ctx = sink.context(app.context, user="afterword", password="x")
    assert await codes(app, ctx) == []
    assert ctx.mail_server is not None
    far = replace(ctx, mail_server=replace(ctx.mail_server, host="smtp.example.org"))
    assert await codes(app, far) == ["mail_in_the_clear"]
    safe = replace(ctx, mail_server=replace(ctx.mail_server, host="a.example", security="tls"))
    assert await codes(app, safe) == []
