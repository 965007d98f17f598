"""The states that the widget can be in, each as a page that brings it there."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Awaitable, Callable

from playwright.async_api import Locator, Page, expect

from tests.support.dashboard import signed_in
from tests.support.embedded import Embedded
from tests.support.server import wait_until

State = Callable[[Embedded, Page], Awaitable[None]]

SCHEMES = "<style>:root { color-scheme: light dark; background: canvas; color: canvastext }</style>"
RICH = (
    "A [link](https://example.org/), `code`, **strong** and *stressed* words.\n\n> Said before\n\n"
    "1. One\n2. Two\n\n```\n"
    + "a long line of code " * 12
    + "\n```\n\n"
    + "https://example.org/"
    + "x" * 90
)
LINKS = "https://a.example https://b.example https://c.example"


def put_up(embedded: Embedded, **attributes: str) -> None:
    """A host page that is dark where its reader wishes so."""
    given = "".join(f' data-{name}="{value}"' for name, value in attributes.items())
    tag = embedded.tag.replace("<script", f"<script{given}", 1)
    embedded.embed(tag=SCHEMES + (tag.replace(' data-open="eager"', "") if given else tag))


async def open_page(embedded: Embedded, page: Page) -> None:
    put_up(embedded)
    await page.goto(embedded.page_url)


async def opened(embedded: Embedded, page: Page) -> None:
    await open_page(embedded, page)
    await page.get_by_label("Comment *").focus()
    await expect(page.get_by_role("button", name="Post comment")).to_be_visible()


async def fill(page: Page, body: str = "And the step?", name: str = "Ana Brook") -> None:
    form = page.get_by_role("form").first
    await form.get_by_label("Comment *").fill(body)
    await form.get_by_label("Name *").fill(name)


async def write(page: Page, body: str = "And the step?", *, by: str = "Post comment") -> Locator:
    await fill(page, body)
    await page.get_by_role("button", name=by).click()
    own = page.get_by_role("article", name="Ana Brook")
    await expect(own).to_be_focused()
    return own


async def empty(embedded: Embedded, page: Page) -> None:
    await opened(embedded, page)
    await expect(page.get_by_role("heading", name="No replies yet")).to_be_visible()


async def loading(embedded: Embedded, page: Page) -> None:
    await page.add_init_script("window.fetch = () => new Promise(() => {})")
    await open_page(embedded, page)
    skeleton = page.locator(".skeleton")
    await expect(skeleton).to_contain_text("Loading")
    await skeleton.evaluate("node => Promise.all(node.getAnimations().map((it) => it.finished))")


async def thread(embedded: Embedded, page: Page) -> None:
    parent = embedded.post(RICH, website="https://mira.example/").json()["comment"]["id"]
    with signed_in(embedded.server) as dashboard:
        assert dashboard.reply(parent, "An answer of **ours**.")
    for depth in range(7):
        sent = embedded.post(f"Level {depth}", parent=parent, name=f"Reader {depth}")
        parent = sent.json()["comment"]["id"]
    await opened(embedded, page)
    await expect(page.get_by_text("Staff", exact=True)).to_be_visible()
    await expect(page.get_by_role("article")).to_have_count(9)


async def reply_form(embedded: Embedded, page: Page) -> None:
    embedded.post(RICH)
    await opened(embedded, page)
    await page.get_by_role("button", name="Reply to Mira Osei").click()
    await expect(page.get_by_role("form", name="Reply to Mira Osei")).to_be_visible()


async def field_errors(embedded: Embedded, page: Page) -> None:
    await opened(embedded, page)
    await page.get_by_label("Email").fill("not an address")
    await page.get_by_label("Website").fill("https://")
    await page.get_by_role("button", name="Post comment").click()
    await expect(page.get_by_text("Please check the address.")).to_have_count(2)
    await expect(page.get_by_label("Comment *")).to_be_focused()


async def server_error(embedded: Embedded, page: Page) -> None:
    await opened(embedded, page)
    headers = {"Access-Control-Allow-Origin": embedded.site.url}
    problem = {"code": "unavailable", "detail": "The database is busy; try again."}
    await page.route(
        "**/api/v1/comments", lambda route: route.fulfill(status=503, headers=headers, json=problem)
    )
    await fill(page)
    await page.get_by_role("button", name="Post comment").click()
    await expect(page.get_by_text("Not sent: The database is busy")).to_be_visible()
    await expect(page.get_by_role("button", name="Try again")).to_be_focused()


async def not_sent(embedded: Embedded, page: Page) -> None:
    await opened(embedded, page)
    await page.route("**/api/v1/comments", lambda route: route.abort())
    await fill(page)
    await page.get_by_role("button", name="Post comment").click()
    await expect(page.get_by_text("Not sent: the comment server")).to_be_visible()


async def offline(embedded: Embedded, page: Page) -> None:
    await not_sent(embedded, page)
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_text("You are offline.")).to_be_visible()


async def preview(embedded: Embedded, page: Page) -> None:
    await opened(embedded, page)
    await fill(page, RICH)
    await page.get_by_role("button", name="Preview").click()
    look = page.get_by_role("status", name="How it will look")
    await expect(look.locator("blockquote")).to_be_visible()


async def draft(embedded: Embedded, page: Page) -> None:
    await opened(embedded, page)
    await fill(page, "x" * 9_990)
    await expect(page.get_by_text("10 characters left")).to_be_visible()
    await page.reload()
    await page.get_by_label("Comment *").focus()
    await expect(page.get_by_text("Your draft was kept.")).to_be_visible()


async def held(embedded: Embedded, page: Page) -> None:
    embedded.post("First words.")
    await opened(embedded, page)
    await expect(await write(page, LINKS)).to_contain_text("waiting for approval")


async def published(embedded: Embedded, page: Page) -> None:
    await opened(embedded, page)
    await write(page)
    await expect(page.get_by_text("Your comment is published.")).to_have_count(1)


async def edit_open(embedded: Embedded, page: Page) -> None:
    await opened(embedded, page)
    own = await write(page)
    await own.get_by_role("button", name="Edit").click()
    await expect(page.get_by_role("button", name="Save")).to_be_visible()


async def delete_question(embedded: Embedded, page: Page) -> None:
    await opened(embedded, page)
    own = await write(page)
    await own.get_by_role("button", name="Delete").click()
    await expect(page.get_by_role("group", name="Delete this comment?")).to_be_visible()


async def removed(embedded: Embedded, page: Page) -> None:
    await opened(embedded, page)
    own = await write(page)
    number = embedded.thread()["comments"][0]["id"]
    assert embedded.post("An answer that stays.", parent=number).status_code == 201
    await page.reload()
    await own.get_by_role("button", name="Delete").click()
    question = own.get_by_role("group", name="Delete this comment?")
    await question.get_by_role("button", name="Delete").click()
    await expect(page.get_by_text("This comment was removed.")).to_be_visible()
    await expect(page.get_by_text("An answer that stays.")).to_be_visible()


async def closed(embedded: Embedded, page: Page) -> None:
    embedded.post("The last word.")
    with sqlite3.connect(embedded.server.data / "afterword.db") as db:
        db.execute("UPDATE page SET closed = 1 WHERE url = ?", [embedded.page_url])
    db.close()
    await open_page(embedded, page)
    await expect(page.get_by_text("Comments are closed.")).to_be_visible()
    await expect(page.get_by_role("button", name=re.compile("Reply|Leave"))).to_have_count(0)


async def failed(embedded: Embedded, page: Page) -> None:
    await page.route("**/api/v1/thread?*", lambda route: route.abort())
    await open_page(embedded, page)
    await expect(page.get_by_text("The comments could not be loaded.")).to_be_visible()


async def unknown_origin(embedded: Embedded, page: Page) -> None:
    put_up(embedded)
    await page.goto(embedded.page_url.replace("127.0.0.1", "localhost"))
    await expect(page.get_by_text("Comments are not available on this page.")).to_be_visible()


async def offered(embedded: Embedded, page: Page) -> None:
    embedded.post("First words.")
    put_up(embedded, open="click")
    await page.goto(embedded.page_url)
    await expect(page.get_by_role("button", name="Show comments")).to_be_visible()


async def permalink(embedded: Embedded, page: Page) -> None:
    number = embedded.post(RICH).json()["comment"]["id"]
    put_up(embedded)
    await page.goto(f"{embedded.page_url}#comment-{number}")
    await expect(page.get_by_role("article")).to_be_focused()


async def folded(embedded: Embedded, page: Page) -> None:
    parent = embedded.post(RICH).json()["comment"]["id"]
    embedded.post("An answer.", parent=parent, name="Ana Brook")
    await opened(embedded, page)
    await page.get_by_role("button", name="Hide replies").click()
    await expect(page.get_by_role("button", name="1 reply", exact=True)).to_be_focused()
    await expect(page.get_by_text("An answer.")).to_be_hidden()


async def opinions(embedded: Embedded, page: Page) -> None:
    """Both votes and reactions, one of each given."""
    number = embedded.post(RICH).json()["comment"]["id"]
    edited = embedded.server.run(
        *("site", "edit", "blog", "--votes", "both"),
        *("--reactions", "Useful", "--reactions", "Surprising"),
    )
    assert edited.returncode == 0, edited.stderr
    wait_until(lambda: bool(embedded.thread()["page"]["reactions"]), 10, embedded.server.output)
    await opened(embedded, page)
    article = page.locator(f"#comment-{number}")
    for button in (article.get_by_role("button", name="Dislike"), page.get_by_text("Useful")):
        await button.click()
        await expect(button).to_have_attribute("aria-pressed", "true")


async def report_form(embedded: Embedded, page: Page) -> None:
    embedded.post(RICH)
    await opened(embedded, page)
    await page.get_by_role("button", name="Report the comment").click()
    await expect(page.get_by_role("radio", name="It is advertising")).to_be_focused()


async def arrived(embedded: Embedded, page: Page) -> None:
    embedded.post("First words.")
    async with page.expect_request("**/api/v1/thread/events?*"):
        await opened(embedded, page)
    embedded.post("Words that came meanwhile.", name="Tom Abernethy")
    await expect(page.get_by_role("button", name="1 new comment")).to_be_visible()
    await expect(page.get_by_text("Words that came meanwhile.")).to_have_count(0)


async def unread(embedded: Embedded, page: Page) -> None:
    embedded.post("First words.")
    await opened(embedded, page)
    await page.goto("about:blank")
    embedded.post("Words since then.", name="Tom Abernethy")
    await opened(embedded, page)
    await expect(page.get_by_text("1 new since your last visit")).to_be_visible()


STATES: tuple[State, ...] = (
    *(empty, loading, thread, reply_form, field_errors, server_error, not_sent, held, published),
    *(offline, preview, draft, folded, opinions, report_form, arrived, unread),
    *(edit_open, delete_question, removed, closed, failed, unknown_origin, offered, permalink),
)
