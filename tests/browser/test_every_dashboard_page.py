"""Every page of the dashboard that a link can lead to: as axe sees it, in both colours, on a phone too."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page
from starlette.routing import Route

from afterword.web.dashboard.routes import DASHBOARD_ROUTES
from tests.support.axe import violations
from tests.support.dashboard import signed_in
from tests.support.embedded import PASSWORD, Embedded
from tests.support.looking import DESK, PHONE, is_too_wide

NOBODY = "kim@example.org"
"""A member without any role."""
NO_PAGES = (
    *("/dashboard/set-up", "/dashboard/invitation", "/dashboard/reset"),
    *("/dashboard/filter/export", "/dashboard/audit/export", "/dashboard/queue/news"),
)
"""What is there before anybody can sign in, needs a link, or is no page."""
TABS = tuple(f"/dashboard/queue?status={tab}" for tab in ("reported", "spam", "approved"))


@pytest.fixture
async def page(
    embedded: Embedded, browser: Browser, request: pytest.FixtureRequest
) -> AsyncIterator[Page]:
    """A window in which the owner is signed in, at a server where something has happened."""
    scheme, window = request.param
    embedded.add_member()
    embedded.server.run("user", "add", NOBODY, "--name", "Kim", "--password-stdin", given=PASSWORD)
    taken = embedded.server.run("user", "role", NOBODY, "none")
    assert taken.returncode == 0, taken.stderr
    added = embedded.server.run("webhook", "add", "https://hooks.example.org/in")
    assert added.returncode == 0, added.stderr
    with signed_in(embedded.server) as dashboard:
        first, second = (
            embedded.post("The board was 4 cm low.", name=name).json()["comment"]["id"]
            for name in ("Mira Osei", "Ola Lind")
        )
        embedded.post("Buy https://a.example https://b.example https://c.example", name="Shop")
        dashboard.act("approve", first)
        dashboard.act("spam", second)
        context = await browser.new_context(bypass_csp=True, color_scheme=scheme, **window)
        await context.add_cookies(dashboard.cookies)
        yield await context.new_page()
        await context.close()


def paths() -> list[str]:
    """The address of every GET route, with the first of what it is about."""
    routes = (route for route in DASHBOARD_ROUTES if isinstance(route, Route))
    found = [route.path for route in routes if "GET" in (route.methods or ())]
    return [path.replace("{id}", "1") for path in found] + list(TABS)


@pytest.mark.parametrize(
    "page",
    [(scheme, window) for scheme in ("light", "dark") for window in (PHONE, DESK)],
    ids=["light phone", "light desk", "dark phone", "dark desk"],
    indirect=True,
)
async def test_axe_finds_nothing_and_nothing_is_too_wide(embedded: Embedded, page: Page) -> None:
    faults: list[tuple[str, str]] = []
    for path in paths():
        if path in NO_PAGES:
            continue
        url = embedded.server.url + path
        answer = await page.request.get(url)
        assert answer.ok, (path, answer.status)
        assert answer.headers["content-type"].startswith("text/html"), path
        await page.goto(url)
        faults += [(path, fault) for fault in await violations(page)]
        if await is_too_wide(page):
            faults.append((path, "too wide"))
    assert faults == []
