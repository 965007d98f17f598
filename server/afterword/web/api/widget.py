"""The widget's scripts: at a short-lived address, and at ones that never change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from afterword.core import errors
from afterword.web.entry_answer import choose_encoding, is_known
from afterword.web.state import context, web

if TYPE_CHECKING:
    from starlette.requests import Request

    from afterword.web.widget_files import Script

FOR_A_WHILE = "public, max-age=300"
FOR_EVER = "public, max-age=31536000, immutable"


async def current(request: Request) -> Response:
    """The script that pages name once and for all."""
    return _answer(request, web(request).widget.reader, FOR_A_WHILE)


async def versioned(request: Request) -> Response:
    """A script at the name of its bytes: for tags with `integrity`, and for what the first one fetches.

    Those of earlier builds are there too.
    """
    name: str = request.path_params["name"]
    script = web(request).widget.named(name)
    if script is None:
        script = await context(request).in_thread(web(request).kept.read, name)
    if script is None:
        raise errors.NotFound("This version of the script is not served here.")
    return _answer(request, script, FOR_EVER)


def _answer(request: Request, script: Script, caching: str) -> Response:
    headers = {
        "cache-control": caching,
        "etag": script.etag.decode(),
        "vary": "Accept-Encoding",
        "access-control-allow-origin": "*",
    }
    known = request.headers.get("if-none-match", "").encode("latin-1")
    if known and is_known(known, script.etag):
        return Response(status_code=304, headers=headers)
    encoding = choose_encoding(request.headers.get("accept-encoding", "").encode("latin-1"))
    if encoding:
        headers["content-encoding"] = encoding
    body = {"br": script.br, "gzip": script.gzip, "": script.identity}[encoding]
    return Response(body, headers=headers, media_type="text/javascript")
