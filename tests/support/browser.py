"""Fixtures that drive a real Chromium by Playwright's async API.

`browser` is one Chromium for the whole run; `page` is a fresh tab with storage of its own.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from tests.support.chromium import NoBrowser, find_chromium
from tests.support.project import unavailable


@asynccontextmanager
async def chromium_with(*arguments: str) -> AsyncIterator[Browser]:
    """A headless Chromium of its own, with these arguments."""
    try:
        chromium = find_chromium()
    except NoBrowser as missing:
        unavailable(str(missing))
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(
            executable_path=chromium.path,
            env={**os.environ, **chromium.environ},
            args=arguments,
        )
        yield started
        await started.close()


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One headless Chromium, with its usual security: nothing is switched off but the sandbox."""
    async with chromium_with() as started:
        yield started


@pytest_asyncio.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A tab in a browser context of its own; closed at the end of the test."""
    context = await browser.new_context()
    yield await context.new_page()
    await context.close()


UNTIL = """
() => new Promise((done, fail) => {{
  const end = performance.now() + {seconds} * 1000
  const look = () => {{
    if ({expression}) done()
    else if (performance.now() > end) fail(new Error('This never came about.'))
    else requestAnimationFrame(look)
  }}
  look()
}})
"""


async def until(page: Page, expression: str, *, seconds: float = 30) -> None:
    """Waits until an expression of JavaScript holds in the page, under any policy of its.

    Playwright's own `wait_for_function` evaluates its text in the page, which a strict policy refuses as
    soon as the expression does not hold at once.
    """
    await page.evaluate(UNTIL.format(expression=expression, seconds=seconds))
