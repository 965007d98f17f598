"""Signing in from a page of another site, in a browser that blocks the cookies of third parties."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit

import httpx2
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.support.browser import chromium_with
from tests.support.embedded import STRICT_POLICY, Embedded
from tests.support.host_site import HostSite
from tests.support.oidc_provider import CLIENT_ID, CLIENT_SECRET, OidcProvider
from tests.support.server import UNHURRIED, Serve, wait_until


class Elsewhere(HostSite):
    """The same pages under a name that is another site than the server's number."""

    @property
    def url(self) -> str:
        return super().url.replace("127.0.0.1", "localhost")


@pytest.fixture
def blog(serve: Serve, provider: OidcProvider) -> Iterator[Embedded]:
    """A site where only readers write who have signed in at the provider."""
    provider.clock = int(time.time())
    pages = Elsewhere()
    server = serve(AFTERWORD_ALLOW_HOSTS=urlsplit(provider.issuer).netloc)
    added = server.run(
        *("site", "add", "blog", "--origin", pages.url, "--hold", "none", "--no-guests"), *UNHURRIED
    )
    assert added.returncode == 0, added.stderr
    way = server.run(
        *("provider", "add", "blog", "--kind", "oidc", "--name", "Example"),
        *("--issuer", provider.issuer, "--audience", CLIENT_ID),
        given=CLIENT_SECRET,
    )
    assert way.returncode == 0, way.stderr
    with httpx2.Client(base_url=server.url, timeout=30) as client:
        made = Embedded(server, pages, client)
        wait_until(made.is_known, 10, server.output)
        wait_until(lambda: "Example" in str(made.thread()["site"]), 10, server.output)
        yield made
    pages.close()


@pytest_asyncio.fixture
async def wary() -> AsyncIterator[Browser]:
    """A Chromium that blocks the cookies of third parties."""
    async with chromium_with("--test-third-party-cookie-phaseout") as started:
        yield started


async def begin(page: Page, blog: Embedded) -> Page:
    """The window at the provider."""
    await page.goto(blog.page_url)
    await page.get_by_label("Comment *").click()
    way = page.get_by_role("button", name="Sign in with Example")
    await expect(way).to_be_visible()
    async with page.expect_popup() as opened:
        await way.click()
    window = await opened.value
    await expect(window.get_by_role("heading", name="Sign in at the provider")).to_be_visible()
    return window


async def test_a_reader_signs_in_writes_and_signs_out_under_a_strict_policy(
    blog: Embedded, wary: Browser
) -> None:
    policy = STRICT_POLICY.replace("{server}", blog.server.url)
    tag = blog.tag.replace("<script", '<script nonce="R"')
    blog.embed(headers={"Content-Security-Policy": policy}, tag=tag)
    context = await wary.new_context(viewport={"width": 320, "height": 700})
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    window = await begin(page, blog)
    await expect(page.get_by_text("Please sign in to write a comment.")).to_be_visible()
    async with window.expect_event("close"):
        await window.get_by_role("button", name="Allow").click()
    await expect(page.get_by_role("group", name="Sign in")).to_contain_text(
        "Signed in as Mira Osei"
    )
    await expect(page.get_by_label("Name *")).to_be_hidden()
    await page.get_by_label("Comment *").fill("The weir is open.")
    await page.get_by_role("button", name="Post comment").click()
    written = page.get_by_role("article", name="Mira Osei")
    await expect(written).to_contain_text("The weir is open.")
    await expect(written).to_contain_text("Verified")
    assert [cookie for cookie in await context.cookies() if "sign" in cookie.get("name", "")] == []
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 320
    await page.reload()
    await page.get_by_label("Comment *").click()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("button", name="Sign in with Example")).to_be_visible()
    assert complaints == []
    await context.close()


async def test_who_refuses_at_the_provider_is_told_and_not_signed_in(
    blog: Embedded, wary: Browser
) -> None:
    blog.embed()
    context = await wary.new_context()
    page = await context.new_page()
    window = await begin(page, blog)
    await window.get_by_role("button", name="Refuse").click()
    await expect(window.get_by_text("Nobody was signed in.")).to_be_visible()
    await expect(page.get_by_role("button", name="Sign in with Example")).to_be_visible()
    await context.close()


async def test_an_opener_that_went_to_another_site_hears_nothing(
    blog: Embedded, wary: Browser
) -> None:
    blog.embed()
    context = await wary.new_context()
    page = await context.new_page()
    window = await begin(page, blog)
    await page.goto(blog.page_url.replace("localhost", "127.0.0.1"))
    await page.evaluate(
        "window.heard = []; addEventListener('message', ({ data }) => heard.push(data))"
    )
    async with window.expect_event("close"):
        await window.get_by_role("button", name="Allow").click()
    assert await page.evaluate("window.heard") == []
    await context.close()
