"""What readers do on the thread page that needs no script, also inside a frame of the site."""

from __future__ import annotations

import json
from urllib.parse import quote

from playwright.async_api import Browser, FrameLocator, Page, ViewportSize, expect

from tests.support.axe import violations
from tests.support.embedded import Embedded
from tests.support.host_site import HostPage
from tests.support.server import Serve


def thread_page(embedded: Embedded) -> str:
    return f"{embedded.server.url}/thread?url={quote(embedded.page_url)}"


async def write(page: Page | FrameLocator, body: str) -> None:
    await page.get_by_role("textbox", name="Comment").fill(body)
    await page.get_by_label("Name").fill("Mira Osei")
    await page.get_by_role("button", name="Post comment").click()


async def test_a_reader_writes_edits_and_deletes(embedded: Embedded, browser: Browser) -> None:
    embedded.post("The float was cleaned on the 4th.", name="Jonas Thiel")
    phone: ViewportSize = {"width": 360, "height": 740}
    context = await browser.new_context(java_script_enabled=False, viewport=phone)
    page = await context.new_page()
    await page.goto(thread_page(embedded))
    await page.get_by_role("link", name="Reply to Jonas Thiel").click()
    await expect(page.get_by_role("heading", name="Reply to Jonas Thiel")).to_be_in_viewport()
    await write(page, "And the step went *away*?")
    await expect(page.get_by_role("heading", name="Your comment is published")).to_be_visible()
    await page.get_by_role("textbox", name="Comment").fill("So the step went away.")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("edited")).to_be_visible()
    texts = [str(comment["body"]) for comment in embedded.thread()["comments"]]
    assert "So the step went away." in texts[1]
    await page.get_by_role("button", name="Delete").click()
    await page.get_by_role("link", name="Back to the thread").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("1 reply on")
    await context.close()


async def test_the_page_works_in_a_frame_of_the_site(embedded: Embedded, browser: Browser) -> None:
    frame = f'<iframe src="{thread_page(embedded)}" width="600" height="900"></iframe>'
    embedded.site.pages["/framed.html"] = HostPage(frame)
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{embedded.site.url}/framed.html")
    inside = page.frame_locator("iframe")
    await write(inside, "Written inside a frame")
    await expect(inside.get_by_role("heading", name="Your comment is published")).to_be_visible()
    assert embedded.thread()["count"] == 1
    await context.close()


async def test_axe_finds_nothing_on_what_forms_answer(embedded: Embedded, browser: Browser) -> None:
    context = await browser.new_context(bypass_csp=True, color_scheme="dark")
    page = await context.new_page()
    await page.goto(thread_page(embedded))
    await page.get_by_label("Website").evaluate("field => field.form.noValidate = true")
    await page.get_by_role("button", name="Post comment").click()
    await expect(page.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    assert await violations(page) == []
    await write(page, "Now with a name.")
    await expect(page.get_by_role("heading", name="Your comment is published")).to_be_visible()
    assert await violations(page) == []
    await context.close()


async def test_the_demo_follows_its_own_theme_switch(serve: Serve, page: Page) -> None:
    server = serve("demo")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    await page.goto(server.url)
    paper = "getComputedStyle(document.body).backgroundColor"
    light = await page.evaluate(paper)
    await page.get_by_role("button", name="Theme").click()
    dark = await page.evaluate(paper)
    assert dark != light
    await page.reload()
    assert await page.evaluate(paper) == dark
    await page.locator("afterword-comments").scroll_into_view_if_needed()
    await expect(page.get_by_role("heading", name="7 replies on")).to_be_visible()
    await page.goto(f"{server.url}/notes")
    await expect(page.locator("afterword-count").first).to_contain_text("7")
    assert await page.locator("afterword-comments").count() == 0
    harmless = "Permissions-Policy header: Unrecognized feature"
    assert [text for text in said if harmless not in text] == []


async def test_the_data_for_programs_is_let_in_by_our_policy_and_runs_nothing(
    embedded: Embedded, page: Page
) -> None:
    hostile = "</script><script>document.title = 'run'</script><!--<script>"
    embedded.post(hostile, name="Mira </script> Osei")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    await page.goto(thread_page(embedded))
    block = page.locator('script[type="application/ld+json"]')
    posting = json.loads(await block.inner_text())["@graph"][0]
    assert (posting["author"]["name"], posting["text"]) == ("Mira </script> Osei", hostile)
    await expect(page.locator("script")).to_have_count(1)
    assert await page.title() != "run"
    assert [text for text in said if "Permissions-Policy" not in text] == []
