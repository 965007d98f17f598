"""Readers are spoken to in the language of the page, and without scripts in their own."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.axe import violations
from tests.support.embedded import Embedded
from tests.support.server import wait_until

TITLE = "What the river gauge told us"
SPOKEN = {
    "de": (f"2 Antworten auf „{TITLE}“", "Einen Kommentar schreiben"),
    "ar": (f"ردّان على «{TITLE}»", "كتابة تعليق"),
}


def two_comments(embedded: Embedded) -> None:
    for name in ("Mira Osei", "Jonas Thiel"):
        embedded.post(f"{name} read 2.31.", name=name)


@pytest.mark.parametrize("lang", SPOKEN)
async def test_the_widget_speaks_the_language_of_the_page(
    embedded: Embedded, page: Page, lang: str
) -> None:
    two_comments(embedded)
    src = f"{embedded.server.url}/embed.js"
    tag = f'<script async src="{src}" data-open="eager" data-lang="{lang}"></script>'
    embedded.embed(tag=tag)
    await page.goto(embedded.page_url)
    heading, leave = SPOKEN[lang]
    await expect(page.get_by_role("heading", name=heading)).to_be_visible()
    await expect(page.get_by_text(leave).first).to_be_visible()


@pytest.mark.parametrize("lang", SPOKEN)
async def test_without_scripts_the_browser_says_the_language(
    embedded: Embedded, browser: Browser, lang: str
) -> None:
    two_comments(embedded)
    context = await browser.new_context(java_script_enabled=False, locale=lang)
    page = await context.new_page()
    await page.goto(f"{embedded.server.url}/thread?url={quote(embedded.page_url)}")
    heading, leave = SPOKEN[lang]
    await expect(page.get_by_role("heading", name=heading)).to_be_visible()
    await expect(page.get_by_role("heading", name=leave)).to_be_visible()
    await context.close()


@pytest.mark.parametrize(
    ("lang", "said"), [("de", "2 Antworten"), ("ar", "ردّان"), ("en", "2 replies")]
)
async def test_counts_are_said_in_the_language_of_the_page(
    embedded: Embedded, page: Page, lang: str, said: str
) -> None:
    two_comments(embedded)
    count = f'<afterword-count url="{embedded.page_url}">?</afterword-count>'
    embedded.embed(tag=count + embedded.tag, path="/list.html")
    listed = embedded.site.pages["/list.html"]
    body = str(listed.body).replace('lang="en"', f'lang="{lang}"')
    embedded.site.pages["/list.html"] = replace(listed, body=body)
    await page.goto(f"{embedded.site.url}/list.html")
    await expect(page.locator("afterword-count")).to_have_text(said)


async def test_a_page_from_right_to_left_has_no_faults(embedded: Embedded, page: Page) -> None:
    two_comments(embedded)
    await page.goto(f"{embedded.server.url}/thread?url={quote(embedded.page_url)}&lang=ar")
    assert await page.evaluate("getComputedStyle(document.body).direction") == "rtl"
    assert await violations(page) == []


async def test_a_site_is_heard_in_its_own_words(embedded: Embedded, page: Page) -> None:
    two_comments(embedded)
    words = ("--word", "replies=a thought|{count} thoughts", "--word", "leave=Join in")
    heading = ("--word", "heading={count} thought: {title}|{count} thoughts: {title}")
    changed = embedded.server.run("site", "edit", "blog", *words, *heading)
    assert changed.returncode == 0, changed.stderr
    embedded.embed()
    wait_until(lambda: "thoughts" in str(embedded.thread()["words"]), 10, lambda: "no own words")
    await page.goto(embedded.page_url)
    await expect(page.get_by_role("heading", name=f"2 thoughts: {TITLE}")).to_be_visible()
    await expect(page.get_by_role("heading", name="Join in")).to_be_visible()
    await expect(page.get_by_text("just now")).to_have_count(2)
