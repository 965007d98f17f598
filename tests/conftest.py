"""Fixtures that every test may ask for; each is described where it is defined."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

pytest.register_assert_rewrite("tests.support")

# Fixtures of every module in tests/support may be asked for without an import.
pytest_plugins = [
    f"tests.support.{module.stem}"
    for module in sorted(Path(__file__).with_name("support").glob("[a-z]*.py"))
]

# A busy machine is no failure, hence no deadline. CI draws the same examples each time, so that a
# red run says something about the change; a person's runs explore.
hypothesis.settings.register_profile(
    "afterword", deadline=None, derandomize=bool(os.environ.get("CI")), print_blob=True
)
hypothesis.settings.load_profile("afterword")


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of public attack and conformance corpora that AFTERWORD_CORPORA names."""
    named = os.environ.get("AFTERWORD_CORPORA")
    if not named:
        pytest.skip("AFTERWORD_CORPORA is not set; the vectors in this repository were run")
    folder = Path(named)
    assert folder.is_dir(), f"AFTERWORD_CORPORA names {folder}, and there is no such folder"
    return folder
