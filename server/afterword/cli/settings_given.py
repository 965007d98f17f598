"""The settings of a command: what was typed goes before the environment, and that before the file."""

from __future__ import annotations

import os

from afterword.settings import Settings, load


def settings_with(**given: object) -> Settings:
    """The settings, where what was given on the command line goes before the environment."""
    typed = {f"AFTERWORD_{name.upper()}": str(value) for name, value in given.items() if value}
    return load({**os.environ, **typed})
