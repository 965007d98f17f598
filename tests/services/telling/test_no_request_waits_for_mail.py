"""No request waits for a mail server, whatever that does: nothing but the test mail speaks with it."""

from __future__ import annotations

import ast
import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

import afterword
from afterword.core.model import Role
from afterword.delivery.smtp import MailServer
from afterword.services.telling.deliver_outbox import Delivery
from afterword.services.telling.spread_events import spread_events
from tests.support.forms import Visitor, new_member, signed_in
from tests.support.own_page import ask
from tests.support.serving import Served, serving, settings_for
from tests.support.smtp_sink import SENDER

ROOT = Path(afterword.__file__).parent
ORIGIN = "https://blog.example.org"
PAGE = f"{ORIGIN}/weir"
LOST, MEMBERS = "/dashboard/lost-password", "/dashboard/members"
SPEAKS = {"services/telling/send_mail.py", "services/telling/manage_mail.py"}
"""The channel of mails, which runs beside the requests, and the test mail, which is waited for."""


@dataclass
class Hanging:
    """A connection on which nothing is ever answered."""

    asked: list[str] = field(default_factory=list)
    is_asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> Hanging:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        pass

    async def send(self, message: object, sender: str, recipient: str) -> None:
        self.asked.append(recipient)
        self.is_asked.set()
        await asyncio.Event().wait()


def test_only_the_channel_and_the_test_mail_open_a_connection() -> None:
    opening = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr == "connection"
        and path.parent.name != "storage"
    }
    assert opening == SPEAKS


async def test_people_write_moderate_and_ask_while_a_mail_hangs(
    tmp_path: Path, ready_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It hangs for ever: whatever waited for it, or for a write that it holds, would never be answered."""
    hanging = Hanging()
    monkeypatch.setattr(MailServer, "connection", lambda *_: hanging)
    settings = settings_for(
        tmp_path / "data", ready_url, smtp_host="127.0.0.1", smtp_port=1, mail_from=SENDER
    )
    async with serving(settings) as app:
        await app.add_site("blog", ORIGIN, hold="none")
        await new_member(app, "lea@example.org", role=Role.OWNER)
        await ask_for_password(app)
        delivering = asyncio.create_task(Delivery(app.context, app.clock).deliver("mail"))
        async with asyncio.timeout(20):
            await hanging.is_asked.wait()
            await everything(app)
        assert hanging.asked == ["lea@example.org"]
        assert not delivering.done()
        waiting = "SELECT count(*) FROM outbox WHERE state = 'waiting'"
        ((number,),) = await app.context.store.fetch_all(waiting)
        assert number >= 4
        monkeypatch.setattr("afterword.services.telling.deliver_outbox.GRACE", 0)
        delivering.cancel()
        await asyncio.gather(delivering, return_exceptions=True)


async def ask_for_password(app: Served) -> None:
    visitor = Visitor.of(app)
    form = (await visitor.get(LOST)).form(LOST)
    assert (await visitor.send(form, email="lea@example.org")).status == 200


async def everything(app: Served) -> None:
    """Each thing that people do and of which mails tell."""
    headers = {"origin": ORIGIN}
    wanted: dict[str, Any] = {"email": "ana@readers.example", "notify": "thread"}
    sent = await app.comment(PAGE, **wanted)
    assert sent.status_code == 201
    number = sent.json()["comment"]["id"]
    reported = await app.client.post(
        f"/api/v1/comments/{number}/report",
        json={"reason": "spam", "visitor_token": "r" * 22},
        headers=headers,
    )
    assert reported.status_code == 202
    assert (await ask(app)).status_code == 202
    app.clock.advance(16 * 60)
    await ask_for_password(app)
    lea = await signed_in(app, "lea@example.org")
    form = (await lea.get(MEMBERS)).form(f"{MEMBERS}/invitations")
    invited = await lea.send(form, role="owner", site="every", email="kim@example.org")
    assert "on its way to kim@example.org" in invited.text
    await spread_events(app.context, now=app.clock.now)
