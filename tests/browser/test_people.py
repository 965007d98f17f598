"""Members, invitations, tokens and the second step in Chromium: on a phone, without scripts, for axe."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.support.axe import violations
from tests.support.desk import Desk
from tests.support.embedded import PASSWORD
from tests.support.looking import PHONE

PROFILE, MEMBERS = "/dashboard/profile", "/dashboard/members"
TOO_SMALL = """() => [...document.querySelectorAll('button, summary, input, select')]
    .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 44)
    .map((each) => each.outerHTML)"""


async def look(page: Page, what: str) -> None:
    """Nothing is too wide, too small for a thumb, or wrong in the eyes of axe."""
    await page.evaluate(
        "document.querySelectorAll('details.change').forEach((each) => each.open = true)"
    )
    for width in (360, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        assert await page.evaluate("document.documentElement.scrollWidth") == width, (what, width)
        assert await violations(page) == [], (what, width)
    await page.set_viewport_size(PHONE["viewport"])
    assert await page.evaluate(TOO_SMALL) == [], what


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_pages_about_people_are_fine_for_everybody(desk: Desk, scheme: Any) -> None:
    more = ("user", "add", "mira@example.org", "--name", "Mira Osei", "--password-stdin")
    desk.server.run(*more, given=PASSWORD)
    page = await desk.sit(
        MEMBERS,
        bypass_csp=True,
        color_scheme=scheme,
        **PHONE,
    )
    await look(page, "members")
    await page.get_by_role("button", name="Make the link").click()
    link = await page.locator("#link-text code").inner_text()
    await look(page, "an invitation")
    await page.goto(f"{desk.server.url}{PROFILE}")
    await look(page, "profile")
    await page.goto(f"{desk.server.url}{PROFILE}/tokens")
    await page.get_by_label("What it is for").fill("nightly backup of everything that there is")
    await page.get_by_role("button", name="Make the token").click()
    await expect(page.get_by_text(re.compile("^afw_"))).to_be_visible()
    await look(page, "tokens")
    await page.goto(f"{desk.server.url}{PROFILE}/second-step")
    await expect(page.get_by_role("img", name="The key as a QR code")).to_be_visible()
    await page.get_by_label("Code", exact=True).fill("000000")
    await page.get_by_role("button", name="Turn on").click()
    await expect(page.get_by_text("This code is not right")).to_be_visible()
    await look(page, "second step")
    with closing(sqlite3.connect(desk.server.data / "afterword.db")) as database, database:
        database.execute("UPDATE session SET confirmed_at = NULL")
    await page.get_by_label("Code", exact=True).fill("000000")
    await page.get_by_role("button", name="Turn on").click()
    await expect(page.get_by_role("heading", name="Your password, once more")).to_be_visible()
    await look(page, "the password once more")
    await page.goto(link)
    await look(page, "an invitation for who is signed in")
    await page.context.clear_cookies()
    await page.goto(link)
    await look(page, "an invitation")


async def test_a_member_comes_by_invitation_without_a_script(desk: Desk) -> None:
    page = await desk.sit(MEMBERS, java_script_enabled=False, viewport=PHONE["viewport"])
    await page.get_by_label("For whom").fill("Mira")
    await page.get_by_role("button", name="Make the link").click()
    link = await page.locator("#link-text code").inner_text()
    await page.context.clear_cookies()
    await page.goto(link)
    await page.get_by_label("Name").fill("Mira Osei")
    await page.get_by_label("Email").fill("mira@example.org")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Make the account").click()
    await page.wait_for_url("**/dashboard/queue*")
    await page.goto(f"{desk.server.url}{PROFILE}")
    await expect(page.get_by_text("moderator on every site")).to_be_visible()
