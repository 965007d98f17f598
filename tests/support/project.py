"""Where things are in this checkout, and what is to happen when a tool is missing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "server" / "afterword"


def unavailable(what: str) -> NoReturn:
    """Skips the test that needs `what`; under CI it fails instead, so that nothing is lost silently."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} (skipped elsewhere, but not where CI is set)", pytrace=False)
    pytest.skip(what)
