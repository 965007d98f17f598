"""The floor: an ASGI app without framework that returns the same bytes for every request."""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

_folder = Path(os.environ["BARE_FOLDER"])
_body = (_folder / "body").read_bytes()
_headers = [
    (name.encode(), value.encode())
    for name, value in json.loads((_folder / "headers.json").read_text())
]
_status = 304 if not _body else 200
_start = {"type": "http.response.start", "status": _status, "headers": _headers}
_rest = {"type": "http.response.body", "body": _body}


async def app(
    scope: MutableMapping[str, Any],
    receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
    send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
) -> None:
    """Answer."""
    await send(_start)
    await send(_rest)
