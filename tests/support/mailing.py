"""A site whose server has a mail server, and windows in which the pages behind its mails are looked at."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from tests.support.axe import violations
from tests.support.embedded import Embedded, on_a_site
from tests.support.host_site import HostSite
from tests.support.looking import is_too_wide
from tests.support.server import Serve
from tests.support.smtp_sink import Sink


@pytest.fixture
def mailing_site(serve: Serve, sink: Sink, host_site: HostSite) -> Iterator[Embedded]:
    """A site whose server has a mail server."""
    server = serve(
        AFTERWORD_CODES_PER_HOUR="0",
        AFTERWORD_COMMENTS_PER_MINUTE="0",
        **sink.environ,
    )
    with on_a_site(server, host_site) as made:
        yield made


@asynccontextmanager
async def window(browser: Browser, scheme: str, size: dict[str, Any]) -> AsyncIterator[Page]:
    """A new window without scripts of the page."""
    options: dict[str, Any] = {"color_scheme": scheme, **size}
    context: BrowserContext = await browser.new_context(bypass_csp=True, **options)
    yield await context.new_page()
    await context.close()


async def faults(page: Page) -> list[object]:
    """What is wrong with the page as it is."""
    return [*await violations(page), *(["too wide"] if await is_too_wide(page) else [])]
