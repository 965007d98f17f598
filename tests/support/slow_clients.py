"""Clients that hold on to connections: each a coroutine that goes on until it is cancelled."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias

from tests.support.fronts import Front

BETWEEN = 0.2
"""Seconds between two bytes: no pause is long enough to be a reason to hang up."""
HOST = b"Host: 127.0.0.1\r\n"
POST = b"POST /api/v1/preview HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
LARGE = b"GET /api/v1/openapi.json HTTP/1.1\r\n" + HOST + b"\r\n"

Slow: TypeAlias = Callable[[Front, str], Awaitable[asyncio.StreamWriter]]


async def says_nothing(front: Front, source: str) -> asyncio.StreamWriter:
    """Connects, no more."""
    return (await front.connect(source, hello=False))[1]


async def says_hello(front: Front, source: str) -> asyncio.StreamWriter:
    """Connects and agrees on TLS, where there is TLS."""
    return (await front.connect(source))[1]


async def drips_headers(front: Front, source: str) -> asyncio.StreamWriter:
    """Begins a request whose headers do not end."""
    return await _dripping(front, source, b"GET /healthz HTTP/1.1\r\n" + HOST + b"X-Slow: ")


async def drips_a_body(front: Front, source: str) -> asyncio.StreamWriter:
    """Sends a comment for a preview, a byte at a time."""
    return await _dripping(front, source, POST + b"Content-Length: 9999\r\n\r\n")


async def drips_chunks(front: Front, source: str) -> asyncio.StreamWriter:
    """The same without saying how long it is."""
    return await _dripping(
        front, source, POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"
    )


async def reads_nothing(front: Front, source: str) -> asyncio.StreamWriter:
    """Asks for more than the buffers of both sides hold, and takes no byte of it."""
    _, writer = await front.connect(source)
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    writer.write(LARGE * 1_000)
    return writer


KINDS: tuple[Slow, ...] = (
    says_nothing,
    says_hello,
    drips_headers,
    drips_a_body,
    drips_chunks,
    reads_nothing,
)


@asynccontextmanager
async def slow_clients(front: Front, kind: Slow, source: str, many: int) -> AsyncIterator[None]:
    """So many of them, all connected; they are gone after the block."""
    writers = await asyncio.gather(*(kind(front, source) for _ in range(many)))
    try:
        yield
    finally:
        for writer in writers:
            writer.transport.abort()


async def _dripping(
    front: Front, source: str, first: bytes, drop: bytes = b"x"
) -> asyncio.StreamWriter:
    _, writer = await front.connect(source)
    writer.write(first)

    async def drip() -> None:
        with contextlib.suppress(OSError, ssl.SSLError):
            while not writer.is_closing():
                writer.write(drop)
                await writer.drain()
                await asyncio.sleep(BETWEEN)

    # Kept by the writer, so that nobody throws it away while it drips.
    writer.dripping = asyncio.create_task(drip())  # type: ignore[attr-defined]
    return writer
