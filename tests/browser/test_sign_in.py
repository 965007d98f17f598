"""Signing in from a page of another site, in a browser that blocks the cookies of third parties."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx2
import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.support.embedded import STRICT_POLICY, Embedded
from tests.support.host_site import HostPage, HostSite
from tests.support.mailing import faults
from tests.support.oidc_provider import CLIENT_ID, CLIENT_SECRET, OidcProvider
from tests.support.server import UNHURRIED, Serve, wait_until
from tests.support.widget_states import put_up


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


async def wary_page(context: BrowserContext) -> Page:
    """A tab that takes no cookies of third parties, in no exception that browsers make."""
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    await session.send("Network.enable")
    controls = {
        "enableThirdPartyCookieRestriction": True,
        "disableThirdPartyCookieMetadata": True,
        "disableThirdPartyCookieHeuristics": True,
    }
    await session.send("Network.setCookieControls", controls)
    return page


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


async def allow(window: Page) -> None:
    """Says yes at the provider; the window closes by itself."""
    async with window.expect_event("close"):
        await window.get_by_role("button", name="Allow").click()


async def test_a_reader_signs_in_writes_and_signs_out_under_a_strict_policy(
    blog: Embedded, browser: Browser
) -> None:
    policy = STRICT_POLICY.replace("{server}", blog.server.url)
    tag = blog.tag.replace("<script", '<script nonce="R"')
    blog.embed(headers={"Content-Security-Policy": policy}, tag=tag)
    context = await browser.new_context(viewport={"width": 320, "height": 700})
    page = await wary_page(context)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    window = await begin(page, blog)
    await expect(page.get_by_text("Please sign in to write a comment.")).to_be_visible()
    await allow(window)
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


async def test_this_browser_takes_no_cookie_of_a_third_party_and_others_do(
    blog: Embedded, browser: Browser
) -> None:
    """What the round trip above shows, it shows only if this is so."""
    cookie = "third=1; SameSite=None; Secure; Path=/"
    with third_party({"Set-Cookie": cookie}) as third:
        frame = f'<iframe src="{third.url}/frame.html"></iframe>'
        blog.embed(tag=frame)
        kept = {}
        for is_wary in (False, True):
            context = await browser.new_context()
            page = await (wary_page(context) if is_wary else context.new_page())
            await page.goto(blog.page_url)
            await expect(page.frame_locator("iframe").get_by_text("A frame.")).to_be_visible()
            kept[is_wary] = [each.get("name") for each in await context.cookies(third.url)]
            await context.close()
    assert kept == {False: ["third"], True: []}


@contextmanager
def third_party(headers: dict[str, str]) -> Iterator[HostSite]:
    """A page of another site, with these headers."""
    site = HostSite()
    site.pages["/frame.html"] = HostPage("<p>A frame.</p>", headers)
    yield site
    site.close()


async def test_a_window_that_the_browser_blocks_is_a_link_that_signs_in(
    blog: Embedded, browser: Browser
) -> None:
    """A headless Chromium blocks none, so the page hears what it hears from one that does."""
    put_up(blog)
    context = await browser.new_context()
    page = await wary_page(context)
    await page.add_init_script("window.open = () => null")
    await page.goto(blog.page_url)
    await page.get_by_label("Comment *").click()
    await page.get_by_role("button", name="Sign in with Example").click()
    await expect(page.get_by_text("Your browser did not open the window.")).to_be_visible()
    link = page.get_by_role("link", name="Sign in with Example")
    await expect(link).to_be_focused()
    assert await faults(page) == []
    async with page.expect_popup() as opened:
        await page.keyboard.press("Enter")
    window = await opened.value
    await allow(window)
    await expect(page.get_by_role("group", name="Sign in")).to_contain_text("Signed in as Mira")
    await expect(page.get_by_label("Comment *")).to_be_focused()
    await context.close()


async def test_a_window_that_is_closed_by_hand_is_said_and_can_be_opened_again(
    blog: Embedded, browser: Browser
) -> None:
    put_up(blog)
    context = await browser.new_context()
    page = await wary_page(context)
    window = await begin(page, blog)
    await window.close()
    said = page.get_by_role("status").get_by_text("The window was closed")
    await expect(
        page.get_by_text("The window was closed, and nobody is signed in.")
    ).to_be_visible()
    assert await faults(page) == []
    async with page.expect_popup() as opened:
        await page.get_by_role("button", name="Sign in with Example").click()
    await expect(said).to_have_count(0)
    window = await opened.value
    await allow(window)
    await expect(page.get_by_role("group", name="Sign in")).to_contain_text("Signed in as Mira")
    await context.close()


async def test_who_has_signed_in_finds_all_of_theirs_and_erases_it(
    blog: Embedded, browser: Browser
) -> None:
    put_up(blog)
    context = await browser.new_context()
    page = await wary_page(context)
    window = await begin(page, blog)
    await allow(window)
    await page.get_by_label("Comment *").fill("The weir is open.")
    await page.get_by_role("button", name="Post comment").click()
    await expect(page.get_by_role("article", name="Mira Osei")).to_be_visible()
    async with page.expect_popup() as opened:
        await page.get_by_role("button", name="Your comments and your data").click()
    own = await opened.value
    await own.get_by_role("button", name="Open my page").click()
    await expect(own.get_by_text("The weir is open.")).to_be_visible()
    assert await own.evaluate("opener") is None
    assert own.url == f"{blog.server.url}/me"
    assert await faults(own) == []
    async with own.expect_download() as copied:
        await own.get_by_role("link", name="Download a copy of your data").click()
    assert "The weir is open." in (await (await copied.value).path()).read_text()
    await own.get_by_role("link", name="Erase everything").click()
    await own.get_by_role("button", name="Yes, erase everything").click()
    await expect(own.get_by_text("Everything is erased.")).to_be_visible()
    assert blog.thread()["count"] == 0
    await context.close()


async def test_who_refuses_at_the_provider_is_told_and_not_signed_in(
    blog: Embedded, browser: Browser
) -> None:
    blog.embed()
    context = await browser.new_context()
    page = await wary_page(context)
    window = await begin(page, blog)
    await window.get_by_role("button", name="Refuse").click()
    await expect(window.get_by_text("Nobody was signed in.")).to_be_visible()
    await expect(page.get_by_role("button", name="Sign in with Example")).to_be_visible()
    await context.close()


async def test_an_opener_that_went_to_another_site_hears_nothing(
    blog: Embedded, browser: Browser
) -> None:
    blog.embed()
    context = await browser.new_context()
    page = await wary_page(context)
    window = await begin(page, blog)
    await page.goto(blog.page_url.replace("localhost", "127.0.0.1"))
    await page.evaluate(
        "window.heard = []; addEventListener('message', ({ data }) => heard.push(data))"
    )
    await allow(window)
    assert await page.evaluate("window.heard") == []
    await context.close()
