"""What somebody who only reads meets, in a real browser: order, folding, permalinks, news, live arrival."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, Route, expect

from tests.support.browser import until
from tests.support.embedded import STRICT_POLICY, Embedded
from tests.support.looking import focus

_TOP = "node => node.getBoundingClientRect().top"
_HIDE = """
hidden => {
  Object.defineProperty(document, 'hidden', { value: hidden, configurable: true })
  document.dispatchEvent(new Event('visibilitychange'))
}
"""


@pytest_asyncio.fixture
async def reader(embedded: Embedded, page: Page) -> AsyncIterator[Page]:
    """A tab that says what went wrong in it."""
    embedded.embed()
    failures: list[Exception] = []
    page.on("pageerror", lambda error: failures.append(error))
    yield page
    assert failures == []


def _post(embedded: Embedded, count: int, **fields: object) -> list[int]:
    """Comments that nobody else has written word for word, by their ids."""
    sent = (embedded.post(f"Reading {uuid4()}", **fields) for _ in range(count))
    return [answer.json()["comment"]["id"] for answer in sent]


async def _open(embedded: Embedded, page: Page, hash: str = "") -> None:
    await page.goto(embedded.page_url + hash)
    await expect(page.get_by_role("heading", name="Leave a comment")).to_be_attached()


def _comment(page: Page, id: int) -> Locator:
    return page.locator(f"#comment-{id}")


async def _is_shown(page: Page, id: int) -> None:
    """A permalink has done what it is for."""
    comment = _comment(page, id)
    await expect(comment).to_be_focused()
    await expect(comment).to_have_class(re.compile("target"))
    await expect(comment).to_be_in_viewport()


async def test_the_order_is_chosen_by_the_reader_and_stays_chosen(
    embedded: Embedded, reader: Page
) -> None:
    first, *_, last = _post(embedded, 3)
    await _open(embedded, reader)
    articles = reader.get_by_role("article")
    await expect(articles.first).to_have_id(f"comment-{first}")
    await reader.get_by_label("Order").focus()
    await reader.get_by_label("Order").select_option("Newest first")
    await expect(articles.first).to_have_id(f"comment-{last}")
    assert await focus(reader) == "Order"
    await reader.reload()
    await expect(articles.first).to_have_id(f"comment-{last}")
    await expect(reader.get_by_label("Order")).to_have_value("newest")


async def test_replies_are_folded_and_still_found_by_the_browsers_search(
    embedded: Embedded, reader: Page
) -> None:
    [parent] = _post(embedded, 1)
    [reply] = _post(embedded, 1, parent=parent)
    await _open(embedded, reader)
    fold = _comment(reader, parent).get_by_role("button", name="Hide replies")
    await expect(fold).to_have_attribute("aria-expanded", "true")
    await fold.click()
    await expect(_comment(reader, reply)).not_to_be_visible()
    more = _comment(reader, parent).get_by_role("button", name="1 reply")
    await expect(more).to_have_attribute("aria-expanded", "false")
    found = _comment(reader, reply).locator("xpath=ancestor::ol[@hidden]")
    await expect(found).to_have_attribute("hidden", "until-found")
    await expect(found).to_have_css("content-visibility", "hidden")
    await reader.goto(f"{embedded.page_url}#comment-{reply}")
    await _is_shown(reader, reply)
    await expect(_comment(reader, reply)).to_be_visible()


async def test_permalinks_lead_to_their_comment_among_a_thousand(
    embedded: Embedded, reader: Page
) -> None:
    ids = _post(embedded, 1000)
    middle, late = ids[500], ids[950]
    replies = _post(embedded, 20, parent=middle)
    for order in ("oldest", "newest", "top"):
        embedded.embed(tag=embedded.tag.replace("<script", f'<script data-sort="{order}"'))
        await reader.goto("about:blank")
        for id in (middle, late, replies[-1]):
            await reader.goto(f"{embedded.page_url}#comment-{id}")
            await _is_shown(reader, id)
        await reader.reload()
        await _is_shown(reader, replies[-1])
        await reader.go_back()
        await _is_shown(reader, late)
        await reader.go_forward()
        await _is_shown(reader, replies[-1])
    await reader.get_by_role("button", name="Show the comments from the beginning").click()
    await expect(reader.get_by_role("article").first).to_be_visible()


async def test_what_is_new_since_the_last_visit_is_marked_and_gone_to(
    embedded: Embedded, reader: Page
) -> None:
    [old] = _post(embedded, 1)
    await _open(embedded, reader)
    await expect(reader.get_by_text("since your last visit")).to_have_count(0)
    await _comment(reader, old).scroll_into_view_if_needed()
    await reader.evaluate(_HIDE, True)
    await until(reader, "Object.keys(localStorage).length === 1")
    fresh, newest = _post(embedded, 2, name="Ana")
    await _open(embedded, reader)
    await expect(reader.get_by_text("2 new since your last visit")).to_be_visible()
    await expect(_comment(reader, fresh).locator("header")).to_contain_text("new")
    await expect(_comment(reader, old).locator("header")).not_to_contain_text("new")
    await reader.get_by_role("button", name="Next new comment").click()
    await _is_shown(reader, fresh)
    await reader.keyboard.press("n")
    await _is_shown(reader, newest)


async def test_what_arrives_waits_in_a_bar_and_moves_nothing(
    embedded: Embedded, reader: Page
) -> None:
    ids = _post(embedded, 30)
    await reader.set_viewport_size({"width": 800, "height": 600})
    async with reader.expect_request("**/api/v1/thread/events?*"):
        await _open(embedded, reader)
        await reader.locator("afterword-comments").scroll_into_view_if_needed()
    await _comment(reader, ids[0]).scroll_into_view_if_needed()
    tops = [await _comment(reader, id).evaluate(_TOP) for id in (ids[0], ids[-1])]
    [fresh] = _post(embedded, 1, parent=ids[3], name="Ana")
    bar = reader.get_by_role("button", name="1 new comment")
    await expect(bar).to_be_visible()
    assert [await _comment(reader, id).evaluate(_TOP) for id in (ids[0], ids[-1])] == tops
    await expect(reader.get_by_role("heading", name=re.compile("31 replies"))).to_be_visible()
    await expect(_comment(reader, fresh)).to_have_count(0)
    await bar.click()
    await _is_shown(reader, fresh)
    await expect(bar).to_have_count(0)


async def test_ones_own_comment_is_no_news(embedded: Embedded, reader: Page) -> None:
    _post(embedded, 1)
    async with reader.expect_request("**/api/v1/thread/events?*"):
        await _open(embedded, reader)
    await reader.get_by_label("Comment *").fill("Written here")
    await reader.get_by_label("Name *").fill("Ana")
    await reader.get_by_role("button", name="Post comment").click()
    await expect(reader.get_by_role("article", name="Ana")).to_be_visible()
    _post(embedded, 1, name="Tom")
    await expect(reader.get_by_role("button", name="1 new comment")).to_be_visible()
    await expect(reader.get_by_role("heading", name=re.compile("3 replies"))).to_be_visible()


async def test_nobody_is_followed_who_does_not_look(embedded: Embedded, reader: Page) -> None:
    _post(embedded, 1)
    async with reader.expect_request("**/api/v1/thread/events?*") as asked:
        await _open(embedded, reader)
    stream = await asked.value
    async with reader.expect_event("requestfailed", lambda failed: failed.url == stream.url):
        await reader.evaluate(_HIDE, True)
    async with reader.expect_request("**/api/v1/thread/events?*"):
        await reader.evaluate(_HIDE, False)


async def test_a_second_file_that_somebody_has_changed_does_not_run(
    embedded: Embedded, page: Page
) -> None:
    _post(embedded, 1)
    policy = STRICT_POLICY.replace("{server}", embedded.server.url)
    tag = embedded.tag.replace("<script", '<script nonce="R"')
    embedded.embed(headers={"Content-Security-Policy": policy}, tag=tag)

    async def tamper(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, body="window.tampered = 1;" + await answer.text())

    await page.route("**/embed/*.js", tamper)
    await _open(embedded, page)
    await page.get_by_label("Comment *").focus()
    await expect(page.get_by_text("This page is older than the comments.")).to_be_visible()
    assert await page.evaluate("window.tampered") is None
    await page.unroute("**/embed/*.js")
    await page.get_by_role("button", name="Reply to Mira Osei").click()
    await expect(page.get_by_role("button", name="Post reply")).to_be_visible()


async def test_the_thread_is_data_for_programs_where_a_page_asks_for_it(
    embedded: Embedded, page: Page
) -> None:
    _post(embedded, 2)
    policy = STRICT_POLICY.replace("{server}", embedded.server.url)
    tag = embedded.tag.replace("<script", '<script nonce="R" data-json-ld')
    embedded.embed(headers={"Content-Security-Policy": policy}, tag=tag)
    await _open(embedded, page)
    data = page.locator('afterword-comments script[type="application/ld+json"]')
    await expect(data).to_have_count(1)
    shown = await data.evaluate("node => JSON.parse(node.textContent)")
    assert (shown["@type"], shown["commentCount"], len(shown["comment"])) == ("Article", 2, 2)
    assert shown["comment"][0]["text"].startswith("Reading ")
    await page.locator("afterword-comments").evaluate("node => node.remove()")
    await expect(data).to_have_count(0)


async def test_a_frame_without_an_origin_has_a_way_out(embedded: Embedded, page: Page) -> None:
    embedded.embed()
    frame = f'<iframe sandbox="allow-scripts" src="{embedded.page_url}"></iframe>'
    embedded.embed(path="/framed.html", tag=frame)
    await page.goto(f"{embedded.site.url}/framed.html")
    inside = page.frame_locator("iframe")
    await expect(inside.get_by_text("Comments cannot be shown in this frame.")).to_be_visible()
    link = inside.get_by_role("link", name="Open them on their own page")
    address = await link.get_attribute("href")
    await page.goto(str(address))
    await expect(page.get_by_role("heading", name="Leave a comment")).to_be_visible()


async def test_what_is_printed_is_every_word_and_no_button(
    embedded: Embedded, reader: Page
) -> None:
    [parent] = _post(embedded, 1)
    [reply] = _post(embedded, 1, parent=parent)
    await _open(embedded, reader)
    await _comment(reader, parent).get_by_role("button", name="Hide replies").click()
    await reader.emulate_media(media="print")
    await expect(_comment(reader, reply)).to_be_visible()
    shown = "nodes => nodes.filter((node) => node.checkVisibility()).length"
    controls = reader.locator("afterword-comments").locator("button, select, form, .action")
    assert await controls.evaluate_all(shown) == 0


async def test_a_hundred_threads_that_come_and_go_leave_nothing(
    embedded: Embedded, browser: Browser
) -> None:
    _post(embedded, 5)
    embedded.embed(tag=f'<script async src="{embedded.server.url}/embed.js"></script><p id=place>')
    page = await (await browser.new_context()).new_page()
    await page.goto(embedded.page_url)
    session = await page.context.new_cdp_session(page)
    await session.send("Performance.enable")

    async def come_and_go(times: int) -> None:
        await page.evaluate(
            """async (times) => {
              for (let time = 0; time < times; time++) {
                const node = document.createElement('afterword-comments')
                node.setAttribute('open', 'eager')
                const ready = new Promise((done) => node.addEventListener('afterword:ready', done))
                document.getElementById('place').append(node)
                await ready
                await new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
                node.remove()
              }
            }""",
            times,
        )

    async def left() -> dict[str, float]:
        for _ in range(3):
            await session.send("HeapProfiler.collectGarbage")
        metrics = (await session.send("Performance.getMetrics"))["metrics"]
        return {each["name"]: each["value"] for each in metrics}

    await come_and_go(10)
    before = await left()
    await come_and_go(100)
    after = await left()
    for name in ("Nodes", "JSEventListeners", "Documents"):
        assert after[name] <= before[name] + 10, (name, before[name], after[name])
    assert after["JSHeapUsedSize"] < before["JSHeapUsedSize"] + 300_000
    await page.context.close()
