"""Around everything that is not answered from memory: a number for the request, and a note of its end."""

from __future__ import annotations

import logging
from time import perf_counter
from typing import TYPE_CHECKING

from afterword.web.request_id import HEADER, REQUEST, request_id
from afterword.web.security_headers import NO_STORE

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from afterword.web.counting import WebCounts

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
OTHER = "other"
"""A method that nobody here knows: a stranger may invent as many as they like."""
NO_ROUTE = "none"
LEFT = 499
"""Not sent: the reader was gone before there was an answer."""

log = logging.getLogger("afterword.requests")


class Watching:
    """Counts, numbers and, where it is wanted, logs each request."""

    def __init__(self, app: ASGIApp, counts: WebCounts, *, log_requests: bool) -> None:
        self._app = app
        self._counts = counts
        self._log_requests = log_requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = perf_counter()
        number = request_id(scope)
        has_begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal has_begun
            if not has_begun:
                has_begun = True
                if NO_STORE in message["headers"]:
                    # What a cache may keep is the same for all who ask: it would be the number of nobody.
                    message["headers"] = [*message["headers"], (HEADER, number.encode())]
                self._note(scope, message["status"], perf_counter() - began)
            await send(message)

        token = REQUEST.set(number)
        try:
            await self._app(scope, receive, send_and_note)
        finally:
            if not has_begun:
                self._note(scope, LEFT, perf_counter() - began)
            REQUEST.reset(token)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route, method = route_of(scope), method_of(scope)
        self._counts.note(route, method, status, seconds)
        if self._log_requests:
            log_request(route, method, status, seconds)


def log_request(route: str, method: str, status: int, seconds: float) -> None:
    """One line: of the address only its template, for what stands in its place may be a token of a link."""
    told = {"method": method, "route": route, "status": status, "seconds": round(seconds, 6)}
    milliseconds = 1000 * seconds
    log.info("%s %s %d in %.1f ms", method, route, status, milliseconds, extra={"told": told})


def route_of(scope: Scope) -> str:
    """The template of the route that was found, `/c/{id}`: nothing that the client wrote."""
    route = scope.get("route")
    return NO_ROUTE if route is None else str(route.path)


def method_of(scope: Scope) -> str:
    """The method, if it is one that is known."""
    method = str(scope["method"])
    return method if method in METHODS else OTHER
