"""The built widget, read once at the start, in every encoding that it is served in."""

from __future__ import annotations

import base64
import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

import brotli

import afterword

PACKAGE = Path(afterword.__file__).parent
PLACES = (
    PACKAGE / "static" / "widget" / "embed.js",
    PACKAGE.parents[1] / "widget" / "dist" / "embed.js",
)
"""Inside the installed package, or beside it in a checkout; the first that exists is served."""


class WidgetMissing(Exception):
    """There is no built widget; the text says how to make it."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The script and its names."""

    name: str
    """`<version>-<first 8 of its SHA-256>.js`: at this name it never changes."""
    integrity: str
    """For the `integrity` attribute of a tag that names the file."""
    etag: bytes
    identity: bytes
    gzip: bytes
    br: bytes


def load(file: Path | None = None) -> Bundle:
    """Reads the bundle; raises WidgetMissing where none was built."""
    found = next((place for place in ([file] if file else PLACES) if place.is_file()), None)
    if found is None:
        raise WidgetMissing("The widget is not built yet: embed.js is missing. Run: make build")
    script = found.read_bytes()
    digest = hashlib.sha256(script).hexdigest()[:8]
    sha384 = base64.b64encode(hashlib.sha384(script).digest()).decode()
    return Bundle(
        name=f"{afterword.__version__}-{digest}.js",
        integrity=f"sha384-{sha384}",
        etag=f'W/"{digest}"'.encode(),
        identity=script,
        gzip=gzip.compress(script, 9, mtime=0),
        br=brotli.compress(script),
    )
