"""A person's own page in a browser, from the mail to the last button: without scripts, in both colours."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.support.embedded import Embedded
from tests.support.looking import DESK, PHONE
from tests.support.mailing import faults, window
from tests.support.server import wait_until
from tests.support.smtp_sink import Sink, text_part

EMAIL = "ines@example.org"


def sign_in(mailing_site: Embedded, sink: Sink) -> dict[str, str]:
    """Confirms the address by the code that came; the headers of a known reader."""
    sent = {"url": mailing_site.page_url, "email": EMAIL, "visitor_token": "v" * 22, "lang": "en"}
    ticket = mailing_site.client.post("/api/v1/readers", json=sent).json()["ticket"]
    wait_until(lambda: bool(sink.mails), 20, mailing_site.server.output)
    found = re.search(r"\b\d{8}\b", sink.mails[-1]["Subject"])
    assert found is not None
    done = mailing_site.client.post(
        "/api/v1/readers/confirm", json={"ticket": ticket, "code": found[0]}
    )
    return {"authorization": f"Bearer {done.json()['reader_token']}"}


@pytest.fixture
def link(mailing_site: Embedded, sink: Sink) -> str:
    """That was mailed to somebody who has written, held and public, and by whose address others have."""
    headers = sign_in(mailing_site, sink)
    write = {"url": mailing_site.page_url, "name": "Inês Moura", "notify": "thread"}
    for number, body in enumerate(
        (
            "The gauge at the weir stood at *4 cm* this morning.",
            "See https://a.example https://b.example https://c.example",
        )
    ):
        client_id = f"8f14e45f-ceea-467f-a8c5-0d1f3c8e6b{number:02}"
        sent = {**write, "body": body, "client_id": client_id}
        mailing_site.client.post("/api/v1/comments", json=sent, headers=headers).raise_for_status()
    mailing_site.post("Did anybody see the heron?", name="Ines", email=EMAIL)
    found = re.search(r"http://\S+/me/open/\S+", text_part(sink.mails[0]))
    assert found is not None
    return found[0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_axe_finds_nothing_on_any_of_its_pages(
    mailing_site: Embedded, link: str, browser: Browser, scheme: str, size: dict[str, Any]
) -> None:
    found: list[object] = []
    url = mailing_site.server.url
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
    mailing_site: Embedded, link: str, browser: Browser
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
    assert mailing_site.thread()["count"] == 0
    await context.close()
