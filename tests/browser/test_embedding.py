"""The tag on pages of other people: strict policies, generated sites, blocked cookies, several threads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from playwright.async_api import Browser, ConsoleMessage, Page, Request, expect

from tests.support.embedded import STRICT_POLICY, Embedded

_VIOLATIONS = """
window.violations = []
document.addEventListener('securitypolicyviolation', (event) => {
  window.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`)
})
"""


async def _converse(page: Page) -> None:
    """Reads, writes, edits: all that a reader does."""
    await expect(page.get_by_role("article", name="Mira Osei")).to_be_visible()
    await page.get_by_role("button", name="Reply to Mira Osei").click()
    form = page.get_by_role("form", name="Reply to Mira Osei")
    await form.get_by_label("Comment *").fill("A reply with a [link](https://example.org/).")
    await form.get_by_label("Name *").fill("Ana")
    await form.get_by_role("button", name="Post reply").click()
    reply = page.get_by_role("article", name="Ana")
    await expect(reply.get_by_role("link", name="link", exact=True)).to_have_attribute(
        "href", "https://example.org/"
    )
    await reply.get_by_role("button", name="Edit").click()
    form = page.get_by_role("form", name="Edit your comment")
    await form.get_by_label("Comment *").fill("Said better.")
    await page.get_by_role("button", name="Save").click()
    await expect(reply).to_contain_text("Said better.")


async def test_everything_works_under_a_strict_policy_without_one_violation(
    embedded: Embedded, page: Page
) -> None:
    embedded.post("First words.")
    policy = STRICT_POLICY.replace("{server}", embedded.server.url)
    tag = embedded.tag.replace("<script", '<script nonce="R"')
    embedded.embed(headers={"Content-Security-Policy": policy}, tag=tag)
    said: list[ConsoleMessage] = []
    page.on("console", lambda message: said.append(message))
    await page.add_init_script(_VIOLATIONS)
    await page.goto(embedded.page_url)
    await _converse(page)
    assert await page.evaluate("window.violations") == []
    complaints = [message.text for message in said if message.type in ("error", "warning")]
    assert complaints == []


async def test_everything_works_on_a_page_that_requires_corp(
    embedded: Embedded, page: Page
) -> None:
    embedded.post("First words.")
    isolated = {
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    tag = embedded.tag.replace("<script", "<script crossorigin")
    embedded.embed(headers=isolated, tag=tag)
    await page.goto(embedded.page_url)
    assert await page.evaluate("crossOriginIsolated") is True
    await _converse(page)


async def test_no_cookie_is_set_and_nobody_else_is_asked(
    embedded: Embedded, browser: Browser
) -> None:
    embedded.post("First words.")
    embedded.embed()
    context = await browser.new_context()
    page = await context.new_page()
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    await page.goto(embedded.page_url)
    await _converse(page)
    ours = (embedded.server.url, embedded.site.url)
    assert [request.url for request in asked if not request.url.startswith(ours)] == []
    assert await context.cookies() == []
    await context.close()


async def test_a_reader_whose_browser_refuses_storage_can_still_read_and_write(
    embedded: Embedded, page: Page
) -> None:
    embedded.post("First words.")
    embedded.embed()
    await page.add_init_script(
        "Object.defineProperty(window, 'localStorage', "
        "{ get() { throw new DOMException('denied', 'SecurityError') } })"
    )
    failures: list[Exception] = []
    page.on("pageerror", lambda error: failures.append(error))
    await page.goto(embedded.page_url)
    await _converse(page)
    assert failures == []


async def test_two_threads_on_one_page_stay_apart(embedded: Embedded, page: Page) -> None:
    embedded.post("On the first.", url=f"{embedded.site.url}/one", name="One")
    embedded.post("On the second.", url=f"{embedded.site.url}/two", name="Two")
    element = '<afterword-comments open="eager" url="{}/{}"></afterword-comments>'
    tag = (
        element.format(embedded.site.url, "one")
        + element.format(embedded.site.url, "two")
        + f'<script async src="{embedded.server.url}/embed.js"></script>'
    )
    embedded.embed(tag=tag)
    await page.goto(embedded.page_url)
    elements = page.locator("afterword-comments")
    await expect(elements).to_have_count(2)
    for number, name in enumerate(("One", "Two")):
        articles = elements.nth(number).get_by_role("article")
        await expect(articles).to_have_count(1)
        await expect(articles).to_contain_text(name)


async def test_a_page_shows_how_many_comments_its_posts_have(
    embedded: Embedded, page: Page
) -> None:
    embedded.post("On the first.", url=f"{embedded.site.url}/one")
    count = '<afterword-count url="/{}">?</afterword-count>'
    embedded.embed(tag=count.format("one") + count.format("two") + embedded.tag)
    await page.goto(embedded.page_url)
    await expect(page.locator("afterword-count")).to_have_text(["1 reply", "0 replies"])


async def test_an_element_that_is_moved_renamed_and_made_again_shows_its_thread(
    embedded: Embedded, page: Page
) -> None:
    embedded.post("On the first.", url=f"{embedded.site.url}/one", name="One")
    embedded.post("On the second.", url=f"{embedded.site.url}/two", name="Two")
    embedded.embed()
    await page.goto(embedded.page_url)
    await expect(page.get_by_role("heading", name="Leave a comment")).to_be_visible()
    element = page.locator("afterword-comments")
    await element.evaluate(f"element => element.setAttribute('url', '{embedded.site.url}/one')")
    await expect(page.get_by_role("article", name="One")).to_be_visible()
    await element.evaluate("element => document.querySelector('main').prepend(element)")
    await expect(page.get_by_role("article", name="One")).to_be_visible()
    await element.evaluate(
        """(element, url) => {
          element.remove()
          const again = document.createElement('afterword-comments')
          again.setAttribute('url', url)
          again.setAttribute('open', 'eager')
          document.querySelector('main').append(again)
        }""",
        f"{embedded.site.url}/two",
    )
    await expect(page.get_by_role("article", name="Two")).to_be_visible()
    await expect(page.get_by_role("article", name="One")).to_have_count(0)


async def test_the_page_s_own_switch_changes_the_theme_at_once(
    embedded: Embedded, page: Page
) -> None:
    embedded.post("First words.")
    embedded.embed()
    await page.emulate_media(color_scheme="light")
    await page.goto(embedded.page_url)
    field = page.get_by_label("Comment *")
    await expect(field).to_have_css("color-scheme", "light")
    await page.evaluate("document.documentElement.dataset.theme = 'dark'")
    await expect(field).to_have_css("color-scheme", "dark")
    await page.evaluate("document.documentElement.dataset.theme = 'light'")
    await expect(field).to_have_css("color-scheme", "light")


async def test_nothing_below_the_thread_moves_when_it_arrives(
    embedded: Embedded, page: Page
) -> None:
    for number in range(20):
        embedded.post(f"Reading {number}")
    embedded.embed()
    await page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => {"
        "  for (const entry of list.getEntries()) window.shift += entry.value"
        "}).observe({ type: 'layout-shift', buffered: true })"
    )
    await page.goto(embedded.page_url)
    await expect(page.get_by_role("article")).to_have_count(20)
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    assert await page.evaluate("window.shift") == 0


async def test_a_page_of_a_real_site_generator_shows_the_thread(
    embedded: Embedded, page: Page, tmp_path: Path
) -> None:
    _generate_site(embedded, tmp_path)
    embedded.site.add_folder(tmp_path / "output")
    address = f"{embedded.site.url}/what-the-river-gauge-told-us.html"
    await page.goto(address)
    await page.get_by_label("Comment *").fill("Written under a generated page.")
    await page.get_by_label("Name *").fill("Mira Osei")
    await page.get_by_role("button", name="Post comment").click()
    await expect(page.get_by_role("article", name="Mira Osei")).to_be_visible()
    await page.goto(address + "?utm_source=feed#top")
    await expect(page.get_by_role("article", name="Mira Osei")).to_contain_text("generated page")


def _generate_site(embedded: Embedded, folder: Path) -> None:
    """A site as Pelican makes it, with the tag in the template of its articles."""
    content, templates = folder / "content", folder / "templates"
    content.mkdir()
    templates.mkdir()
    title = "What the river gauge told us"
    (content / "gauge.rst").write_text(
        f"{title}\n{'#' * len(title)}\n\n:date: 2026-03-12\n\nIt rose, and then it fell.\n"
    )
    (templates / "article.html").write_text(
        '{% extends "!simple/article.html" %}\n'
        "{% block content %}{{ super() }}\n" + embedded.tag + "\n{% endblock %}\n"
    )
    (folder / "pelicanconf.py").write_text(
        f"SITENAME = 'Field notes'\nSITEURL = '{embedded.site.url}'\nTIMEZONE = 'UTC'\n"
        "DEFAULT_LANG = 'en'\nTHEME = 'simple'\nTHEME_TEMPLATES_OVERRIDES = ['templates']\n"
        "FEED_ALL_ATOM = None\nCATEGORY_FEED_ATOM = None\n"
    )
    pelican = [sys.executable, "-m", "pelican", "content", "-s", "pelicanconf.py", "-o", "output"]
    subprocess.run(pelican, cwd=folder, check=True, capture_output=True)
