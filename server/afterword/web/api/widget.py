"""The widget's script: at a short-lived address, and at one that never changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from afterword.core import errors
from afterword.web.entry_answer import choose_encoding, is_known
from afterword.web.state import web

if TYPE_CHECKING:
    from starlette.requests import Request

FOR_A_WHILE = "public, max-age=300"
FOR_EVER = "public, max-age=31536000, immutable"


async def current(request: Request) -> Response:
    """The script that pages name once and for all."""
    return _script(request, FOR_A_WHILE)


async def versioned(request: Request) -> Response:
    """The script at the name of its bytes, for tags with `integrity`."""
    if request.path_params["name"] != web(request).widget.name:
        raise errors.NotFound("This version of the script is not served here.")
    return _script(request, FOR_EVER)


def _script(request: Request, caching: str) -> Response:
    bundle = web(request).widget
    headers = {
        "cache-control": caching,
        "etag": bundle.etag.decode(),
        "vary": "Accept-Encoding",
        "access-control-allow-origin": "*",
    }
    known = request.headers.get("if-none-match", "").encode("latin-1")
    if known and is_known(known, bundle.etag):
        return Response(status_code=304, headers=headers)
    encoding = choose_encoding(request.headers.get("accept-encoding", "").encode("latin-1"))
    if encoding:
        headers["content-encoding"] = encoding
    body = {"br": bundle.br, "gzip": bundle.gzip, "": bundle.identity}[encoding]
    return Response(body, headers=headers, media_type="text/javascript")
