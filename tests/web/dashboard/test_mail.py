"""The page of the outbox: what failed and why, trying again, and a test that says what to change."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterword.core.model import Role
from afterword.core.telling import NewMessage, Outcome
from afterword.services.telling.deliver_outbox import note
from afterword.services.webhooks.manage_webhooks import Wish, add_webhook
from afterword.storage import outbox
from tests.support.api import program
from tests.support.forms import new_member, signed_in
from tests.support.serving import Served, serving, settings_for
from tests.support.smtp_sink import Sink

MAIL = "/dashboard/mail"
ADMIN = "/api/v1/admin/mail"


async def put(app: Served, outcome: Outcome | None = None) -> int:
    """A message, and what came of its first try."""
    now = app.clock.now
    async with app.context.store.write() as db:
        added = await outbox.add(db, NewMessage(channel="mail", purpose="reply"), now=now)
        assert added is not None
    if outcome is not None:
        message = next(
            each for each in await outbox.due(app.context.store, 99, now=now) if each.id == added
        )
        async with app.context.store.write() as db:
            await note(db, message, outcome, now=now)
    return added


async def test_without_a_mail_server_the_page_says_what_to_set(app: Served) -> None:
    await put(app)
    await new_member(app, "lea@example.org", role=Role.OWNER)
    lea = await signed_in(app, "lea@example.org")
    page = await lea.get(MAIL)
    assert "Set AFTERWORD_SMTP_HOST and AFTERWORD_MAIL_FROM" in page.text
    assert "New comment, to a reader who asked to be told" in page.text
    assert "Send the test" not in page.text
    client = await program(app, await new_member(app, "kim@example.org", role=Role.OWNER))
    refused = await client.post(f"{ADMIN}/test", json={"to": "kim@example.org"})
    assert refused.status_code == 409
    assert "No mail server is named." in refused.text


async def test_what_failed_is_shown_with_its_answer_and_tried_again(app: Served) -> None:
    first = await put(app, Outcome("failed", "550 5.7.1 <b>No</b>"))
    second = await put(app, Outcome("failed", "550 5.7.1 No"))
    await new_member(app, "lea@example.org", role=Role.OWNER)
    lea = await signed_in(app, "lea@example.org")
    page = await lea.get(f"{MAIL}?state=failed")
    assert "550 5.7.1 <b>No</b>" in page.text
    assert "<b>No</b>" not in page.html
    form = page.form(MAIL, act="retry", message=first)
    assert "It is tried again" in (await lea.send(form)).text
    due = await outbox.due(app.context.store, 9, now=app.clock.now)
    assert [(each.id, each.tries) for each in due] == [(first, 0)]
    every = (await lea.get(f"{MAIL}?state=failed")).forms
    (all_of_them,) = [each for each in every if "Try all of them again" in each.buttons]
    await lea.send(all_of_them, "Try all of them again")
    due = await outbox.due(app.context.store, 9, now=app.clock.now)
    assert {each.id for each in due} == {first, second}
    assert (await lea.send(form)).status == 404


async def test_what_waits_for_its_next_try_can_be_tried_at_once(app: Served) -> None:
    waits = await put(app, Outcome("waiting", "451 4.3.0 Later"))
    assert await outbox.due(app.context.store, 9, now=app.clock.now) == []
    await new_member(app, "lea@example.org", role=Role.OWNER)
    lea = await signed_in(app, "lea@example.org")
    page = await lea.get(MAIL)
    assert "1 try so far" in page.text
    await lea.send(page.form(MAIL, act="retry", message=waits))
    assert len(await outbox.due(app.context.store, 9, now=app.clock.now)) == 1


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MODERATOR])
async def test_it_is_for_owners_of_every_site(app: Served, role: Role) -> None:
    await new_member(app, "mo@example.org", role=role)
    mo = await signed_in(app, "mo@example.org")
    assert (await mo.get(MAIL)).status == 403
    assert MAIL not in (await mo.get("/dashboard/queue")).html


async def test_a_test_goes_to_the_member_and_says_what_to_change(
    tmp_path: Path, ready_url: str, sink: Sink
) -> None:
    async with serving(settings_for(tmp_path / "data", ready_url, **sink.settings)) as app:
        await new_member(app, "lea@example.org", role=Role.OWNER)
        lea = await signed_in(app, "lea@example.org")
        form = (await lea.get(MAIL)).form(MAIL, act="test", to="lea@example.org")
        assert "The test mail was sent." in (await lea.send(form)).text
        (mail,) = sink.mails
        assert (mail["To"], mail["Subject"]) == ("lea@example.org", "Test of Afterword")
        sink.answers["MAIL"] = "553 5.7.1 Not your address"
        done = await lea.send(form)
        assert "Set AFTERWORD_MAIL_FROM to an address that the account may use." in done.text
        assert "553 5.7.1 Not your address" in done.text
        wrong = await lea.send(form, to="a@b.example,c@d.example")
        assert (wrong.status, "Please give one mail address." in wrong.text) == (422, True)
    assert len(sink.mails) == 1


async def test_programs_of_owners_do_the_same(tmp_path: Path, ready_url: str, sink: Sink) -> None:
    async with serving(settings_for(tmp_path / "data", ready_url, **sink.settings)) as app:
        failed = await put(app, Outcome("failed", "550 5.1.1 No such user"))
        client = await program(app, await new_member(app, "lea@example.org", role=Role.OWNER))
        seen = (await client.get(ADMIN, params={"state": "failed"})).json()
        assert seen["counts"] == {"waiting": 0, "sent": 0, "dropped": 0, "failed": 1}
        assert seen["has_mail_server"] is True
        (message,) = seen["messages"]
        assert (message["id"], message["purpose"]) == (failed, "reply")
        assert (message["what"], message["whom"]) == (
            "New comment",
            "a reader who asked to be told",
        )
        assert [each["answer"] for each in message["tries"]] == ["550 5.1.1 No such user"]
        assert (await client.post(f"{ADMIN}/retry", json={})).json() == {"messages": 1}
        assert (await client.post(f"{ADMIN}/retry", json={"id": 999})).status_code == 404
        sink.answers["RCPT"] = "451 4.7.1 Greylisted"
        tested = (await client.post(f"{ADMIN}/test", json={"to": "lea@example.org"})).json()
        assert tested["sent"] is False
        assert tested["trouble"] == "recipient"
        assert tested["answer"] == "451 4.7.1 Greylisted"
        assert "asks to come again later" in tested["advice"]


async def test_what_a_webhook_was_told_names_its_host_and_no_more(app: Served) -> None:
    kim = await new_member(app, "kim@example.org", role=Role.OWNER)
    wish = Wish("https://hooks.example.org/in?key=very-secret", "events", ("comment.held",))
    hook = await add_webhook(app.context, kim, None, wish, now=app.clock.now)
    async with app.context.store.write() as db:
        told = NewMessage(channel="webhook", purpose="comment.held", webhook_id=hook.id)
        await outbox.add(db, told, now=app.clock.now)
    page = await (await signed_in(app, "kim@example.org")).get(MAIL)
    assert "A comment waits for a decision, to a webhook: hooks.example.org" in page.text
    assert "very-secret" not in page.html
