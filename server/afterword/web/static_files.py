"""Our own style sheets and scripts, under names that change with their bytes."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import Response

from afterword.core import errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from starlette.requests import Request

FOLDER = Path(__file__).parent.parent / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_IMPORT = re.compile(rb"""(^import [^'"]*'\./)([a-z-]+\.js)(')""", re.MULTILINE)
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is served."""

    name: str
    """With the first eight digits of its SHA-256: `base-1a2b3c4d.css`."""
    kind: str
    data: bytes


def load(files: Iterable[Path]) -> Mapping[str, StaticFile]:
    """Reads the files; the keys are their plain names.

    A script imports its neighbours by their plain names, and is served with those that change: so its
    own name changes with theirs. Raises ValueError for scripts that import each other in a circle.
    """
    texts = {file.name: file.read_bytes() for file in files if file.suffix in _TYPES}
    imports = {name: _imports(text) for name, text in texts.items() if name.endswith(".js")}
    loaded: dict[str, StaticFile] = {}
    for name in (*TopologicalSorter(imports).static_order(), *texts):
        if name not in loaded:
            loaded[name] = _named(name, _IMPORT.sub(_leads_to(loaded), texts[name]))
    return loaded


def _imports(script: bytes) -> set[str]:
    return {match[2].decode() for match in _IMPORT.finditer(script)}


def _leads_to(loaded: Mapping[str, StaticFile]) -> Callable[[re.Match[bytes]], bytes]:
    return lambda match: match[1] + loaded[match[2].decode()].name.encode() + match[3]


def _named(name: str, data: bytes) -> StaticFile:
    digest = hashlib.sha256(data).hexdigest()[:8]
    file = Path(name)
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
