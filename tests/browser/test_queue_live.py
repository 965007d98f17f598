"""What the queue shows in place: what comes meanwhile, the thread around a comment, the next ones."""

from __future__ import annotations

from playwright.async_api import expect

from tests.support.desk import NAMES, Desk, names

SOON = 16_000
"""Milliseconds in which the page asks for news."""


async def test_new_comments_announce_themselves_and_move_nothing(desk: Desk) -> None:
    page = await desk.sit()
    await page.clock.install()
    await page.reload()
    await page.keyboard.press("j")
    desk.write("Eli", "Forty.")
    desk.write("Fay", "Fifty.")
    await page.clock.run_for(SOON)
    news = page.locator(".news[role=status]")
    await expect(news).to_have_text("2 new comments")
    await expect(names(page)).to_have_text(list(NAMES))
    await expect(page.locator("[data-count=pending]").first).to_have_text("6")
    await expect(page.locator(".item.here .name")).to_have_text("Ana")
    await news.get_by_role("link").click()
    await expect(names(page)).to_have_text(["Eli", "Fay", *NAMES])
    await expect(page.locator(".item.here .name")).to_have_text("Eli")
    await expect(news).to_have_text("")
    await page.keyboard.press("a")
    await expect(names(page)).to_have_text(["Fay", *NAMES])
    desk.write("Gil", "Sixty.")
    await page.clock.run_for(SOON)
    await expect(news).to_have_text("1 new comment")
    assert desk.public() == ["Eli"]


async def test_only_what_matches_is_announced(desk: Desk) -> None:
    page = await desk.sit()
    await page.clock.install()
    await page.goto(f"{desk.server.url}/dashboard/queue?q=forty")
    desk.write("Eli", "Thirty.")
    await page.clock.run_for(SOON)
    await expect(page.locator("[data-count=pending]").first).to_have_text("5")
    await expect(page.locator(".news")).to_have_text("")
    desk.write("Fay", "Forty.")
    await page.clock.run_for(SOON)
    await page.get_by_role("link", name="1 new comment").click()
    await expect(names(page)).to_have_text(["Fay"])


async def test_an_empty_queue_hears_of_the_first_comment(desk: Desk) -> None:
    page = await desk.sit()
    await page.clock.install()
    await page.goto(f"{desk.server.url}/dashboard/queue?status=spam")
    await page.get_by_text("No comments here.").wait_for()
    await _mark_first_as_spam(desk)
    desk.write("Eli", "Forty.")
    await page.clock.run_for(SOON)
    await expect(page.locator("[data-count=spam]")).to_have_text("1")


async def _mark_first_as_spam(desk: Desk) -> None:
    other = await desk.sit()
    await other.keyboard.press("s")
    await expect(names(other)).to_have_count(3)


async def test_the_thread_around_a_comment_is_shown_in_place(desk: Desk) -> None:
    page = await desk.sit()
    first = page.locator(".item").first
    await first.get_by_text("The thread around it", exact=True).click()
    around = first.locator(".around ol")
    await expect(around.locator(".here")).to_contain_text("Ana counted thirty stones.")
    await expect(around.locator(".beside")).to_have_count(3)


async def test_the_next_comments_come_before_the_last_is_decided(desk: Desk) -> None:
    for number in range(31):
        desk.write("Eli", f"Stone {number}.")
    page = await desk.sit()
    await expect(names(page)).to_have_count(20)
    await page.evaluate("window.stayed = true")
    await page.get_by_role("link", name="Tick all shown").click()
    await (
        page.get_by_role("form", name="With the ticked comments")
        .get_by_role("button", name="Spam")
        .click()
    )
    await expect(names(page)).to_have_count(15)
    assert await page.evaluate("window.stayed")


async def test_all_that_match_are_decided_about(desk: Desk) -> None:
    for number in range(40):
        desk.write("Eli", f"Stone {number}.")
    page = await desk.sit("/dashboard/queue?q=stone")
    await page.get_by_label("All 44 that match").check()
    bar = page.get_by_role("form", name="With the ticked comments")
    await expect(bar).to_contain_text("All that match")
    await bar.get_by_role("button", name="Approve").click()
    await expect(page.get_by_text("Nothing here matches.")).to_be_visible()
    # It is another page, whose keys are listened to once it is loaded.
    await expect(page.locator("html.keys")).to_be_attached()
    await page.keyboard.press("z")
    await expect(page.get_by_label("All 44 that match")).to_be_visible()


async def test_who_was_signed_out_is_not_asked_about_for_ever(desk: Desk) -> None:
    page = await desk.sit()
    await page.clock.install()
    await page.reload()
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.url) if "/news" in request.url else None
    )
    await page.context.clear_cookies()
    async with page.expect_response("**/queue/news*") as refused:
        await page.clock.run_for(SOON)
    assert (await refused.value).status == 401
    before = len(asked)
    await page.clock.run_for(4 * SOON)
    assert len(asked) == before
