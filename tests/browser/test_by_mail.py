"""From a comment that waits, by a real mail, to the page behind its link, and to the decision."""

from __future__ import annotations

import re
from typing import Any

import httpx2
import pytest
from playwright.async_api import Browser, expect

from tests.support.axe import violations
from tests.support.desk import BLOG, Desk
from tests.support.embedded import MEMBER, PASSWORD
from tests.support.looking import PHONE, is_too_wide, small_targets
from tests.support.server import UNHURRIED, Serve, wait_until
from tests.support.smtp_sink import Sink, text_part

DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def desk(serve: Serve, windows: Browser, sink: Sink) -> Desk:
    """A server that sends mails, with a site that holds everything and its owner."""
    server = serve(**sink.environ)
    server.run("site", "add", "blog", "--origin", BLOG, "--hold", "all", *UNHURRIED)
    server.run("user", "add", MEMBER, "--name", "Jonas", "--password-stdin", given=PASSWORD)
    desk = Desk(server, windows)
    wait_until(
        lambda: httpx2.get(f"{server.url}/feeds/site?site=blog").is_success, 10, server.output
    )
    desk.write("Ana", "Is the *old* board at <https://a.example/weir> the one in the well?")
    return desk


def link(desk: Desk, sink: Sink) -> str:
    """The one link of the one mail that came."""
    wait_until(lambda: bool(sink.mails), 20, desk.server.output)
    (mail,) = sink.mails
    assert mail["To"] == MEMBER
    (found,) = re.findall(r"http\S+/moderate\?token=\S+", text_part(mail))
    return str(found)


async def test_a_mail_leads_to_a_decision_without_signing_in(desk: Desk, sink: Sink) -> None:
    address = link(desk, sink)
    for scheme, window in (("light", PHONE), ("dark", PHONE), ("light", DESK), ("dark", DESK)):
        context = await desk.browser.new_context(
            bypass_csp=True,
            color_scheme=scheme,
            java_script_enabled=True,
            **window,
        )
        page = await context.new_page()
        await page.goto(address)
        for summary in ("Reply", "Ban the author"):
            await page.get_by_text(summary, exact=True).click()
        assert await violations(page) == []
        assert await small_targets(page) == []
        assert not await is_too_wide(page)
        await context.close()
    assert desk.public() == []
    context = await desk.browser.new_context(java_script_enabled=False, **PHONE)
    page = await context.new_page()
    await page.goto(address)
    await page.get_by_role("button", name="Approve", exact=True).click()
    assert "The comment is approved." in await page.inner_text("h1")
    assert page.url.endswith("/moderate")
    assert desk.public() == ["Ana"]
    await page.get_by_role("button", name="Undo").click()
    assert desk.public() == []
    await page.goto(address)
    assert await page.inner_text("h1") == "This link has decided already"


async def test_the_pages_after_a_decision_can_be_used_by_everybody(desk: Desk, sink: Sink) -> None:
    context = await desk.browser.new_context(bypass_csp=True, color_scheme="dark", **PHONE)
    page = await context.new_page()
    address = link(desk, sink)
    await page.goto(address)
    await page.get_by_role("button", name="Spam").click()
    for _ in range(2):
        assert await violations(page) == []
        assert await small_targets(page) == []
        assert not await is_too_wide(page)
        await page.goto(address)


@pytest.mark.parametrize(("scheme", "size"), [("light", PHONE), ("dark", DESK)])
async def test_the_page_that_ends_mails_to_a_member_can_be_used_by_everybody(
    desk: Desk, sink: Sink, scheme: Any, size: dict[str, Any]
) -> None:
    link(desk, sink)
    context = await desk.browser.new_context(bypass_csp=True, color_scheme=scheme, **size)
    page = await context.new_page()
    await page.goto(str(sink.mails[0]["List-Unsubscribe"]).strip("<>"))
    for heading in ("Hear no more by mail", "No more mails"):
        assert await page.inner_text("h1") == heading
        assert await violations(page) == []
        assert await small_targets(page) == []
        assert not await is_too_wide(page)
        if heading != "No more mails":
            await page.get_by_role("button", name="No more mails about blog").click()
    await expect(page.get_by_role("status")).to_have_text(
        "You hear nothing by mail of any site now."
    )
    await context.close()
