"""How answers are made; headers that a response does not set come from `security_headers`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from starlette.responses import HTMLResponse, Response

from afterword.web.state import context, web

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from afterword.services.thread_cache import Entry

_encode = msgspec.json.Encoder().encode


def json_response(body: msgspec.Struct, status: int = 200) -> Response:
    """A struct as JSON."""
    return Response(_encode(body), status, media_type="application/json")


def entry_response(request: Request, entry: Entry) -> Response:
    """A fresh entry, answered as `fast_reads` answers it from then on.

    Raises a kind of Forbidden where the page that asks is not one of the site's.
    """
    origin = request.headers.get("origin")
    if origin is not None and origin.encode("latin-1") not in entry.origins:
        raise context(request).sites.refusal(origin)
    # A body that came with a GET is nobody's business here; `unread_body` ends the connection.
    asked = [(name, value) for name, value in request.headers.raw if name not in _OF_BODIES]
    answer = web(request).answer(entry, asked)
    assert answer is not None, "the origin was checked above"
    response = Response(answer.body, answer.status)
    response.raw_headers = answer.headers
    return response


_OF_BODIES = (b"content-length", b"transfer-encoding")


def html(text: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A page of our own; not kept by any cache unless the headers say so."""
    return HTMLResponse(text, status, headers)


def see_other(request: Request, path: str) -> Response:
    """Sends the browser on with GET after a POST; the path is ours and without prefix."""
    return Response(status_code=303, headers={"location": web(request).links.path(path)})
