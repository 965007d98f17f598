"""Rules and words in Chromium: tried and saved on a phone, without scripts, and as axe sees them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx2
import pytest
from playwright.async_api import expect

from tests.support.axe import violations
from tests.support.desk import BLOG, Office
from tests.support.looking import PHONE, is_too_wide
from tests.support.server import Server, wait_until

TRY = "Try on the last 500 comments"


def write(server: Server) -> None:
    """A comment that waits, because it is the first of its author; no work is asked for it."""
    server.run("site", "edit", "blog", "--proof", "off", "--sort", "newest")
    wait_until(lambda: sort_of(server) == "newest", 10.0, server.output)
    body = "The casino closed in 1931, see https://a.example and https://b.example/x?y=1."
    sent = {"url": f"{BLOG}/weir", "name": "Mira Osei", "body": body, "client_id": str(uuid4())}
    assert httpx2.post(f"{server.url}/api/v1/comments", json=sent).status_code == 202


def sort_of(server: Server) -> str:
    """How the running server sorts, which tells whether it has heard of the edit."""
    answer = httpx2.get(f"{server.url}/api/v1/thread", params={"url": f"{BLOG}/weir"})
    return str(answer.json()["sort"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/dashboard/rules", "/dashboard/words"])
async def test_axe_finds_nothing_in_a_trial_on_a_phone(
    office: Office, path: str, scheme: Any
) -> None:
    write(office.server)
    page = await office.sit(path, bypass_csp=True, color_scheme=scheme, **PHONE)
    if path == "/dashboard/rules":
        await page.get_by_label("Nobody, unless a rule holds them").check()
    else:
        await page.get_by_label("Block list").fill("casino")
    await page.get_by_role("button", name=TRY).tap()
    await expect(page.get_by_role("heading", name="On the last 1 comment")).to_be_visible()
    await expect(page.get_by_role("strong").first).to_contain_text("Would")
    assert await violations(page) == []
    assert not await is_too_wide(page)


async def test_words_are_tried_and_saved_without_a_script(office: Office) -> None:
    write(office.server)
    page = await office.sit("/dashboard/words", java_script_enabled=False, **PHONE)
    await page.get_by_label("Hold list").fill("casino\n***")
    await page.get_by_role("button", name="Save").tap()
    await expect(page.get_by_text("Line 2: there is nothing to look for")).to_be_visible()
    await page.get_by_label("Hold list").fill("casino")
    await page.get_by_role("button", name=TRY).tap()
    await expect(page.get_by_text("Not one of them would have fared otherwise.")).to_be_visible()
    await page.get_by_role("button", name="Save").tap()
    await expect(page.get_by_role("status")).to_contain_text("word lists of the site are changed")
    await expect(page.get_by_label("Hold list")).to_have_value("casino")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_reason_is_never_given_again_from_a_phone(office: Office, scheme: Any) -> None:
    office.server.run("site", "edit", "blog", "--hold", "none", "--max-links", "1")
    write(office.server)
    page = await office.sit("/dashboard/queue", bypass_csp=True, color_scheme=scheme, **PHONE)
    await page.get_by_text("Never hold for this again").tap()
    await expect(page.get_by_text("The hosts of its links become known hosts")).to_be_visible()
    assert await violations(page) == []
    assert not await is_too_wide(page)
    await page.get_by_role("button", name="Do so").tap()
    await expect(page.get_by_role("status").first).to_contain_text("do not count any more")
    await page.goto(f"{office.server.url}/dashboard/words")
    await expect(page.get_by_label("Known hosts")).to_have_value("a.example\nb.example")
