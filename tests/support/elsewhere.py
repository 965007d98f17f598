"""Another server on loopback that answers as it is told: well, slowly, endlessly, or not by HTTP.

async with elsewhere(answer(b"hello")) as other:
    await client.fetch(Outgoing(other.url))
    other.heard[0].head
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True)
class Heard:
    """A request as it came."""

    head: str
    body: str


Answer: TypeAlias = Callable[[asyncio.StreamWriter, Heard], Awaitable[None]]
"""Writes the answer to a request."""


@dataclass
class Elsewhere:
    """A server that runs."""

    port: int
    answer: Answer
    heard: list[Heard] = field(default_factory=list)

    @property
    def authority(self) -> str:
        """Its host and port, as they are allowed."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """Its first page."""
        return f"http://{self.authority}/"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Reads one request and answers it."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            lines = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if line)
            body = await reader.readexactly(int(lines.get("content-length", "0")))
            self.heard.append(Heard(head, body.decode()))
            await self.answer(writer, self.heard[-1])
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # whoever asked has left
        finally:
            writer.close()


@asynccontextmanager
async def elsewhere(answer: Answer) -> AsyncIterator[Elsewhere]:
    """Such a server on a port of the kernel's choice, until the block ends."""
    other = Elsewhere(0, answer)
    tasks: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(other.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    other.port = server.sockets[0].getsockname()[1]
    try:
        yield other
    finally:
        server.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def answer(body: bytes, status: str = "200 OK", **headers: str) -> Answer:
    """Says this, whatever is asked."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return raw("\r\n".join([*lines, "", ""]).encode() + body)


def raw(text: bytes) -> Answer:
    """Writes these bytes."""

    async def write(writer: asyncio.StreamWriter, _: Heard) -> None:
        writer.write(text)
        await writer.drain()

    return write


async def hang(writer: asyncio.StreamWriter, _: Heard) -> None:
    """Never says a word."""
    await asyncio.Event().wait()


async def endless(writer: asyncio.StreamWriter, _: Heard) -> None:
    """Begins well and does not end: ten gigabytes are announced."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
    while True:
        writer.write(b"x" * 65_536)
        await writer.drain()


async def trickle(writer: asyncio.StreamWriter, _: Heard) -> None:
    """One byte now and then, so that no single read takes long."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)
