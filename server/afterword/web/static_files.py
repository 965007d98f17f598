"""Our own style sheets and scripts, under names that change with their bytes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import Response

from afterword.core import errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.requests import Request

FOLDER = Path(__file__).parent.parent / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is served."""

    name: str
    """With the first eight digits of its SHA-256: `base-1a2b3c4d.css`."""
    kind: str
    data: bytes


def load(files: Iterable[Path]) -> Mapping[str, StaticFile]:
    """Reads the files; the keys are their plain names."""
    return {file.name: _read(file) for file in files if file.suffix in _TYPES}


def _read(file: Path) -> StaticFile:
    data = file.read_bytes()
    digest = hashlib.sha256(data).hexdigest()[:8]
    return StaticFile(f"{file.stem}-{digest}{file.suffix}", _TYPES[file.suffix], data)


FILES = load(FOLDER.iterdir())
"""The files of this release by plain name; they are part of the program and never change under it."""
_BY_HASHED_NAME = {file.name: file for file in FILES.values()}


async def static_file(request: Request) -> Response:
    """`GET /static/{name}`: the file for as long as the browser likes, since its name has its hash."""
    file = _BY_HASHED_NAME.get(request.path_params["name"])
    if file is None:
        raise errors.NotFound("There is no such file.")
    headers = {"Cache-Control": FOREVER, "Content-Type": file.kind}
    return Response(file.data, headers=headers)
