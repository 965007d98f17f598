"""The built widget, read once at the start, in every encoding that it is served in."""

from __future__ import annotations

import base64
import gzip
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import brotli

import afterword
from afterword.services.built_files import built

if TYPE_CHECKING:
    from pathlib import Path

LATER = ("writer.js", "json-ld.js", "proof.js", "questions.js", "acts.js", "account.js")
"""What is fetched after the first file."""


@dataclass(frozen=True, slots=True)
class Script:
    """One file of the widget, and its names."""

    name: str
    """`<version>-<first 8 of its SHA-256>.js`: at this name it never changes."""
    integrity: str
    """For the `integrity` attribute of a tag that names the file."""
    etag: bytes
    identity: bytes
    gzip: bytes
    br: bytes


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was built: the file that pages name, and those that it fetches when they are needed."""

    reader: Script
    later: tuple[Script, ...] = ()
    """None where a test brings a reader's file alone."""

    @property
    def scripts(self) -> tuple[Script, ...]:
        """Each file."""
        return (self.reader, *self.later)

    def named(self, name: str) -> Script | None:
        """The file that has this name for ever."""
        return next((each for each in self.scripts if each.name == name), None)


def load(file: Path | None = None) -> Bundle:
    """Reads the bundle; raises NotBuilt where there is none."""
    found = built("embed.js", file)
    later = [found.with_name(name) for name in LATER]
    read = [script_of(file.read_bytes()) for file in [found, *later] if file.is_file()]
    return Bundle(read[0], tuple(read[1:]))


def script_of(content: bytes, name: str = "") -> Script:
    """A file of the widget, under the name it had when it was built, else under that of this version."""
    digest = hashlib.sha256(content).hexdigest()[:8]
    sha384 = base64.b64encode(hashlib.sha384(content).digest()).decode()
    return Script(
        name=name or f"{afterword.__version__}-{digest}.js",
        integrity=f"sha384-{sha384}",
        etag=f'W/"{digest}"'.encode(),
        identity=content,
        gzip=gzip.compress(content, 9, mtime=0),
        br=brotli.compress(content),
    )
