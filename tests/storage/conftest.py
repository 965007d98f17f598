"""An open store on each engine, with a site and a page to write on."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from afterword.core.model import Page, Policy, Site
from afterword.storage import pages, sites
from afterword.storage.store import Store


@pytest_asyncio.fixture
async def store(ready_url: str) -> AsyncIterator[Store]:
    """A store with every table: the test runs once on SQLite and once on PostgreSQL."""
    opened = await Store.open(ready_url)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def site(store: Store) -> Site:
    """A site called `blog`."""
    async with store.write() as db:
        return await sites.add(db, "blog", ["https://blog.example.org"], Policy(), now=1)


@pytest_asyncio.fixture
async def page(store: Store, site: Site) -> Page:
    """A page of that site without comments."""
    async with store.write() as db:
        keys = ["url:blog.example.org/post"]
        return await pages.open_page(db, site.id, keys, "https://blog.example.org/post", "Post", 1)
