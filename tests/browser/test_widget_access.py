"""The widget in each of its states: for axe-core, by keyboard alone, at 320 pixels, in forced colours."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.support.axe import violations
from tests.support.embedded import Embedded
from tests.support.looking import focus, is_too_wide, moving, small_targets, tab_to
from tests.support.widget_states import (
    STATES,
    State,
    failed,
    offered,
    opened,
    write,
)

Look = Callable[[Page], Awaitable[list[str]]]

NARROW: ViewportSize = {"width": 320, "height": 640}


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


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_in_any_state(
    scheme: str, direction: str, embedded: Embedded, browser: Browser
) -> None:
    embedded.direction = direction

    async def look(page: Page) -> list[str]:
        dark = await page.locator("afterword-comments .root.dark").count()
        return [*await violations(page), *(["wrong theme"] if dark != (scheme == "dark") else [])]

    wrong = await _through_all_states(embedded, browser, look, color_scheme=scheme)
    assert wrong == {}


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
async def test_on_a_narrow_screen_nothing_scrolls_sideways_and_targets_can_be_hit(
    direction: str, embedded: Embedded, browser: Browser
) -> None:
    embedded.direction = direction

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
    await opened(embedded, page)
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
    await opened(embedded, page)
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
    await expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    await keys.press("Escape")
    assert await focus(page) == "Delete"
    await keys.press("Enter")
    await expect(page.get_by_role("button", name="Keep it")).to_be_focused()
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
    await opened(embedded, page)
    own = await write(page)
    await tab_to(page, "Edit")
    await page.clock.fast_forward("16:00")
    await expect(own.get_by_role("button", name="Edit")).to_have_count(0)
    await expect(own).to_be_focused()
