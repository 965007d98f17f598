"""Which pages of other origins may use the API: those of our sites, named exactly, never with cookies.

CORS only decides who may read an answer. That a foreign page changes nothing is decided here before
the handler runs (no site has the origin) and by the services (the comment is another site's).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response

from afterword.web.errors import refusal_response
from afterword.web.state import context, web

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

API = "/api/v1/"
ADMIN = "/api/v1/admin/"
"""Below it no page of another origin may read or ask anything."""
READS = ("GET", "HEAD", "OPTIONS")
ALLOWED = {
    "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
    "access-control-allow-headers": "content-type, authorization",
    "access-control-max-age": "7200",
}


class Cors:
    """Answers preflights, refuses writes of unknown origins, and lets known ones read the answers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] != "http" or not _is_for_others(scope["path"]):
            await self._app(scope, receive, send)
            return
        origin = Headers(scope=scope).get("origin")
        known = origin is not None and _is_known(scope, origin)

        async def send_with_cors(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                _vary_by_origin(headers)
                if known and origin and "access-control-allow-origin" not in headers:
                    headers["access-control-allow-origin"] = origin
            await send(message)

        await self._answer(scope, origin, known)(scope, receive, send_with_cors)

    def _answer(self, scope: Scope, origin: str | None, known: bool) -> ASGIApp:
        is_preflight = _is_preflight(scope)
        if origin is not None and not known and (is_preflight or scope["method"] not in READS):
            return refusal_response(scope, context(scope).sites.refusal(origin))
        if is_preflight:
            return Response(status_code=204, headers=ALLOWED)
        return self._app


def _is_for_others(path: str) -> bool:
    return path.startswith(API) and not path.startswith(ADMIN)


def _is_known(scope: Scope, origin: str) -> bool:
    """Is it an origin of one of our sites, or our own."""
    if origin == web(scope).settings.public_origin:
        return True
    return context(scope).sites.by_origin(origin) is not None


def _is_preflight(scope: Scope) -> bool:
    if scope["method"] != "OPTIONS":
        return False
    headers = Headers(scope=scope)
    return "origin" in headers and "access-control-request-method" in headers


def _vary_by_origin(headers: MutableHeaders) -> None:
    if "origin" not in headers.get("vary", "").lower():
        headers.add_vary_header("Origin")
