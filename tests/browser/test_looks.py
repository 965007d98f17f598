"""The demo's gallery: each look is read by everybody, and takes its style from the page alone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, expect

from afterword.web.pages.demo_looks import LOOKS
from tests.support.axe import violations
from tests.support.looking import is_too_wide, small_targets
from tests.support.server import Serve


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_look_shuts_anybody_out(serve: Serve, browser: Browser, scheme: Any) -> None:
    server = serve("demo")
    context = await browser.new_context(bypass_csp=True, color_scheme=scheme)
    page = await context.new_page()
    for look in LOOKS:
        await page.goto(f"{server.url}/looks/{look.name}")
        await expect(page.get_by_role("heading", name="7 replies on")).to_be_visible()
        await page.get_by_label("Comment *").focus()
        await expect(page.get_by_role("button", name="Post comment")).to_be_visible()
        assert await violations(page) == [], look.name
        await page.set_viewport_size({"width": 320, "height": 640})
        assert not await is_too_wide(page), look.name
        assert await small_targets(page) == [], look.name
        await page.set_viewport_size({"width": 1280, "height": 900})
    await context.close()


async def test_a_look_reaches_the_comments(serve: Serve, browser: Browser) -> None:
    server = serve("demo")
    page = await browser.new_page(color_scheme="light")
    seen = set()
    for look in LOOKS:
        await page.goto(f"{server.url}/looks/{look.name}")
        comment = page.get_by_role("article", name="Mira Osei").first
        await expect(comment).to_be_visible()
        style = "node => { const s = getComputedStyle(node); return s.color + s.font + s.padding }"
        seen.add(await comment.evaluate(style))
    assert len(seen) == len(LOOKS)
    await page.close()
