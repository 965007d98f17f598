"""The pages behind the links of a reader's mails, in a browser: to confirm, and to hear no more."""

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


def link(mailing_site: Embedded, sink: Sink, number: int, path: str) -> str:
    """The link to such a page in the mail with this number, once it has come."""
    wait_until(lambda: len(sink.mails) > number, 20, mailing_site.server.output)
    found = re.search(rf"http://\S+/{path}/\S+", text_part(sink.mails[number]))
    assert found is not None
    return found[0]


@pytest.mark.parametrize(
    ("scheme", "size"), [("light", PHONE), ("dark", DESK)], ids=["light phone", "dark desk"]
)
async def test_mails_are_confirmed_and_ended_by_their_links(
    mailing_site: Embedded, sink: Sink, browser: Browser, scheme: str, size: dict[str, Any]
) -> None:
    written = mailing_site.post("The float was cleaned.", email="ana@example.org", notify="replies")
    async with window(browser, scheme, size) as page:
        await page.goto(link(mailing_site, sink, 0, "subscribe"))
        assert await faults(page) == []
        await page.get_by_role("button", name="Confirm").click()
        await expect(page.get_by_role("status")).to_contain_text("Confirmed")
        assert await faults(page) == []

        mailing_site.post("And the step?", parent=written.json()["comment"]["id"])
        await page.goto(link(mailing_site, sink, 1, "unsubscribe"))
        assert await faults(page) == []
        for choice in await page.get_by_role("radio").all():
            box = await choice.bounding_box()
            assert box is not None and box["width"] < 40
        await page.get_by_label("All new comments on this page").check()
        await page.get_by_role("button", name="Unsubscribe").click()
        await expect(page.get_by_role("status")).to_be_visible()
        assert await faults(page) == []
        await page.get_by_role("button", name="Undo").click()
        assert await faults(page) == []
