"""Reads a body: so many bytes, in so many seconds, as it comes."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from afterword.core import errors
from afterword.web.in_turn import TURN
from afterword.web.state import context, web

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


async def read_body(request: Request) -> bytes:
    """The whole body. What Content-Length says is never believed: bytes are counted as they come.

    Raises TooLarge beyond `settings.body_limit` bytes, TooSlow beyond `settings.body_timeout` seconds,
    Unsupported for a compressed body: what it would grow to is not known before it has grown.
    """
    settings = web(request).settings
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise errors.Unsupported("Send the body as it is, not compressed.")
    try:
        async with asyncio.timeout(settings.body_timeout):
            body = await _read(request, settings.body_limit)
    except TimeoutError:
        raise errors.TooSlow(
            f"The body did not arrive within {settings.body_timeout} seconds."
        ) from None
    # The work begins here; whoever had to wait for the body has lost the turn of the beginning.
    turns = context(request).store.turns
    if request.scope.get(TURN) != turns.number:
        await turns.mine()
    return body


async def _read(request: Request, limit: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise errors.TooLarge(f"The body may have {limit:,} bytes at most.")
    return bytes(body)


LINGER_BYTES = 2**20
"""Of a body that nobody wants, so many are taken before the connection ends."""
LINGER = 2.0
LINGER_QUIET = 0.5
"""Seconds for that, in all and without a byte."""


class UnreadBody:
    """Ends the connection after an answer that did not wait for the request's body.

    Uvicorn would go on reading it, without limits of size or time. To end at once would be to reset the
    connection, and who still sends might never see the answer: nginx tells its client 502 then. So a
    little more is taken and dropped (RFC 9112, 9.6).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] != "http" or not _has_body(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        is_read = False

        async def receive_and_note() -> Message:
            nonlocal is_read
            message = await receive()
            is_read = is_read or not message.get("more_body", False)
            return message

        async def send_and_close(message: Message) -> None:
            if message["type"] == "http.response.start" and not is_read:
                message["headers"] = [*message["headers"], (b"connection", b"close")]
            elif not is_read and not message.get("more_body", False):
                await send({**message, "more_body": True})
                await _linger(receive_and_note)
                message = {"type": "http.response.body", "body": b""}
            await send(message)

        await self._app(scope, receive_and_note, send_and_close)


async def _linger(receive: Receive) -> None:
    """Takes what comes and drops it, until it ends, or there is too much of it, or too little."""
    taken, more = 0, True
    with suppress(TimeoutError):
        async with asyncio.timeout(LINGER):
            while more and taken < LINGER_BYTES:
                message = await asyncio.wait_for(receive(), LINGER_QUIET)
                more = message.get("more_body", False)
                taken += len(message.get("body", b""))


def _has_body(headers: Headers) -> bool:
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
