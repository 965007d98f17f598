"""A person's own page in tests: an application that may mail, and a browser in which the page is open.

async def test_...(mailing: Served) -> None:
    person = await signed_in(mailing)            # a known reader, by the API
    await open_page(mailing)                     # by the mailed link
    page = (await mailing.client.get("/me")).text
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest_asyncio

from afterword.core.mail import Action, Mail, Sender
from afterword.services.telling.mails import MAILS
from afterword.storage import outbox
from tests.support.serving import Served, serving, settings_for

ORIGIN = "https://blog.example.org"
PAGE = f"{ORIGIN}/notes/weir"
EMAIL = "ines@example.org"
DEVICE = "v" * 22
OURS = {"sec-fetch-site": "same-origin"}


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


@dataclass(frozen=True, slots=True)
class Known:
    """A reader on one device."""

    token: str

    @property
    def headers(self) -> dict[str, str]:
        """By which they are known."""
        return {"authorization": f"Bearer {self.token}", "origin": ORIGIN}


async def last_mail(app: Served) -> Mail:
    """That waits to be sent."""
    message = (await outbox.due(app.context.store, 99, now=app.clock.now))[-1]
    mail = await MAILS[message.purpose](app.context, message, app.clock.now)
    assert mail is not None
    return mail


async def ask(app: Served, email: str = EMAIL, **more: Any) -> httpx2.Response:
    """Has a code mailed."""
    sent = {"url": PAGE, "email": email, "visitor_token": DEVICE, "lang": "en"} | more
    return await app.client.post("/api/v1/readers", json=sent, headers={"origin": ORIGIN})


async def mailed_code(app: Served) -> str:
    """The code in the last mail."""
    found = re.search(r"\b\d{8}\b", (await last_mail(app)).subject)
    assert found is not None
    return found[0]


async def confirm(app: Served, ticket: str, typed: str) -> httpx2.Response:
    """Types a code."""
    return await app.client.post(
        "/api/v1/readers/confirm",
        json={"ticket": ticket, "code": typed},
        headers={"origin": ORIGIN, "user-agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"},
    )


async def signed_in(app: Served, email: str = EMAIL) -> Known:
    """A reader whom the site knows; a minute later."""
    ticket = (await ask(app, email)).json()["ticket"]
    done = await confirm(app, ticket, await mailed_code(app))
    app.clock.advance(61)
    return Known(done.json()["reader_token"])


async def mailed_link(app: Served, email: str = EMAIL) -> str:
    """The path of the link to somebody's own page; a minute later."""
    asked = await app.client.post("/me", data={"email": email, "lang": "en"}, headers=OURS)
    assert asked.status_code == 200
    (action,) = [each for each in (await last_mail(app)).blocks if isinstance(each, Action)]
    app.clock.advance(61)
    return action.url.removeprefix(app.settings.public_url)


async def open_page(app: Served, email: str = EMAIL) -> str:
    """Opens somebody's own page in the client; the token of its forms."""
    entered = await app.client.post(await mailed_link(app, email), data={"open": "1"}, headers=OURS)
    assert entered.status_code == 303
    found = re.search(r'name="csrf" value="([^"]+)"', (await app.client.get("/me")).text)
    assert found is not None
    return found[1]
