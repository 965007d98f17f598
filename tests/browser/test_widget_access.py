"""The widget in each of its states: for axe-core, by keyboard alone, at 320 pixels, in forced colours."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from tests.support.axe import violations
from tests.support.dashboard import signed_in
from tests.support.embedded import Embedded
from tests.support.looking import focus, is_too_wide, moving, small_targets, tab_to

State = Callable[[Embedded, Page], Awaitable[None]]
Look = Callable[[Page], Awaitable[list[str]]]

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
NARROW: ViewportSize = {"width": 320, "height": 640}


def _put_up(embedded: Embedded, **attributes: str) -> None:
    """A host page that is dark where its reader wishes so."""
    given = "".join(f' data-{name}="{value}"' for name, value in attributes.items())
    tag = embedded.tag.replace("<script", f"<script{given}", 1)
    embedded.embed(tag=SCHEMES + (tag.replace(' data-open="eager"', "") if given else tag))


async def _open(embedded: Embedded, page: Page) -> None:
    _put_up(embedded)
    await page.goto(embedded.page_url)


async def _opened(embedded: Embedded, page: Page) -> None:
    await _open(embedded, page)
    await page.get_by_label("Comment *").focus()
    await expect(page.get_by_role("button", name="Post comment")).to_be_visible()


async def _fill(page: Page, body: str = "And the step?", name: str = "Ana Brook") -> None:
    form = page.get_by_role("form").first
    await form.get_by_label("Comment *").fill(body)
    await form.get_by_label("Name *").fill(name)


async def _write(page: Page, body: str = "And the step?", *, by: str = "Post comment") -> Locator:
    await _fill(page, body)
    await page.get_by_role("button", name=by).click()
    own = page.get_by_role("article", name="Ana Brook")
    await expect(own).to_be_focused()
    return own


async def empty(embedded: Embedded, page: Page) -> None:
    await _opened(embedded, page)
    await expect(page.get_by_role("heading", name="No replies yet")).to_be_visible()


async def loading(embedded: Embedded, page: Page) -> None:
    await page.add_init_script("window.fetch = () => new Promise(() => {})")
    await _open(embedded, page)
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
    await _opened(embedded, page)
    await expect(page.get_by_text("Staff", exact=True)).to_be_visible()
    await expect(page.get_by_role("article")).to_have_count(9)


async def reply_form(embedded: Embedded, page: Page) -> None:
    embedded.post(RICH)
    await _opened(embedded, page)
    await page.get_by_role("button", name="Reply to Mira Osei").click()
    await expect(page.get_by_role("form", name="Reply to Mira Osei")).to_be_visible()


async def field_errors(embedded: Embedded, page: Page) -> None:
    await _opened(embedded, page)
    await page.get_by_label("Email").fill("not an address")
    await page.get_by_label("Website").fill("https://")
    await page.get_by_role("button", name="Post comment").click()
    await expect(page.get_by_text("Please check the address.")).to_have_count(2)
    await expect(page.get_by_label("Comment *")).to_be_focused()


async def server_error(embedded: Embedded, page: Page) -> None:
    await _opened(embedded, page)
    headers = {"Access-Control-Allow-Origin": embedded.site.url}
    problem = {"code": "unavailable", "detail": "The database is busy; try again."}
    await page.route(
        "**/api/v1/comments", lambda route: route.fulfill(status=503, headers=headers, json=problem)
    )
    await _fill(page)
    await page.get_by_role("button", name="Post comment").click()
    await expect(page.get_by_text("Not sent: The database is busy")).to_be_visible()
    await expect(page.get_by_role("button", name="Try again")).to_be_focused()


async def not_sent(embedded: Embedded, page: Page) -> None:
    await _opened(embedded, page)
    await page.route("**/api/v1/comments", lambda route: route.abort())
    await _fill(page)
    await page.get_by_role("button", name="Post comment").click()
    await expect(page.get_by_text("Not sent: the comment server")).to_be_visible()


async def offline(embedded: Embedded, page: Page) -> None:
    await not_sent(embedded, page)
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_text("You are offline.")).to_be_visible()


async def preview(embedded: Embedded, page: Page) -> None:
    await _opened(embedded, page)
    await _fill(page, RICH)
    await page.get_by_role("button", name="Preview").click()
    look = page.get_by_role("status", name="How it will look")
    await expect(look.locator("blockquote")).to_be_visible()


async def draft(embedded: Embedded, page: Page) -> None:
    await _opened(embedded, page)
    await _fill(page, "x" * 9_990)
    await expect(page.get_by_text("10 characters left")).to_be_visible()
    await page.reload()
    await page.get_by_label("Comment *").focus()
    await expect(page.get_by_text("Your draft was kept.")).to_be_visible()


async def held(embedded: Embedded, page: Page) -> None:
    embedded.post("First words.")
    await _opened(embedded, page)
    await expect(await _write(page, LINKS)).to_contain_text("waiting for approval")


async def published(embedded: Embedded, page: Page) -> None:
    await _opened(embedded, page)
    await _write(page)
    await expect(page.get_by_text("Your comment is published.")).to_have_count(1)


async def edit_open(embedded: Embedded, page: Page) -> None:
    await _opened(embedded, page)
    own = await _write(page)
    await own.get_by_role("button", name="Edit").click()
    await expect(page.get_by_role("button", name="Save")).to_be_visible()


async def delete_question(embedded: Embedded, page: Page) -> None:
    await _opened(embedded, page)
    own = await _write(page)
    await own.get_by_role("button", name="Delete").click()
    await expect(page.get_by_role("group", name="Delete this comment?")).to_be_visible()


async def removed(embedded: Embedded, page: Page) -> None:
    await _opened(embedded, page)
    own = await _write(page)
    number = embedded.thread()["comments"][0]["id"]
    assert embedded.post("An answer that stays.", parent=number).status_code == 201
    await page.reload()
    await own.get_by_role("button", name="Delete").click()
    await own.get_by_role("button", name="Delete").click()
    await expect(page.get_by_text("This comment was removed.")).to_be_visible()
    await expect(page.get_by_text("An answer that stays.")).to_be_visible()


async def closed(embedded: Embedded, page: Page) -> None:
    embedded.post("The last word.")
    with sqlite3.connect(embedded.server.data / "afterword.db") as db:
        db.execute("UPDATE page SET closed = 1 WHERE url = ?", [embedded.page_url])
    db.close()
    await _open(embedded, page)
    await expect(page.get_by_text("Comments are closed.")).to_be_visible()
    await expect(page.get_by_role("button", name=re.compile("Reply|Leave"))).to_have_count(0)


async def failed(embedded: Embedded, page: Page) -> None:
    await page.route("**/api/v1/thread?*", lambda route: route.abort())
    await _open(embedded, page)
    await expect(page.get_by_text("The comments could not be loaded.")).to_be_visible()


async def unknown_origin(embedded: Embedded, page: Page) -> None:
    _put_up(embedded)
    await page.goto(embedded.page_url.replace("127.0.0.1", "localhost"))
    await expect(page.get_by_text("Comments are not available on this page.")).to_be_visible()


async def offered(embedded: Embedded, page: Page) -> None:
    embedded.post("First words.")
    _put_up(embedded, open="click")
    await page.goto(embedded.page_url)
    await expect(page.get_by_role("button", name="Show comments")).to_be_visible()


async def permalink(embedded: Embedded, page: Page) -> None:
    number = embedded.post(RICH).json()["comment"]["id"]
    _put_up(embedded)
    await page.goto(f"{embedded.page_url}#comment-{number}")
    await expect(page.get_by_role("article")).to_be_focused()


STATES: tuple[State, ...] = (
    *(empty, loading, thread, reply_form, field_errors, server_error, not_sent, held, published),
    *(offline, preview, draft),
    *(edit_open, delete_question, removed, closed, failed, unknown_origin, offered, permalink),
)


async def _through_all_states(
    embedded: Embedded, browser: Browser, look: Look, **media: Any
) -> dict[str, list[str]]:
    """Brings the widget into each state, on a page of its own; what was wrong, by state."""
    embedded.add_member()
    seen = {}
    for state in STATES:
        embedded.path = f"/{state.__name__}.html"
        async with await browser.new_context(bypass_csp=True, **media) as context:
            seen[state.__name__] = await _wrong_in(state, embedded, await context.new_page(), look)
    return {name: wrong for name, wrong in seen.items() if wrong}


async def _wrong_in(state: State, embedded: Embedded, page: Page, look: Look) -> list[str]:
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    try:
        await state(embedded, page)
        return [*await look(page), *failures]
    finally:
        await page.unroute_all()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_in_any_state(
    scheme: str, embedded: Embedded, browser: Browser
) -> None:
    async def look(page: Page) -> list[str]:
        dark = await page.locator("afterword-comments .root.dark").count()
        return [*await violations(page), *(["wrong theme"] if dark != (scheme == "dark") else [])]

    wrong = await _through_all_states(embedded, browser, look, color_scheme=scheme)
    assert wrong == {}


async def test_on_a_narrow_screen_nothing_scrolls_sideways_and_targets_can_be_hit(
    embedded: Embedded, browser: Browser
) -> None:
    async def look(page: Page) -> list[str]:
        wide = ["scrolls sideways"] if await is_too_wide(page) else []
        return [*wide, *await small_targets(page)]

    assert await _through_all_states(embedded, browser, look, viewport=NARROW) == {}


async def test_forced_colours_and_reduced_motion_are_respected(
    embedded: Embedded, browser: Browser
) -> None:
    async def look(page: Page) -> list[str]:
        return [*await moving(page), *await violations(page)]

    media = {"forced_colors": "active", "reduced_motion": "reduce"}
    assert await _through_all_states(embedded, browser, look, **media) == {}


async def test_the_looks_above_see_what_is_wrong(embedded: Embedded, browser: Browser) -> None:
    """Else their silence would prove nothing."""
    await _plant(embedded)
    context = await browser.new_context(bypass_csp=True, viewport=NARROW)
    page = await context.new_page()
    await _opened(embedded, page)
    assert await violations(page) == []
    assert not await small_targets(page)
    assert not await moving(page)
    assert not await is_too_wide(page)
    await page.locator("afterword-comments .root").evaluate(
        "(root, html) => { root.innerHTML = html }", WRONG
    )
    found = " ".join(await violations(page))
    assert "color-contrast" in found
    assert "label" in found
    assert len(await small_targets(page)) == 2
    assert "appear" in await moving(page)
    assert await is_too_wide(page)
    await context.close()


WRONG = (
    '<p style="color: #bbb; inline-size: 400px">Hard to read</p><input style="height: 20px">'
    '<button style="all: unset">x</button><div style="animation: appear 9s"></div>'
)


async def _plant(embedded: Embedded) -> None:
    assert embedded.post("First words.").status_code == 201


async def test_a_whole_conversation_by_keyboard_alone(embedded: Embedded, page: Page) -> None:
    embedded.post("The float was cleaned on the 4th.")
    await _opened(embedded, page)
    keys = page.keyboard
    await tab_to(page, "Reply to Mira Osei")
    await keys.press("Enter")
    assert await focus(page) == "Comment *"
    await keys.press("Control+Enter")
    assert await focus(page) == "Comment *"
    await tab_to(page, "Cancel")
    await keys.press("Enter")
    assert await focus(page) == "Reply to Mira Osei"
    await keys.press("Enter")
    await keys.type("And the step went away?")
    await tab_to(page, "Name *")
    await keys.type("Ana Brook")
    await keys.press("Control+Enter")
    own = page.get_by_role("article", name="Ana Brook")
    await expect(own).to_be_focused()
    await expect(own).to_contain_text("And the step went away?")

    await tab_to(page, "Edit")
    await keys.press("Enter")
    assert await focus(page) == "Comment *"
    await keys.press("Control+a")
    await keys.type("So the step went away.")
    await tab_to(page, "Save")
    await keys.press("Enter")
    await expect(own).to_be_focused()
    await expect(own).to_contain_text("So the step went away.")

    await tab_to(page, "Delete")
    await keys.press("Enter")
    assert await focus(page) == "Keep it"
    await keys.press("Escape")
    assert await focus(page) == "Delete"
    await keys.press("Enter")
    await tab_to(page, "Delete", key="Shift+Tab")
    await keys.press("Enter")
    await expect(page.get_by_role("heading", name="1 reply on")).to_be_focused()
    await expect(own).to_have_count(0)
    await expect(page.get_by_role("status").last).to_contain_text("Your comment was deleted.")
    await keys.press("Tab")
    assert await focus(page) == "Leave a comment"


async def test_the_focus_is_not_lost_with_the_button_that_had_it(
    embedded: Embedded, page: Page
) -> None:
    heading = page.get_by_role("heading", name="1 reply on")
    await offered(embedded, page)
    await tab_to(page, "Show comments")
    await page.keyboard.press("Enter")
    await expect(heading).to_be_focused()

    await failed(embedded, page)
    await tab_to(page, "Try again")
    async with page.expect_event("requestfailed"):
        await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Try again")).to_be_focused()
    await page.unroute_all()
    await page.keyboard.press("Enter")
    await expect(heading).to_be_focused()


async def test_the_focus_stays_at_a_comment_whose_time_to_be_edited_is_over(
    embedded: Embedded, page: Page
) -> None:
    await page.clock.install()
    await _opened(embedded, page)
    own = await _write(page)
    await tab_to(page, "Edit")
    await page.clock.fast_forward("16:00")
    await expect(own.get_by_role("button", name="Edit")).to_have_count(0)
    await expect(own).to_be_focused()
