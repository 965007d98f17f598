"""A moderator at work in Chromium: by keyboard, by thumb without scripts, and as axe-core sees it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.axe import violations
from tests.support.embedded import PASSWORD
from tests.support.server import Serve, Server, wait_until

BLOG = "https://blog.example.org"
MEMBER = "jonas@example.org"
NAMES = ("Ana", "Ben", "Cai", "Dora")


@dataclass
class Desk:
    """A server with four comments that wait, and a way to sit down before them."""

    server: Server
    browser: Browser

    async def sit(self, path: str = "/dashboard/queue", **options: Any) -> Page:
        """A new browser window, signed in, at this page."""
        context = await self.browser.new_context(**options)
        page = await context.new_page()
        await page.goto(f"{self.server.url}/dashboard/sign-in?next={path}")
        await page.get_by_label("Email").fill(MEMBER)
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await page.wait_for_url(f"**{path}*")
        return page

    def public(self) -> list[str]:
        """Who can be read on the page."""
        answer = httpx2.get(f"{self.server.url}/api/v1/thread", params={"url": f"{BLOG}/weir"})
        return [comment["author"]["name"] for comment in answer.json()["comments"]]

    def edit(self) -> None:
        """Dora says the same again, in other words."""
        sent = _draft("Dora")
        made = httpx2.post(f"{self.server.url}/api/v1/comments", json=sent).json()
        address = f"{self.server.url}/api/v1/comments/{made['comment']['id']}"
        bearer = {"authorization": f"Bearer {made['author_token']}"}
        edited = httpx2.patch(address, json={"body": "Thirty-one."}, headers=bearer)
        assert edited.status_code == 200, edited.text

    def report(self) -> None:
        """A reader reports every public comment, and adds a word without a place to break."""
        answer = httpx2.get(f"{self.server.url}/api/v1/thread", params={"url": f"{BLOG}/weir"})
        for comment in answer.json()["comments"]:
            sent = {"reason": "private", "text": "Street" * 40, "visitor_token": "r" * 22}
            address = f"{self.server.url}/api/v1/comments/{comment['id']}/report"
            assert httpx2.post(address, json=sent).status_code == 202


@pytest.fixture
async def desk(serve: Serve, browser: Browser) -> AsyncIterator[Desk]:
    server = serve(AFTERWORD_COMMENTS_PER_MINUTE="0", AFTERWORD_COMMENTS_PER_HOUR="0")
    server.run("site", "add", "blog", "--origin", BLOG, "--hold", "all")
    server.run("user", "add", MEMBER, "--name", "Jonas", "--password-stdin", given=PASSWORD)
    wait_until(lambda: _write(server, NAMES[0]), 10, server.output)
    for name in NAMES[1:]:
        assert _write(server, name)
    before = list(browser.contexts)
    yield Desk(server, browser)
    for context in browser.contexts:
        if context not in before:
            await context.close()


def _write(server: Server, name: str) -> bool:
    return httpx2.post(f"{server.url}/api/v1/comments", json=_draft(name)).status_code == 202


def _draft(name: str) -> dict[str, str]:
    return {
        "url": f"{BLOG}/weir",
        "title": "Notes from the weir",
        "name": name,
        "email": f"{name.lower()}@readers.example",
        "body": f"{name} counted *thirty* stones.",
        "client_id": str(uuid4()),
    }


def names(page: Page) -> Any:
    return page.locator(".queue .name")


async def test_moderating_by_keyboard_alone(desk: Desk) -> None:
    page = await desk.sit()
    await page.keyboard.press("j")
    await expect(page.locator(".item.here .name")).to_have_text("Ana")
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await page.keyboard.press("k")
    await page.keyboard.press("a")
    await expect(names(page)).to_have_text(["Ana", "Cai", "Dora"])
    await expect(page.locator(".item.here .name")).to_have_text("Cai")
    await expect(page.locator(".tabs .count").first).to_have_text("3")
    assert desk.public() == ["Ben"]
    await page.keyboard.press("s")
    await page.keyboard.press("d")
    await expect(names(page)).to_have_text(["Ana"])
    await page.keyboard.press("z")
    await expect(names(page)).to_have_text(["Ana", "Dora"])
    await expect(page.get_by_role("status").first).to_contain_text("Undone")


async def test_keys_pressed_faster_than_the_server_answers_are_not_lost(desk: Desk) -> None:
    page = await desk.sit()
    await page.keyboard.press("j")
    for key in "asdz":
        await page.keyboard.press(key)
    await expect(names(page)).to_have_text(["Cai", "Dora"])
    await expect(page.get_by_role("status").first).to_contain_text("Undone")
    await page.reload()
    await expect(names(page)).to_have_text(["Cai", "Dora"])
    assert desk.public() == ["Ana"]


async def test_what_somebody_else_has_decided_leaves_the_list_too(desk: Desk) -> None:
    page, other = await desk.sit(), await desk.sit()
    await other.keyboard.press("j")
    await other.keyboard.press("a")
    await expect(names(other)).to_have_count(3)
    await page.keyboard.press("j")
    await page.keyboard.press("a")
    await expect(names(page)).to_have_text(list(NAMES[1:]))
    await expect(page.get_by_role("button", name=re.compile("^Undo"))).to_have_count(0)


async def test_undo_puts_a_comment_back_where_it_stood(desk: Desk) -> None:
    page = await desk.sit()
    for box in (1, 2):
        await page.locator(".pick").nth(box).click()
    bar = page.get_by_role("form", name="With the ticked comments")
    await expect(bar).to_be_visible()
    await bar.get_by_role("button", name="Spam").click()
    await expect(names(page)).to_have_text(["Ana", "Dora"])
    await expect(page.get_by_role("status").first).to_contain_text("2 comments marked as spam")
    await expect(bar).to_be_hidden()
    await page.keyboard.press("z")
    await expect(names(page)).to_have_text(list(NAMES))


async def test_replying_by_keyboard_publishes_both(desk: Desk) -> None:
    page = await desk.sit()
    await page.keyboard.press("j")
    await page.keyboard.press("r")
    field = page.get_by_label("Your reply to Ana")
    await expect(field).to_be_focused()
    await page.keyboard.type("Thank you, jazz ask drzx?")
    await expect(field).to_have_value("Thank you, jazz ask drzx?")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(names(page)).to_have_text(list(NAMES[1:]))
    assert desk.public() == ["Ana", "Jonas"]


async def test_a_refused_reply_stays_in_its_form(desk: Desk) -> None:
    page = await desk.sit()
    await page.keyboard.press("r")
    field = page.get_by_label("Your reply to Ana")
    await field.fill("too long " * 2_000)
    await page.get_by_role("button", name="Approve and reply").first.click()
    await expect(page.get_by_role("alert")).to_contain_text("at most 10,000 characters")
    await expect(field).to_have_value("too long " * 2_000)
    assert desk.public() == []


async def test_the_last_decision_leaves_an_empty_queue_and_its_undo(desk: Desk) -> None:
    page = await desk.sit()
    for number, _ in enumerate(NAMES, 1):
        await page.keyboard.press("a")
        await expect(names(page)).to_have_count(len(NAMES) - number)
    await expect(page.get_by_text("Nothing waits for you.")).to_be_visible()
    await page.get_by_role("button", name=re.compile("^Undo")).click()
    await expect(names(page)).to_have_text(["Dora"])


async def test_the_keys_are_explained_and_can_be_turned_off(desk: Desk) -> None:
    page = await desk.sit()
    await page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    await expect(dialog).to_be_visible()
    await dialog.get_by_role("checkbox").uncheck()
    await page.keyboard.press("Escape")
    await page.reload()
    await page.keyboard.press("j")
    await page.keyboard.press("a")
    await expect(names(page)).to_have_count(len(NAMES))
    await expect(page.locator(".item.here")).to_have_count(0)


async def test_moderating_by_thumb_without_scripts(desk: Desk) -> None:
    phone = {"width": 360, "height": 740}
    page = await desk.sit(java_script_enabled=False, viewport=phone, has_touch=True, is_mobile=True)
    await page.get_by_role("button", name="Approve the comment by Ben").tap()
    await expect(page.get_by_role("status").first).to_contain_text("1 comment approved")
    await expect(names(page)).to_have_text(["Ana", "Cai", "Dora"])
    assert page.url.endswith("#comment-3")
    await page.get_by_role("button", name=re.compile("^Undo")).tap()
    await expect(names(page)).to_have_text(list(NAMES))
    await page.locator(".pick").nth(0).tap()
    await page.locator(".pick").nth(3).tap()
    bar = page.get_by_role("form", name="With the ticked comments")
    await bar.get_by_role("button", name="Spam").tap()
    await expect(names(page)).to_have_text(["Ben", "Cai"])
    await page.locator(".queue summary").first.tap()
    await page.get_by_label("Your reply to Ben").fill("Thirty-one from the other bank.")
    await page.get_by_role("button", name="Approve and reply").first.tap()
    await expect(names(page)).to_have_text(["Cai"])
    assert desk.public() == ["Ben", "Jonas"]
    await page.get_by_role("button", name="Sign out").tap()
    await expect(page.get_by_text("You are signed out.")).to_be_visible()


async def test_on_a_phone_nothing_is_too_wide_and_every_act_is_a_thumb_tall(desk: Desk) -> None:
    phone = {"width": 360, "height": 740}
    desk.edit()
    page = await desk.sit(viewport=phone, has_touch=True, is_mobile=True)
    await page.get_by_role("button", name="Approve the comment by Ana").tap()
    await expect(page.get_by_role("status").first).to_contain_text("1 comment approved")
    desk.report()
    for path in PAGES:
        await page.goto(desk.server.url + path)
        assert await page.evaluate("document.documentElement.scrollWidth") == 360, path
        small = await page.evaluate("""() => [...document.querySelectorAll('button, summary, input')]
            .filter((each) => each.checkVisibility() && each.type !== 'checkbox')
            .filter((each) => each.getBoundingClientRect().height < 44)
            .map((each) => each.outerHTML)""")
        assert small == [], path


PAGES = (
    "/dashboard/queue",
    "/dashboard/queue?status=spam",
    "/dashboard/queue?status=approved",
    "/dashboard/queue?status=reported",
    "/dashboard/decisions",
    "/dashboard/sites",
    "/dashboard/profile",
    "/dashboard/sign-in",
    "/nothing-here",
    f"/thread?url={BLOG}/weir",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_on_any_page(desk: Desk, scheme: Any) -> None:
    page = await desk.sit(bypass_csp=True, color_scheme=scheme)
    for act in ("a", "s"):
        await page.keyboard.press(act)
        await expect(page.get_by_role("status").first).to_contain_text("1 comment")
    desk.report()
    desk.edit()
    for width in (360, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        for path in PAGES:
            await page.goto(desk.server.url + path)
            assert await violations(page) == [], (path, width)
        await page.goto(f"{desk.server.url}/dashboard/queue")
        await page.locator(".pick").first.click()
        await page.keyboard.press("j")
        await page.keyboard.press("r")
        assert await violations(page) == [], ("open", width)
        await page.locator("h1").click()
        await page.keyboard.press("?")
        assert await violations(page) == [], ("keys", width)


async def test_no_page_needs_more_than_its_policy_allows(desk: Desk) -> None:
    page = await desk.sit()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in PAGES:
        await page.goto(desk.server.url + path)
    await page.goto(f"{desk.server.url}/dashboard/queue")
    await page.keyboard.press("a")
    await expect(names(page)).to_have_count(3)
    await page.keyboard.press("z")
    await expect(names(page)).to_have_count(4)
    # Browsers name features in this header that they do not know (yet); that is no violation.
    harmless = ("404", "Permissions-Policy header: Unrecognized feature")
    assert [text for text in said if not any(each in text for each in harmless)] == []


async def test_a_reported_comment_is_kept_by_key_and_comes_back_by_undo(desk: Desk) -> None:
    page = await desk.sit()
    for left in (3, 2):
        await page.keyboard.press("a")
        await expect(names(page)).to_have_count(left)
    desk.report()
    await page.goto(f"{desk.server.url}/dashboard/queue?status=reported")
    await expect(names(page)).to_have_text(["Ana", "Ben"])
    await expect(page.locator(".why").first).to_contain_text("something private")
    await page.keyboard.press("a")
    await expect(names(page)).to_have_text(["Ben"])
    await expect(page.locator("[data-count=reported]")).to_have_text("1")
    await page.keyboard.press("s")
    await expect(page.get_by_text("Nothing is reported.")).to_be_visible()
    assert desk.public() == ["Ana"]
    await page.keyboard.press("z")
    await expect(names(page)).to_have_text(["Ben"])
    await expect(page.locator("[data-count=reported]")).to_have_text("1")


async def test_a_reported_comment_is_decided_on_a_phone_without_scripts(desk: Desk) -> None:
    page = await desk.sit(java_script_enabled=False, viewport={"width": 360, "height": 740})
    await page.get_by_role("button", name="Approve the comment by Ana").click()
    desk.report()
    await page.goto(f"{desk.server.url}/dashboard/queue?status=reported")
    await page.get_by_role("button", name="Keep the comment by Ana").click()
    await expect(page.get_by_text("Nothing is reported.")).to_be_visible()
    await page.get_by_role("button", name="Undo").click()
    await expect(names(page)).to_have_text(["Ana"])


async def test_another_site_cannot_frame_the_dashboard(desk: Desk) -> None:
    page = await desk.sit()
    await page.route(
        f"{BLOG}/frame",
        lambda route: route.fulfill(
            content_type="text/html",
            body=f'<iframe src="{desk.server.url}/dashboard/sign-in"></iframe>',
        ),
    )
    await page.goto(f"{BLOG}/frame")
    await page.wait_for_timeout(0)
    frame = page.frames[-1]
    await expect(page.locator("iframe")).to_be_visible()
    assert await frame.locator("input").count() == 0
