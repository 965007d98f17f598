"""Writing in a real browser: Markdown by buttons and keys, drafts, previews, quotes, bad connections."""

from __future__ import annotations

import re

from playwright.async_api import Locator, Page, Route, expect

from tests.support.embedded import STRICT_POLICY, Embedded
from tests.support.looking import focus, tab_to


async def _open(embedded: Embedded, page: Page) -> Locator:
    """The form at the end of the thread, which somebody is about to write into."""
    embedded.embed()
    await page.goto(embedded.page_url)
    return await _begin(page)


async def _begin(page: Page) -> Locator:
    await page.get_by_label("Comment *").focus()
    await expect(page.get_by_role("button", name="Post comment")).to_be_visible()
    return page.get_by_label("Comment *")


async def _send(page: Page, body: str) -> None:
    await page.get_by_label("Comment *").fill(body)
    await page.get_by_label("Name *").fill("Ana Brook")
    await page.get_by_role("button", name="Post comment").click()


async def _kept(page: Page) -> list[str]:
    """The texts that this browser keeps until they are sent."""
    kept: list[str] = await page.evaluate(
        "Object.values({...localStorage}).flatMap((it) => JSON.parse(it).drafts || [])"
        ".map((draft) => draft.body)"
    )
    return kept


async def test_markdown_by_buttons_and_keys_can_be_undone(embedded: Embedded, page: Page) -> None:
    field = await _open(embedded, page)
    await page.keyboard.type("A step")
    await page.keyboard.press("Shift+Home")
    await page.keyboard.press("Control+b")
    await expect(field).to_have_value("**A step**")
    await page.get_by_role("button", name="List").click()
    await expect(field).to_be_focused()
    await expect(field).to_have_value("- **A step**")
    await page.keyboard.press("Control+z")
    await page.keyboard.press("Control+z")
    await expect(field).to_have_value("A step")


async def test_the_toolbar_is_used_by_keyboard_alone(embedded: Embedded, page: Page) -> None:
    field = await _open(embedded, page)
    await page.keyboard.press("Tab")
    assert await focus(page) == "Bold"
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    await expect(field).to_be_focused()
    await page.keyboard.type("slow")
    await expect(field).to_have_value("_slow_")
    await page.keyboard.press("Tab")
    assert await focus(page) == "Italic"
    await page.keyboard.press("Tab")
    assert await focus(page) == "Preview"


async def test_a_preview_shows_what_the_comment_will_look_like(
    embedded: Embedded, page: Page
) -> None:
    policy = STRICT_POLICY.format(server=embedded.server.url)
    tag = embedded.tag.replace("<script", '<script nonce="R"')
    embedded.embed(tag=tag, headers={"Content-Security-Policy": policy})
    await page.goto(embedded.page_url)
    field = await _begin(page)
    await field.fill("A **step**, <b>no</b> markup\n\n- one\n- two")
    await tab_to(page, "Preview")
    await page.keyboard.press("Enter")
    look = page.get_by_role("status", name="How it will look")
    await expect(look.locator("strong")).to_have_text("step")
    await expect(look.locator("li")).to_have_count(2)
    await expect(look.locator("b")).to_have_count(0)
    assert await focus(page) == "Write"
    await page.keyboard.press("Enter")
    await expect(look).to_be_hidden()
    await expect(field).to_be_visible()
    assert embedded.thread()["count"] == 0


async def test_a_draft_survives_a_reload_and_goes_with_the_comment(
    embedded: Embedded, page: Page
) -> None:
    field = await _open(embedded, page)
    await page.keyboard.type("Half a thought")
    await page.reload()
    field = await _begin(page)
    await expect(field).to_have_value("Half a thought")
    await expect(page.get_by_text("Your draft was kept.")).to_be_visible()
    await page.keyboard.press("End")
    await page.keyboard.type(", and the rest")
    await page.get_by_label("Name *").fill("Ana Brook")
    await page.get_by_role("button", name="Post comment").click()
    await expect(page.get_by_role("article")).to_contain_text("Half a thought, and the rest")
    assert await _kept(page) == []
    await page.reload()
    await expect(await _begin(page)).to_have_value("")


async def test_how_much_room_is_left_is_said_near_the_limit(embedded: Embedded, page: Page) -> None:
    field = await _open(embedded, page)
    await field.fill("x" * 9_990)
    await expect(page.get_by_role("status").filter(has_text="10 characters left")).to_be_visible()
    await page.keyboard.type("y" * 11)
    await expect(page.get_by_text("This is 1 character too long.")).to_be_visible()


async def test_what_is_selected_in_a_comment_is_quoted_in_the_reply(
    embedded: Embedded, page: Page
) -> None:
    embedded.post("The **float** was cleaned on the 4th.")
    field = await _open(embedded, page)
    words = page.get_by_role("article").locator("strong")
    await words.dblclick()
    await page.get_by_role("button", name="Reply to Mira Osei").click()
    reply = page.get_by_role("form", name="Reply to Mira Osei").get_by_label("Comment *")
    await expect(reply).to_have_value("> float\n\n")
    await expect(reply).to_be_focused()
    await page.keyboard.type("Twice")
    await words.dblclick()
    await page.get_by_role("toolbar").first.get_by_role("button", name="Quote").click()
    await expect(reply).to_have_value("> float\n\nTwice\n\n> float\n\n")
    await expect(field.last).to_have_value("")


async def test_what_cannot_be_sent_waits_offline_and_through_a_reload(
    embedded: Embedded, page: Page
) -> None:
    await _open(embedded, page)
    await page.context.set_offline(True)
    await _send(page, "Sent from\na train")
    unsent = page.get_by_role("group", name="Not sent")
    await expect(unsent).to_contain_text("You are offline")
    await expect(unsent.get_by_role("button", name="Try again")).to_be_focused()
    await expect(page.get_by_label("Comment *")).to_have_value("")
    await page.context.set_offline(False)
    await expect(unsent.get_by_role("status")).to_have_text("Not sent: Try again")
    await page.reload()
    await expect(unsent).to_contain_text("Sent from\na train")
    assert embedded.thread()["count"] == 0
    await unsent.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("article", name="Ana Brook")).to_be_focused()
    await expect(unsent).to_have_count(0)
    await page.reload()
    await expect(page.get_by_role("article")).to_have_count(1)
    await expect(unsent).to_have_count(0)


async def test_a_comment_whose_answer_was_lost_is_one_comment(
    embedded: Embedded, page: Page
) -> None:
    await _open(embedded, page)

    async def lose_the_answer(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await page.route("**/api/v1/comments", lose_the_answer)
    await _send(page, "Only once")
    unsent = page.get_by_role("group", name="Not sent")
    await expect(unsent).to_be_visible()
    assert embedded.thread()["count"] == 1
    await page.unroute_all()
    await page.reload()
    await unsent.get_by_role("button", name="Try again").click()
    await expect(unsent).to_have_count(0)
    await expect(page.get_by_role("article")).to_have_count(1)
    assert embedded.thread()["count"] == 1


async def test_the_text_of_an_unsent_comment_can_be_copied_and_discarded(
    embedded: Embedded, page: Page
) -> None:
    await page.context.grant_permissions(["clipboard-read"])
    await _open(embedded, page)
    await page.route("**/api/v1/comments", lambda route: route.abort())
    await _send(page, "Two\nlines")
    unsent = page.get_by_role("group", name="Not sent")
    await unsent.get_by_role("button", name="Copy the text").click()
    await expect(unsent.get_by_role("button", name="Copied")).to_be_focused()
    assert await page.evaluate("navigator.clipboard.readText()") == "Two\nlines"
    await unsent.get_by_role("button", name="Discard").click()
    await expect(unsent).to_have_count(0)
    assert await focus(page) == "No replies yet"
    assert await _kept(page) == []


async def _ask(page: Page, what: str, detail: object) -> None:
    """What a button of the first comment asks for."""
    await page.get_by_role("article").first.evaluate(
        "(node, detail) => node.dispatchEvent(new CustomEvent('ask', { bubbles: true, detail }))",
        {"what": what, "detail": detail},
    )


async def test_a_report_is_given_a_reason_and_reaches_the_server(
    embedded: Embedded, page: Page
) -> None:
    comment = embedded.post("Buy my boats.").json()["comment"]
    await _open(embedded, page)
    await _ask(page, "report", comment)
    reason = page.get_by_role("group", name="What is wrong with this comment?")
    await expect(reason.get_by_role("radio").first).to_be_focused()
    await page.get_by_role("button", name="Tell the moderators").click()
    await expect(reason).to_be_visible()
    await reason.get_by_label("It is advertising").check()
    await page.get_by_label("Anything to add?").fill("Boats again")
    async with page.expect_response("**/report") as answer:
        await page.get_by_role("button", name="Tell the moderators").click()
    assert (await answer.value).status == 202
    await expect(page.get_by_role("article").first).to_be_focused()
    thanks = "Thank you. The moderators will look at it."
    await expect(page.get_by_role("status").last).to_have_text(thanks)


async def test_a_vote_is_counted_and_given_once_more_taken_back(
    embedded: Embedded, page: Page
) -> None:
    comment = embedded.post("The float was cleaned.").json()["comment"]
    await _open(embedded, page)
    for expected in (1, 0):
        async with page.expect_response("**/vote") as answer:
            await _ask(page, "vote", {"comment": comment, "value": 1})
        assert await (await answer.value).json() == {"up": expected, "down": 0, "vote": expected}
    assert embedded.thread()["comments"][0]["up"] == 0


async def test_escape_closes_a_reply_that_nobody_has_begun(embedded: Embedded, page: Page) -> None:
    embedded.post("The float was cleaned.")
    await _open(embedded, page)
    await tab_to(page, "Reply to Mira Osei", key="Shift+Tab")
    await page.keyboard.press("Enter")
    form = page.get_by_role("form", name=re.compile("Reply"))
    await expect(form.get_by_role("button", name="Post reply")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(form).to_have_count(0)
    assert await focus(page) == "Reply to Mira Osei"
