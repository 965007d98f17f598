"""Confirming an address over HTTP: one answer for every address, few mails, and a session that ends."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest_asyncio

from afterword.core.mail import Sender
from afterword.services.mails import MAILS
from afterword.storage import outbox
from tests.support.serving import Served, serving, settings_for

ORIGIN = "https://blog.example.org"
PAGE = f"{ORIGIN}/notes/weir"
DEVICE = "v" * 22


@pytest_asyncio.fixture
async def mailing(tmp_path: Path, ready_url: str) -> AsyncIterator[Served]:
    """The application with a mail server that is not asked, and a site that holds nobody."""
    sender = Sender("comments@example.org")
    settings = settings_for(
        tmp_path / "data", ready_url, smtp_host="mail.example.org", mail_from=sender
    )
    async with serving(settings) as served:
        await served.add_site("blog", ORIGIN, hold="none")
        yield served


async def ask(app: Served, email: str = "ines@example.org", **more: Any) -> httpx2.Response:
    sent = {"url": PAGE, "email": email, "visitor_token": DEVICE, "lang": "en"} | more
    return await app.client.post("/api/v1/readers", json=sent, headers={"origin": ORIGIN})


async def code(app: Served) -> str:
    """That waits to be mailed."""
    (message,) = await outbox.due(app.context.store, 9, now=app.clock.now)
    mail = await MAILS[message.purpose](app.context, message, app.clock.now)
    found = re.search(r"\b\d{8}\b", mail.subject) if mail else None
    assert found is not None
    return found[0]


async def confirm(app: Served, ticket: str, typed: str) -> httpx2.Response:
    return await app.client.post(
        "/api/v1/readers/confirm",
        json={"ticket": ticket, "code": typed},
        headers={"origin": ORIGIN, "user-agent": "Mozilla/5.0 Firefox/140.0"},
    )


async def test_a_reader_is_known_from_the_code_until_the_session_is_ended(mailing: Served) -> None:
    asked = await ask(mailing)
    assert asked.status_code == 202
    done = (await confirm(mailing, asked.json()["ticket"], await code(mailing))).json()
    assert set(done) == {"reader_token", "ends_at", "name", "claimed"}
    bearer = {"authorization": f"Bearer {done['reader_token']}", "origin": ORIGIN}
    sent = await mailing.comment(PAGE, headers=bearer)
    assert sent.json()["comment"]["author"]["verified"] is True
    number = sent.json()["comment"]["id"]
    changed = await mailing.client.patch(
        f"/api/v1/comments/{number}", json={"body": "Better"}, headers=bearer
    )
    assert changed.status_code == 200
    assert b"ines@example.org" not in sent.content + changed.content
    for _ in range(2):
        over = await mailing.client.delete("/api/v1/readers/session", headers=bearer)
        assert over.status_code == 204
    refused = await mailing.comment(PAGE, headers=bearer)
    assert (refused.status_code, refused.json()["code"]) == (401, "reader_ended")


async def test_the_answer_tells_nothing_of_the_address(mailing: Served) -> None:
    first, known = await ask(mailing), await ask(mailing)
    stranger = await ask(mailing, "max@example.org")
    for answer in (first, known, stranger):
        assert answer.status_code == 202
        assert list(answer.json()) == ["ticket"]
        assert len(answer.json()["ticket"]) == 43


async def test_a_wrong_code_is_said_of_its_field(mailing: Served) -> None:
    ticket = (await ask(mailing)).json()["ticket"]
    wrong = await confirm(mailing, ticket, "no code")
    assert wrong.status_code == 422
    assert [each["field"] for each in wrong.json()["errors"]] == ["code"]


async def test_one_address_asks_for_few_mails_an_hour(mailing: Served) -> None:
    object.__setattr__(mailing.settings, "codes_per_hour", 3)
    answers = [await ask(mailing, f"reader{number}@example.org") for number in range(4)]
    assert [each.status_code for each in answers] == [202, 202, 202, 429]
    mailing.clock.advance(1200)
    assert (await ask(mailing)).status_code == 202


async def test_where_no_mail_can_be_sent_it_is_said(blog: Served) -> None:
    answer = await ask(blog)
    assert (answer.status_code, answer.json()["code"]) == (403, "codes_off")


async def test_a_page_of_elsewhere_cannot_ask(mailing: Served) -> None:
    answer = await mailing.client.post(
        "/api/v1/readers",
        json={"url": PAGE, "email": "ines@example.org", "visitor_token": DEVICE},
        headers={"origin": "https://evil.example"},
    )
    assert answer.status_code == 403
    assert await outbox.due(mailing.context.store, 9, now=mailing.clock.now) == []
