"""An installation on each engine, with one site."""

from __future__ import annotations

from pathlib import Path

import pytest_asyncio

from afterword.settings import Settings
from tests.services.backups.holding import add_site, at


@pytest_asyncio.fixture
async def settings(ready_url: str, tmp_path: Path) -> Settings:
    """An installation with the site `blog`: the test runs once on SQLite and once on PostgreSQL."""
    await add_site(ready_url, "blog")
    return at(tmp_path / "data", ready_url)
