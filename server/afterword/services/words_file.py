"""The built words of every language, read once at the start."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

import msgspec

import afterword
from afterword.core.languages import Languages

PACKAGE = Path(afterword.__file__).parent
PLACES = (
    PACKAGE / "static" / "widget" / "words.json",
    PACKAGE.parents[1] / "widget" / "dist" / "words.json",
)
"""Inside the installed package, or beside it in a checkout; the first that exists is read."""


class WordsMissing(Exception):
    """The words were not built; the text says how to do it."""


class _File(msgspec.Struct, frozen=True):
    languages: dict[str, dict[str, str | dict[str, str]]]
    page_only: list[str]
    """Keys of what only our own pages say, and no widget."""
    writer_only: list[str]
    """Keys of what the widget says only to those who write."""
    in_script: list[str]
    """Keys of what the widget holds in English, since it says it also where no answer comes."""


def load_languages(file: Path | None = None) -> Languages:
    """Reads the words; raises WordsMissing where there are none."""
    found = next((place for place in ([file] if file else PLACES) if place.is_file()), None)
    if found is None:
        raise WordsMissing("The words are not built yet: words.json is missing. Run: make build")
    raw = found.read_bytes()
    read = msgspec.json.decode(raw, type=_File)
    digest = blake2b(raw, digest_size=4).hexdigest()
    parts = (read.page_only, read.writer_only, read.in_script)
    return Languages(read.languages, *parts, digest=digest)
