"""The description of the API, for programs and for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from afterword.web.docs_page import CSP
from afterword.web.state import web

if TYPE_CHECKING:
    from starlette.requests import Request

CACHING = "public, max-age=300"


async def openapi(request: Request) -> Response:
    """OpenAPI 3.1."""
    body = web(request).documents["openapi.json"]
    return Response(body, headers={"cache-control": CACHING}, media_type="application/json")


async def readable(request: Request) -> Response:
    """The same as a page."""
    body = web(request).documents["docs.html"]
    headers = {"cache-control": CACHING, "content-security-policy": CSP}
    return Response(body, headers=headers, media_type="text/html")
