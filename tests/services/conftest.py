"""A running context on each engine, with a site and its owner."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest_asyncio

from afterword.core.model import Hold, Member, Role, Site
from afterword.services.context import Context, open_context
from afterword.services.sites.manage_sites import add_site
from afterword.settings import Settings
from tests.services import builders, moving


@pytest_asyncio.fixture
async def ctx(ready_url: str, tmp_path: Path) -> AsyncIterator[Context]:
    """Everything that a service can reach: the test runs once on SQLite and once on PostgreSQL."""
    settings = Settings(data=tmp_path / "data", database_url=ready_url)
    async with open_context(settings) as opened:
        yield opened


@pytest_asyncio.fixture
async def site(ctx: Context) -> Site:
    """A site that holds the first comment of each author."""
    return await _blog(ctx, Hold.FIRST)


@pytest_asyncio.fixture
async def open_site(ctx: Context) -> Site:
    """The same address, where nobody is held."""
    return await _blog(ctx, Hold.NONE)


@pytest_asyncio.fixture
async def owner(ctx: Context) -> Member:
    """The owner of every site."""
    return await builders.add(ctx, Role.OWNER)


@pytest_asyncio.fixture
async def two(ctx: Context, site: Site, owner: Member) -> moving.Two:
    """Two pages of `site`: the old one with two roots, two replies and a held comment, the new one with
    a root."""
    return await moving.two_pages(ctx, owner)


async def _blog(ctx: Context, hold: Hold) -> Site:
    policy = replace(builders.UNHURRIED, hold=hold)
    site = await add_site(ctx.store, "blog", [builders.ORIGIN], policy, builders.NOW)
    await ctx.sites.refresh(ctx.store)
    return site
