"""The built words of every language, read once at the start."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

import msgspec

from afterword.core.languages import Languages
from afterword.services.built_files import built


class _File(msgspec.Struct, frozen=True):
    languages: dict[str, dict[str, str | dict[str, str]]]
    page_only: list[str]
    """Keys of what only our own pages say, and no widget."""
    writer_only: list[str]
    """Keys of what the widget says only to those who write."""
    in_script: list[str]
    """Keys of what the widget holds in English, since it says it also where no answer comes."""


def load_languages(file: Path | None = None) -> Languages:
    """Reads the words; raises NotBuilt where there are none."""
    raw = built("words.json", file).read_bytes()
    read = msgspec.json.decode(raw, type=_File)
    digest = blake2b(raw, digest_size=4).hexdigest()
    parts = (read.page_only, read.writer_only, read.in_script)
    return Languages(read.languages, *parts, digest=digest)
