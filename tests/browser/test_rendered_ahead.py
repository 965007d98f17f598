"""A thread that was rendered into its page stands at once, and the widget takes its place unseen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.axe import violations
from tests.support.browser import until
from tests.support.embedded import STRICT_POLICY, Embedded

WATCH = """
window.frames_without = 0
window.frames_with_both = 0
window.shift = 0
window.refused = []
addEventListener('securitypolicyviolation', (event) => window.refused.push(event.violatedDirective))
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shift += entry.value
}).observe({ type: 'layout-shift', buffered: true })
const seen = (element) => !!element && element.getClientRects().length > 0
const look = () => {
  const host = document.querySelector('afterword-comments')
  const ahead = seen(host?.querySelector('.afterword-rendered'))
  const live = seen(host?.shadowRoot?.querySelector('article'))
  if (host && document.querySelector('footer')) {
    if (!ahead && !live) window.frames_without += 1
    if (ahead && live) window.frames_with_both += 1
  }
  requestAnimationFrame(look)
}
requestAnimationFrame(look)
"""


def rendered(embedded: Embedded, out: Path) -> str:
    """The fragment of the page, as a generator puts it in."""
    done = embedded.server.run("render", "--site", "blog", "--out", str(out))
    assert done.returncode == 0, done.stderr
    index = json.loads((out / "index.json").read_text("utf-8"))
    return (out / index["pages"][embedded.page_url]["file"]).read_text("utf-8")


@pytest.fixture
def fragment(embedded: Embedded, tmp_path: Path) -> str:
    """Of a thread that is longer than a screen."""
    first = embedded.post("The first words of all.", name="Mira Osei").json()["comment"]["id"]
    embedded.post("An answer to them.", name="Ana", parent_id=first)
    for number in range(12):
        embedded.post(f"Comment {number}. " + "Words that fill a line or two. " * 6)
    return rendered(embedded, tmp_path / "out")


def put_in(embedded: Embedded, fragment: str, **more: str) -> None:
    policy = STRICT_POLICY.replace("{server}", embedded.server.url)
    script = embedded.tag.replace("<script", '<script nonce="R"')
    embedded.embed(
        headers={"Content-Security-Policy": policy},
        tag=f"<afterword-comments>{fragment}</afterword-comments>{script}<footer>End</footer>",
    )


async def test_there_is_no_frame_without_a_thread_and_nothing_moves(
    embedded: Embedded, fragment: str, page: Page
) -> None:
    put_in(embedded, fragment)
    await page.add_init_script(WATCH)
    await page.goto(embedded.page_url)
    await until(
        page,
        "!document.querySelector('.afterword-rendered')"
        " && document.querySelector('afterword-comments').shadowRoot.querySelector('form')",
    )
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    assert await page.evaluate("[frames_without, frames_with_both]") == [0, 0]
    assert await page.evaluate("shift") < 0.01
    assert await page.evaluate("refused") == []
    await expect(page.get_by_role("article")).to_have_count(14)
    await expect(page.locator('script[type="application/ld+json"]')).to_have_count(1)
    await page.get_by_role("button", name="Reply to Mira Osei").first.click()
    await expect(page.get_by_role("form", name="Reply to Mira Osei")).to_be_visible()


async def test_without_a_script_it_is_the_thread_with_a_way_to_write(
    embedded: Embedded, fragment: str, browser: Browser
) -> None:
    put_in(embedded, fragment)
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(embedded.page_url)
    await expect(page.get_by_role("article")).to_have_count(14)
    await expect(page.get_by_text("An answer to them.")).to_be_visible()
    await page.get_by_role("link", name="Leave a comment").click()
    await expect(page.get_by_label("Comment *")).to_be_visible()
    await context.close()


async def test_what_was_rendered_stays_where_the_server_cannot_be_reached(
    embedded: Embedded, fragment: str, page: Page
) -> None:
    put_in(embedded, fragment)
    await page.route("**/api/v1/thread*", lambda route: route.abort())
    await page.goto(embedded.page_url)
    await expect(page.get_by_role("button", name="Try again")).to_be_visible()
    await expect(page.get_by_text("An answer to them.")).to_be_visible()
    await page.unroute("**/api/v1/thread*")
    await page.get_by_role("button", name="Try again").click()
    await expect(page.locator(".afterword-rendered")).to_have_count(0)
    await expect(page.get_by_role("article")).to_have_count(14)


async def test_a_button_opens_what_waits_behind_what_was_rendered(
    embedded: Embedded, fragment: str, page: Page
) -> None:
    embedded.embed(
        tag=f'<afterword-comments open="click">{fragment}</afterword-comments>'
        + embedded.tag.replace(' data-open="eager"', "")
    )
    await page.goto(embedded.page_url)
    await expect(page.get_by_text("An answer to them.")).to_be_visible()
    await page.get_by_role("button", name="Show comments").click()
    await expect(page.locator(".afterword-rendered")).to_have_count(0)
    await expect(page.get_by_role("article")).to_have_count(14)


@pytest.mark.parametrize("scripts", [True, False])
async def test_it_is_accessible_before_and_after(
    embedded: Embedded, fragment: str, browser: Browser, scripts: bool
) -> None:
    put_in(embedded, fragment)
    context = await browser.new_context(bypass_csp=True)
    page = await context.new_page()
    if not scripts:
        await page.route("**/embed.js", lambda route: route.abort())
    await page.goto(embedded.page_url)
    await expect(page.get_by_role("article")).to_have_count(14)
    if scripts:
        await expect(page.locator(".afterword-rendered")).to_have_count(0)
    assert not await violations(page)
    await context.close()
