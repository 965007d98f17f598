"""A site owner pastes the tag, a reader writes, a moderator approves, everybody reads."""

from __future__ import annotations

import re

import httpx2
from playwright.async_api import Browser, Page, expect

from tests.support.embedded import MEMBER, PASSWORD, Embedded, set_up_link


async def _write(page: Page, body: str, *, name: str = "Mira Osei") -> None:
    await page.get_by_label("Comment *").fill(body)
    await page.get_by_label("Name *").fill(name)
    await page.get_by_role("button", name="Post comment").click()


async def _first_member(page: Page, link: str) -> None:
    await page.goto(link)
    await page.get_by_label("Name").fill("Jonas Thiel")
    await page.get_by_label("Email").fill(MEMBER)
    for field in await page.locator("input[type=password]").all():
        await field.fill(PASSWORD)
    await page.get_by_role("button").last.click()


async def test_a_held_comment_is_approved_in_the_dashboard_and_read_by_everybody(
    embedded: Embedded, browser: Browser
) -> None:
    embedded.server.run("site", "edit", "blog", "--hold", "first")
    embedded.server.stop()
    embedded.server.start()
    embedded.embed()
    reader = await (await browser.new_context()).new_page()
    await reader.goto(embedded.page_url)
    await _write(reader, "It also matches the **rain** of that week.")
    own = reader.get_by_role("article", name="Mira Osei")
    await expect(own).to_contain_text("waiting for approval")
    assert embedded.thread()["comments"] == []

    moderator = await (await browser.new_context()).new_page()
    await _first_member(moderator, set_up_link(embedded.server))
    await moderator.goto(f"{embedded.server.url}/dashboard/queue")
    await expect(moderator.locator("body")).to_contain_text("First comment of this author")
    await moderator.get_by_role("button", name=re.compile("^Approve")).first.click()
    await expect(moderator.get_by_role("button", name=re.compile("^Undo"))).to_be_visible()

    other = await (await browser.new_context()).new_page()
    await other.goto(embedded.page_url)
    heading = other.get_by_role("heading", name=re.compile("1 reply on"))
    await expect(heading).to_be_visible()
    await expect(other.get_by_role("article", name="Mira Osei").locator("strong")).to_have_text(
        "rain"
    )
    await reader.reload()
    await expect(own).not_to_contain_text("waiting for approval")
    for page in (reader, moderator, other):
        await page.context.close()


async def test_the_set_up_link_works_once(embedded: Embedded, page: Page) -> None:
    link = set_up_link(embedded.server)
    await _first_member(page, link)
    await expect(page.get_by_role("button", name=re.compile("Sign out"))).to_be_visible()
    assert httpx2.get(link).status_code == 404


async def test_a_reader_replies_edits_and_deletes_in_place(embedded: Embedded, page: Page) -> None:
    first = embedded.post("The float was cleaned on the 4th.").json()["comment"]["id"]
    embedded.embed()
    await page.goto(embedded.page_url)
    await page.get_by_role("button", name="Reply to Mira Osei").click()
    form = page.get_by_role("form", name=re.compile("Reply"))
    await form.get_by_label("Comment *").fill("And the step went away?")
    await form.get_by_label("Name *").fill("Jonas Thiel")
    await form.get_by_role("button", name="Post reply").click()
    reply = page.get_by_role("article", name="Jonas Thiel")
    await expect(reply).to_contain_text("And the step went away?")
    assert embedded.thread()["comments"][1]["parent_id"] == first

    await reply.get_by_role("button", name=re.compile("^Edit")).click()
    await (
        page.get_by_role("form", name="Edit your comment")
        .get_by_label("Comment *")
        .fill("So the step went away.")
    )
    await page.get_by_role("button", name="Save").click()
    await expect(reply).to_contain_text("So the step went away.")
    await expect(reply).to_contain_text("edited")

    await page.reload()
    await reply.get_by_role("button", name="Delete").click()
    question = reply.get_by_role("group", name="Delete this comment?")
    await question.get_by_role("button", name="Delete").click()
    await expect(page.get_by_text("So the step went away.")).to_have_count(0)
    assert [comment["id"] for comment in embedded.thread()["comments"]] == [first]


async def test_errors_stand_at_their_fields_and_keep_what_was_typed(
    embedded: Embedded, page: Page
) -> None:
    embedded.embed()
    await page.goto(embedded.page_url)
    await page.get_by_label("Comment *").fill("Words that must not be lost")
    await page.get_by_label("Email").fill("not an address")
    await page.get_by_role("button", name="Post comment").click()
    await expect(page.get_by_label("Name *")).to_be_focused()
    await expect(page.get_by_label("Name *")).to_have_attribute("aria-invalid", "true")
    await expect(page.get_by_label("Email")).to_have_attribute("aria-invalid", "true")
    await expect(page.get_by_label("Comment *")).to_have_value("Words that must not be lost")


async def test_text_survives_a_network_that_fails(embedded: Embedded, page: Page) -> None:
    embedded.embed()
    await page.goto(embedded.page_url)
    await page.get_by_label("Comment *").focus()
    await expect(page.get_by_role("button", name="Post comment")).to_be_visible()
    await page.route("**/api/v1/comments", lambda route: route.abort())
    await _write(page, "Sent from a train")
    unsent = page.get_by_role("group", name="Not sent")
    await expect(unsent).to_contain_text("Sent from a train")
    await page.unroute("**/api/v1/comments")
    await unsent.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("article", name="Mira Osei")).to_contain_text("from a train")
    assert embedded.thread()["count"] == 1


async def test_a_page_of_an_unknown_origin_says_so_politely_and_tells_the_owner_what_to_do(
    embedded: Embedded, page: Page
) -> None:
    embedded.embed()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    await page.goto(embedded.page_url.replace("127.0.0.1", "localhost"))
    await expect(page.get_by_text("Comments are not available on this page.")).to_be_visible()
    command = "afterword site add NAME --origin " + embedded.site.url.replace(
        "127.0.0.1", "localhost"
    )
    assert any(command in line for line in said), said
