"""A person's own page in a browser, from the mail to the last button: without scripts, in both colours."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.support.axe import violations
from tests.support.embedded import Embedded
from tests.support.host_site import HostSite
from tests.support.looking import PHONE, is_too_wide
from tests.support.server import UNHURRIED, Serve, wait_until
from tests.support.smtp_sink import Sink, text_part

EMAIL = "ines@example.org"
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def mailing(serve: Serve, sink: Sink, host_site: HostSite) -> Iterator[Embedded]:
    """A site whose server has a mail server."""
    server = serve(
        AFTERWORD_CODES_PER_HOUR="0",
        AFTERWORD_COMMENTS_PER_MINUTE="0",
        **sink.environ,
    )
    added = server.run(
        "site", "add", "blog", "--origin", host_site.url, "--hold", "none", *UNHURRIED
    )
    assert added.returncode == 0, added.stderr
    with httpx2.Client(base_url=server.url, timeout=30) as client:
        made = Embedded(server, host_site, client)
        wait_until(made.is_known, 10, server.output)
        yield made


def sign_in(mailing: Embedded, sink: Sink) -> dict[str, str]:
    """Confirms the address by the code that came; the headers of a known reader."""
    sent = {"url": mailing.page_url, "email": EMAIL, "visitor_token": "v" * 22, "lang": "en"}
    ticket = mailing.client.post("/api/v1/readers", json=sent).json()["ticket"]
    wait_until(lambda: bool(sink.mails), 20, mailing.server.output)
    found = re.search(r"\b\d{8}\b", sink.mails[-1]["Subject"])
    assert found is not None
    done = mailing.client.post("/api/v1/readers/confirm", json={"ticket": ticket, "code": found[0]})
    return {"authorization": f"Bearer {done.json()['reader_token']}"}


@pytest.fixture
def link(mailing: Embedded, sink: Sink) -> str:
    """That was mailed to somebody who has written, held and public, and by whose address others have."""
    headers = sign_in(mailing, sink)
    write = {"url": mailing.page_url, "name": "Inês Moura", "notify": "thread"}
    for number, body in enumerate(
        (
            "The gauge at the weir stood at *4 cm* this morning.",
            "See https://a.example https://b.example https://c.example",
        )
    ):
        client_id = f"8f14e45f-ceea-467f-a8c5-0d1f3c8e6b{number:02}"
        sent = {**write, "body": body, "client_id": client_id}
        mailing.client.post("/api/v1/comments", json=sent, headers=headers).raise_for_status()
    mailing.post("Did anybody see the heron?", name="Ines", email=EMAIL)
    found = re.search(r"http://\S+/me/open/\S+", text_part(sink.mails[0]))
    assert found is not None
    return found[0]


@asynccontextmanager
async def window(browser: Browser, scheme: str, size: dict[str, Any]) -> AsyncIterator[Page]:
    """A new window without scripts of the page."""
    context: BrowserContext = await browser.new_context(
        bypass_csp=True,
        color_scheme=scheme,
        **size,  # type: ignore[arg-type]
    )
    yield await context.new_page()
    await context.close()


async def faults(page: Page) -> list[object]:
    """What is wrong with the page as it is."""
    return [*await violations(page), *(["too wide"] if await is_too_wide(page) else [])]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_axe_finds_nothing_on_any_of_its_pages(
    mailing: Embedded, link: str, browser: Browser, scheme: str, size: dict[str, Any]
) -> None:
    found: list[object] = []
    url = mailing.server.url
    async with window(browser, scheme, size) as page:
        await page.goto(f"{url}/me")
        found += await faults(page)
        await page.goto(link)
        found += await faults(page)
        await page.get_by_role("button", name="Open my page").click()
        await expect(page.get_by_text(EMAIL)).to_be_visible()
        found += await faults(page)
        await page.get_by_text("Delete", exact=True).first.click()
        found += await faults(page)
        await page.get_by_role("link", name="Edit your comment").first.click()
        found += await faults(page)
        await page.goto(f"{url}/me/erase")
        found += await faults(page)
    assert found == []


async def test_a_person_does_everything_without_scripts(
    mailing: Embedded, link: str, browser: Browser
) -> None:
    context = await browser.new_context(java_script_enabled=False, **PHONE)
    page = await context.new_page()
    await page.goto(link)
    await page.get_by_role("button", name="Open my page").click()
    await page.get_by_label("Ines", exact=True).check()
    await page.get_by_role("button", name="These are mine").click()
    await expect(page.get_by_text("Did anybody see the heron?")).to_be_visible()
    await expect(page.get_by_role("heading", name="Written with your address")).to_have_count(0)
    await page.get_by_role("link", name="Edit your comment").first.click()
    await page.get_by_label("Edit your comment").fill("Did anybody see *two* herons?")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Did anybody see two herons?")).to_be_visible()
    await page.get_by_role("button", name="Unsubscribe").click()
    await expect(page.get_by_role("button", name="Unsubscribe")).to_have_count(0)
    await page.locator("summary").first.click()
    await page.get_by_role("button", name="Delete").first.click()
    await expect(page.get_by_text("two herons")).to_have_count(0)
    await page.get_by_role("link", name="Erase everything").click()
    await page.get_by_role("button", name="Yes, erase everything").click()
    await expect(page.get_by_text("Everything is erased.")).to_be_visible()
    assert mailing.thread()["count"] == 0
    await context.close()
