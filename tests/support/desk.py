"""Browser windows in which a member is signed in: an office without comments, a desk where some wait."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from playwright.async_api import Browser, Page

from tests.support.embedded import MEMBER, PASSWORD
from tests.support.server import NO_LIMITS, UNHURRIED, Serve, Server, wait_until

BLOG = "https://blog.example.org"
NAMES = ("Ana", "Ben", "Cai", "Dora")


@dataclass
class Office:
    """A server with one site and Jonas, its owner."""

    server: Server
    browser: Browser

    async def sit(self, path: str = "/dashboard/queue", **options: Any) -> Page:
        """A new browser window in which he is signed in, at this page."""
        context = await self.browser.new_context(**options)
        page = await context.new_page()
        await page.goto(f"{self.server.url}/dashboard/sign-in?next={path}")
        await page.get_by_label("Email").fill(MEMBER)
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await page.wait_for_url(f"**{path}*")
        return page


@dataclass
class Desk(Office):
    """An office with four comments that wait."""

    def public(self) -> list[str]:
        """Who can be read on the page."""
        answer = httpx2.get(f"{self.server.url}/api/v1/thread", params={"url": f"{BLOG}/weir"})
        return [comment["author"]["name"] for comment in answer.json()["comments"]]

    def write(self, name: str, body: str) -> None:
        """Somebody writes, and waits."""
        sent = {**_draft(name), "body": body}
        answer = httpx2.post(f"{self.server.url}/api/v1/comments", json=sent)
        assert answer.status_code == 202, answer.text

    def edit(self) -> None:
        """Dora says the same again, in other words."""
        sent = _draft("Dora")
        made = httpx2.post(f"{self.server.url}/api/v1/comments", json=sent).json()
        address = f"{self.server.url}/api/v1/comments/{made['comment']['id']}"
        bearer = {"authorization": f"Bearer {made['author_token']}"}
        edited = httpx2.patch(address, json={"body": "Thirty-one."}, headers=bearer)
        assert edited.status_code == 200, edited.text

    def report(self) -> None:
        """A reader reports every public comment, and adds a word without a place to break."""
        answer = httpx2.get(f"{self.server.url}/api/v1/thread", params={"url": f"{BLOG}/weir"})
        for comment in answer.json()["comments"]:
            sent = {"reason": "private", "text": "Street" * 40, "visitor_token": "r" * 22}
            address = f"{self.server.url}/api/v1/comments/{comment['id']}/report"
            assert httpx2.post(address, json=sent).status_code == 202


@pytest.fixture
async def windows(browser: Browser) -> AsyncIterator[Browser]:
    """The browser; what the test opens in it is closed afterwards."""
    before = list(browser.contexts)
    yield browser
    for context in browser.contexts:
        if context not in before:
            await context.close()


@pytest.fixture
def office(serve: Serve, windows: Browser) -> Office:
    """A site as it is when it is new, without comments."""
    server = serve()
    _set_up(server)
    return Office(server, windows)


@pytest.fixture
def desk(serve: Serve, windows: Browser) -> Desk:
    """A site that holds everything, where four have written."""
    server = serve(**NO_LIMITS)
    _set_up(server, "--hold", "all", *UNHURRIED)
    wait_until(lambda: _write(server, NAMES[0]), 10, server.output)
    for name in NAMES[1:]:
        assert _write(server, name)
    return Desk(server, windows)


def _set_up(server: Server, *policy: str) -> None:
    server.run("site", "add", "blog", "--origin", BLOG, *policy)
    server.run("user", "add", MEMBER, "--name", "Jonas", "--password-stdin", given=PASSWORD)


def _write(server: Server, name: str) -> bool:
    return httpx2.post(f"{server.url}/api/v1/comments", json=_draft(name)).status_code == 202


def _draft(name: str) -> dict[str, str]:
    return {
        "url": f"{BLOG}/weir",
        "title": "Notes from the weir",
        "name": name,
        "email": f"{name.lower()}@readers.example",
        "body": f"{name} counted *thirty* stones.",
        "client_id": str(uuid4()),
    }


def names(page: Page) -> Any:
    return page.locator(".queue .name")
