"""What the widget's build has made: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

import afterword

PACKAGE = Path(afterword.__file__).parent
FOLDERS = (PACKAGE / "static" / "widget", PACKAGE.parents[1] / "widget" / "dist")


class NotBuilt(Exception):
    """A file of the build is missing; the text says how to make it."""


def built(name: str, file: Path | None = None) -> Path:
    """The first such file that there is, or the one that a test names; raises NotBuilt."""
    places = [file] if file else [folder / name for folder in FOLDERS]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise NotBuilt(f"The widget is not built yet: {name} is missing. Run: make build")
    return found
