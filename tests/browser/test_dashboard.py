"""The dashboard in Chromium: by thumb without scripts, and as axe-core sees it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.support.axe import violations
from tests.support.desk import BLOG, NAMES, Desk, names
from tests.support.looking import PHONE


async def test_moderating_by_thumb_without_scripts(desk: Desk) -> None:
    page = await desk.sit(java_script_enabled=False, **PHONE)
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
    await page.locator(".queue .reply summary").first.tap()
    await page.get_by_label("Your reply to Ben").fill("Thirty-one from the other bank.")
    await page.get_by_role("button", name="Approve and reply").first.tap()
    await expect(names(page)).to_have_text(["Cai"])
    assert desk.public() == ["Ben", "Jonas"]
    await page.get_by_role("button", name="Sign out").tap()
    await expect(page.get_by_text("You are signed out.")).to_be_visible()


async def test_on_a_phone_nothing_is_too_wide_and_every_act_is_a_thumb_tall(desk: Desk) -> None:
    desk.edit()
    page = await desk.sit(**PHONE)
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
    "/dashboard/queue?q=stones&links=1&since=2026-01-01",
    "/dashboard/queue?q=stones&author=1",
    "/dashboard/comments/2",
    "/dashboard/audit",
    "/dashboard/sites",
    "/dashboard/profile",
    "/dashboard/sign-in",
    "/nothing-here",
    f"/thread?url={BLOG}/weir",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_on_any_page(desk: Desk, scheme: Any) -> None:
    page = await desk.sit(bypass_csp=True, color_scheme=scheme)
    for act, said in (("a", "1 comment approved"), ("s", "1 comment marked as spam")):
        await page.keyboard.press(act)
        await expect(page.get_by_role("status").first).to_contain_text(said)
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


async def test_a_reported_comment_is_decided_on_a_phone_without_scripts(desk: Desk) -> None:
    page = await desk.sit(java_script_enabled=False, viewport=PHONE["viewport"])
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
