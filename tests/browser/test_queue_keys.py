"""A moderator at work in Chromium by keyboard."""

from __future__ import annotations

import re

from playwright.async_api import expect

from tests.support.desk import NAMES, Desk, names
from tests.support.server import wait_until


async def test_moderating_by_keyboard_alone(desk: Desk) -> None:
    page = await desk.sit()
    await page.keyboard.press("j")
    await expect(page.locator(".item.here .name")).to_have_text("Ana")
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await page.keyboard.press("k")
    await page.keyboard.press("a")
    await expect(names(page)).to_have_text(["Ana", "Cai", "Dora"])
    await expect(page.locator(".item.here .name")).to_have_text("Cai")
    await expect(page.locator(".tabs .count").first).to_have_text("3")
    assert desk.public() == ["Ben"]
    await page.keyboard.press("s")
    await page.keyboard.press("d")
    await expect(names(page)).to_have_text(["Ana"])
    await page.keyboard.press("z")
    await expect(names(page)).to_have_text(["Ana", "Dora"])
    await expect(page.get_by_role("status").first).to_contain_text("Undone")


async def test_keys_pressed_faster_than_the_server_answers_are_not_lost(desk: Desk) -> None:
    page = await desk.sit()
    await page.keyboard.press("j")
    for key in "asdz":
        await page.keyboard.press(key)
    await expect(names(page)).to_have_text(["Cai", "Dora"])
    await expect(page.get_by_role("status").first).to_contain_text("Undone")
    await page.reload()
    await expect(names(page)).to_have_text(["Cai", "Dora"])
    assert desk.public() == ["Ana"]


async def test_what_somebody_else_has_decided_leaves_the_list_too(desk: Desk) -> None:
    page, other = await desk.sit(), await desk.sit()
    await other.keyboard.press("j")
    await other.keyboard.press("a")
    await expect(names(other)).to_have_count(3)
    await page.keyboard.press("j")
    await page.keyboard.press("a")
    await expect(names(page)).to_have_text(list(NAMES[1:]))
    await expect(page.get_by_role("button", name=re.compile("^Undo"))).to_have_count(0)


async def test_undo_puts_a_comment_back_where_it_stood(desk: Desk) -> None:
    page = await desk.sit()
    for box in (1, 2):
        await page.locator(".pick").nth(box).click()
    bar = page.get_by_role("form", name="With the ticked comments")
    await expect(bar).to_be_visible()
    await bar.get_by_role("button", name="Spam").click()
    await expect(names(page)).to_have_text(["Ana", "Dora"])
    await expect(page.get_by_role("status").first).to_contain_text("2 comments marked as spam")
    await expect(bar).to_be_hidden()
    await page.keyboard.press("z")
    await expect(names(page)).to_have_text(list(NAMES))


async def test_replying_by_keyboard_publishes_both(desk: Desk) -> None:
    page = await desk.sit()
    await page.keyboard.press("j")
    await page.keyboard.press("r")
    field = page.get_by_label("Your reply to Ana")
    await expect(field).to_be_focused()
    await page.keyboard.type("Thank you, jazz ask drzx?")
    await expect(field).to_have_value("Thank you, jazz ask drzx?")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(names(page)).to_have_text(list(NAMES[1:]))
    wait_until(lambda: desk.public() == ["Ana", "Jonas"], 10, lambda: str(desk.public()))


async def test_a_refused_reply_stays_in_its_form(desk: Desk) -> None:
    page = await desk.sit()
    await page.keyboard.press("r")
    field = page.get_by_label("Your reply to Ana")
    await field.fill("too long " * 2_000)
    await page.get_by_role("button", name="Approve and reply").first.click()
    await expect(page.get_by_role("alert")).to_contain_text("at most 10,000 characters")
    await expect(field).to_have_value("too long " * 2_000)
    assert desk.public() == []


async def test_the_last_decision_leaves_an_empty_queue_and_its_undo(desk: Desk) -> None:
    page = await desk.sit()
    for number, _ in enumerate(NAMES, 1):
        await page.keyboard.press("a")
        await expect(names(page)).to_have_count(len(NAMES) - number)
    await expect(page.get_by_text("Nothing waits for you.")).to_be_visible()
    await page.get_by_role("button", name=re.compile("^Undo")).click()
    await expect(names(page)).to_have_text(["Dora"])


async def test_the_keys_are_explained_and_can_be_turned_off(desk: Desk) -> None:
    page = await desk.sit()
    await page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    await expect(dialog).to_be_visible()
    await dialog.get_by_role("checkbox").uncheck()
    await page.keyboard.press("Escape")
    await page.reload()
    await page.keyboard.press("j")
    await page.keyboard.press("a")
    await expect(names(page)).to_have_count(len(NAMES))
    await expect(page.locator(".item.here")).to_have_count(0)


async def test_a_reported_comment_is_kept_by_key_and_comes_back_by_undo(desk: Desk) -> None:
    page = await desk.sit()
    for left in (3, 2):
        await page.keyboard.press("a")
        await expect(names(page)).to_have_count(left)
    desk.report()
    await page.goto(f"{desk.server.url}/dashboard/queue?status=reported")
    await expect(names(page)).to_have_text(["Ana", "Ben"])
    await expect(page.locator(".why").first).to_contain_text("something private")
    await page.keyboard.press("a")
    await expect(names(page)).to_have_text(["Ben"])
    await expect(page.locator("[data-count=reported]")).to_have_text("1")
    await page.keyboard.press("s")
    await expect(page.get_by_text("Nothing is reported.")).to_be_visible()
    assert desk.public() == ["Ana"]
    await page.keyboard.press("z")
    await expect(names(page)).to_have_text(["Ben"])
    await expect(page.locator("[data-count=reported]")).to_have_text("1")


async def test_a_text_is_changed_by_keyboard_and_undo_brings_back_the_old_one(desk: Desk) -> None:
    page = await desk.sit()
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await page.keyboard.press("e")
    field = page.get_by_label("Text of the comment by Ben")
    await expect(field).to_be_focused()
    await page.keyboard.press("Control+A")
    await page.keyboard.type("Ben counted jaded zebras.")
    await page.keyboard.press("Control+Enter")
    here = page.locator(".item.here")
    await expect(here.locator(".body")).to_have_text("Ben counted jaded zebras.")
    await expect(here.get_by_text(re.compile("Earlier text.*replaced by Jonas"))).to_be_visible()
    await expect(page.get_by_role("status").first).to_contain_text("The text is changed.")
    await page.keyboard.press("z")
    await expect(here.locator(".body")).to_have_text("Ben counted thirty stones.")
    await page.keyboard.press("a")
    await expect(names(page)).to_have_text(["Ana", "Cai", "Dora"])


async def test_escape_closes_a_form_and_gives_the_keys_back(desk: Desk) -> None:
    page = await desk.sit()
    await page.keyboard.press("j")
    for key, label in (("e", "Text of the comment by Ana"), ("r", "Your reply to Ana")):
        await page.keyboard.press(key)
        field = page.get_by_label(label)
        await expect(field).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(field).to_be_hidden()
    await page.keyboard.press("h")
    await page.keyboard.press("s")
    await expect(names(page)).to_have_text(list(NAMES[1:]))


async def test_undo_of_a_reply_brings_the_comment_back(desk: Desk) -> None:
    page = await desk.sit()
    await page.keyboard.press("j")
    await page.keyboard.press("r")
    await expect(page.get_by_label("Your reply to Ana")).to_be_focused()
    await page.keyboard.type("Thank you.")
    await page.keyboard.press("Control+Enter")
    await expect(names(page)).to_have_text(list(NAMES[1:]))
    wait_until(lambda: desk.public() == ["Ana", "Jonas"], 10, lambda: str(desk.public()))
    await page.keyboard.press("z")
    await expect(names(page)).to_have_text(list(NAMES))
    assert desk.public() == []
