"""A reader shows that an address is theirs, from form to badge: by keyboard, under a strict policy."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, expect

from tests.support.embedded import STRICT_POLICY, Embedded
from tests.support.looking import DESK, PHONE, focus, small_targets, tab_to
from tests.support.mailing import faults
from tests.support.server import wait_until
from tests.support.smtp_sink import Sink
from tests.support.widget_states import put_up

EMAIL = "ines@example.org"


def code(site: Embedded, sink: Sink, mails: int = 1) -> str:
    """That was mailed last."""
    wait_until(lambda: len(sink.mails) >= mails, 20, site.server.output)
    found = re.search(r"\b\d{8}\b", sink.mails[-1]["Subject"])
    assert found is not None
    return found[0]


async def ask(page: Page, url: str, email: str = EMAIL) -> None:
    """Somebody begins to write, and then wants to be known: all by keyboard."""
    await page.goto(url)
    await tab_to(page, "Comment")
    await expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    await tab_to(page, "Sign in")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("group", name="Sign in").get_by_label("Email")).to_be_focused()
    await page.keyboard.type(email)
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Code from the email")).to_be_focused()


async def test_by_keyboard_alone_under_a_strict_policy_older_comments_too(
    mailing_site: Embedded, sink: Sink, page: Page
) -> None:
    policy = STRICT_POLICY.replace("{server}", mailing_site.server.url)
    tag = mailing_site.tag.replace("<script", '<script nonce="R"')
    mailing_site.embed(headers={"Content-Security-Policy": policy}, tag=tag)
    complaints: list[str] = []

    def note(said: ConsoleMessage) -> None:
        complaints.append(said.text)

    page.on("console", note)
    await page.goto(mailing_site.page_url)
    await tab_to(page, "Comment")
    await page.keyboard.type("Written as a guest.")
    await tab_to(page, "Name")
    await page.keyboard.type("Inês Moura")
    await tab_to(page, "Email")
    await page.keyboard.type(EMAIL)
    await page.keyboard.press("Control+Enter")
    older = page.get_by_role("article", name="Inês Moura").first
    await expect(older).to_contain_text("Written as a guest.")
    await expect(older).not_to_contain_text("Verified")

    await ask(page, mailing_site.page_url)
    await page.keyboard.type(code(mailing_site, sink))
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("group", name="Sign in")).to_contain_text("Signed in as Inês")
    await expect(page.get_by_label("Comment *")).to_be_focused()
    await page.keyboard.type("Written as myself.")
    await tab_to(page, "Notify me by email")
    await page.keyboard.press("ArrowDown")
    await tab_to(page, "Post comment")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("article")).to_have_count(2)
    await page.reload()
    for words in ("Written as a guest.", "Written as myself."):
        shown = page.get_by_role("article").filter(has_text=words)
        await expect(shown).to_contain_text("Verified")
    assert [each for each in complaints if "favicon" not in each] == []
    with sqlite3.connect(mailing_site.server.data / "afterword.db") as db:
        (confirmed,) = db.execute("SELECT confirmed_at IS NOT NULL FROM subscription").fetchall()
    db.close()
    assert confirmed == (1,)


async def test_a_wrong_code_and_one_that_has_ended_are_said_where_they_were_typed(
    mailing_site: Embedded, sink: Sink, page: Page
) -> None:
    put_up(mailing_site)
    await ask(page, mailing_site.page_url)
    right = code(mailing_site, sink)
    await page.keyboard.type(f"{(int(right) + 1) % 10**8:08}")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("This is not the code. Please look again.")).to_be_visible()
    assert await focus(page) == "Code from the email"
    assert await faults(page) == []
    with sqlite3.connect(mailing_site.server.data / "afterword.db") as db:
        db.execute("UPDATE reader_code SET ends_at = 1")
    db.close()
    await page.keyboard.type(right)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Please ask for a new one.")).to_be_visible()
    await expect(page.get_by_role("group", name="Sign in").get_by_label("Email")).to_be_focused()
    assert await faults(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_axe_finds_nothing_at_any_step(
    mailing_site: Embedded, sink: Sink, browser: Browser, scheme: Any, size: dict[str, Any]
) -> None:
    put_up(mailing_site)
    context = await browser.new_context(color_scheme=scheme, **size)
    page = await context.new_page()
    await page.goto(mailing_site.page_url)
    await page.get_by_label("Comment *").focus()
    door = page.get_by_role("button", name="Sign in", exact=True)
    await expect(door).to_be_visible()
    found = [*await faults(page), *await small_targets(page)]
    await door.click()
    place = page.get_by_role("group", name="Sign in")
    await place.get_by_label("Email").fill(EMAIL)
    found += [*await faults(page), *await small_targets(page)]
    await place.get_by_role("button", name="Get a code by email").click()
    await page.get_by_label("Code from the email").fill(code(mailing_site, sink))
    found += [*await faults(page), *await small_targets(page)]
    await place.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_label("Notify me by email")).to_be_visible()
    found += [*await faults(page), *await small_targets(page)]
    assert found == []
    await context.close()
