"""The dashboard's menu and its quieter pages in Chromium: on a phone, without scripts, as axe sees them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.support.axe import violations
from tests.support.desk import Office
from tests.support.looking import PHONE, is_too_wide


def menu(page: Page) -> Any:
    return page.get_by_role("navigation", name="Dashboard")


async def test_on_a_phone_the_menu_unfolds_without_a_script(office: Office) -> None:
    page = await office.sit("/dashboard/sites", java_script_enabled=False, **PHONE)
    profile = menu(page).get_by_role("link", name="Profile")
    await expect(profile).to_be_hidden()
    await menu(page).get_by_text("Menu").tap()
    await expect(menu(page).get_by_role("link", name="Sites")).to_have_attribute(
        "aria-current", "page"
    )
    await profile.tap()
    await expect(page.get_by_role("heading", name="Profile", level=1)).to_be_visible()
    await expect(profile).to_be_hidden()


async def test_where_there_is_room_the_menu_is_always_open(office: Office) -> None:
    page = await office.sit("/dashboard/sites", viewport={"width": 1280, "height": 800})
    await expect(menu(page).get_by_text("Menu")).to_be_hidden()
    await expect(menu(page).get_by_role("list", name="Set up")).to_be_visible()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await expect(menu(page).get_by_role("link").first).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_filter_is_tried_on_a_phone_and_axe_finds_nothing(
    office: Office, scheme: Any
) -> None:
    page = await office.sit("/dashboard/filter", bypass_csp=True, color_scheme=scheme, **PHONE)
    await page.get_by_label("A comment").fill("Subscribe to my channel")
    await page.get_by_role("button", name="Try it").tap()
    await expect(page.get_by_role("status").filter(has_text="no say yet")).to_be_visible()
    await page.get_by_role("button", name="Reset the filter").tap()
    await expect(page.get_by_text("Please tick that you mean it.").last).to_be_visible()
    assert await violations(page) == []
    assert not await is_too_wide(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_in_the_open_menu(office: Office, scheme: Any) -> None:
    page = await office.sit("/dashboard/sites", bypass_csp=True, color_scheme=scheme, **PHONE)
    await menu(page).get_by_text("Menu").tap()
    assert await violations(page) == []
    assert not await is_too_wide(page)


PAGES = (
    "/dashboard/sites",
    "/dashboard/sites/1",
    "/dashboard/sites/1/install",
    "/dashboard/audit",
    "/dashboard/audit?act=add_site",
    "/dashboard/statistics",
    "/dashboard/statistics?days=365",
    "/dashboard/health",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_on_the_quieter_pages_and_none_is_too_wide(
    office: Office, scheme: Any
) -> None:
    page = await office.sit("/dashboard/sites", bypass_csp=True, color_scheme=scheme)
    found: list[tuple[str, int, str]] = []
    for path in PAGES:
        await page.goto(office.server.url + path)
        for width in (360, 1280):
            await page.set_viewport_size({"width": width, "height": 800})
            found += [(path, width, each) for each in await violations(page)]
            found += [(path, width, "too wide")] * await is_too_wide(page)
    assert found == []


async def test_a_site_is_set_up_by_thumb_without_a_script(office: Office) -> None:
    page = await office.sit("/dashboard/sites/1", java_script_enabled=False, **PHONE)
    await page.get_by_label("Longest comment").fill("many")
    await page.get_by_role("button", name="Save").tap()
    await expect(page.get_by_text("Write a whole number from 1 to 20,000.")).to_be_visible()
    await page.get_by_label("Longest comment").fill("500")
    await page.get_by_label("Votes on comments").select_option("both")
    await page.get_by_role("button", name="Save").tap()
    await expect(page.get_by_role("status").first).to_contain_text("settings of the site")
    await page.get_by_role("button", name="Undo").tap()
    await expect(page.get_by_label("Longest comment")).to_have_value("10000")
