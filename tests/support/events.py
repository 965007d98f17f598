"""Server-sent events as a browser reads them, from bytes or from the application in this process.

async with listening(app, page_url, since=0) as stream:
    event = await stream.next()
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

PATH = "/api/v1/thread/events"


@dataclass(frozen=True)
class Event:
    """One event; `id` is the last one that the stream has named, as a browser would send it back."""

    name: str
    id: str
    data: Any

    @property
    def of(self) -> int:
        """The comment that it tells of."""
        return int(self.data["comment"]["id"] if "comment" in self.data else self.data["id"])


@dataclass
class Reader:
    """Parses a stream as the HTML standard says (section 9.2.6), as far as our streams go."""

    last_id: str = ""
    retry: int | None = None
    comments: int = 0
    _rest: bytes = b""

    def feed(self, data: bytes) -> list[Event]:
        """The events that are complete with these bytes."""
        *blocks, self._rest = (self._rest + data).split(b"\n\n")
        return [event for block in blocks if (event := self._block(block.decode())) is not None]

    def _block(self, block: str) -> Event | None:
        fields: dict[str, str] = {}
        for line in block.split("\n"):
            name, _, value = line.partition(":")
            self.comments += not name
            fields[name] = value.removeprefix(" ")
        self.last_id = fields.get("id", self.last_id)
        self.retry = int(fields["retry"]) if "retry" in fields else self.retry
        if "data" not in fields:
            return None
        return Event(fields.get("event", "message"), self.last_id, json.loads(fields["data"]))


def events_in(data: bytes) -> list[Event]:
    """All events of a stream that was read to some point."""
    return Reader().feed(data)


@dataclass
class Stream:
    """An answer that goes on."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    reader: Reader = field(default_factory=Reader)
    raw: bytes = b""
    is_over: bool = False
    _sent: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    _events: list[Event] = field(default_factory=list)

    async def send(self, message: dict[str, Any]) -> None:
        """What the application is given to send with."""
        await self._sent.put(message)

    async def next(self) -> Event:
        """The next event; fails where the stream ends before, or nothing comes."""
        while not self._events:
            assert not self.is_over, self.raw
            await self.read()
        return self._events.pop(0)

    async def read(self) -> None:
        """Waits for the next piece of the answer."""
        async with asyncio.timeout(10):
            message = await self._sent.get()
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {key.decode(): value.decode() for key, value in message["headers"]}
            return
        body = message.get("body", b"")
        self.raw += body
        self.is_over = not message.get("more_body", False)
        if self.headers["content-type"].startswith("text/event-stream"):
            self._events += self.reader.feed(body)

    async def read_to_end(self) -> None:
        """Reads until the application has ended the answer."""
        while not self.is_over:
            await self.read()

    @property
    def waiting(self) -> list[Event]:
        """Events that have come and were not asked for yet."""
        return self._events


@asynccontextmanager
async def listening(
    app: Any,
    url: str,
    *,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    client: str = "203.0.113.7",
    **query: Any,
) -> AsyncIterator[Stream]:
    """A reader of the page's stream, which has begun; the reader leaves with the block."""
    stream, gone = Stream(), asyncio.Event()
    begun = False

    async def receive() -> dict[str, Any]:
        nonlocal begun
        if not begun:
            begun = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    raw = [(key.encode(), value.encode()) for key, value in (headers or {}).items()]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": PATH,
        "raw_path": PATH.encode(),
        "root_path": "",
        "query_string": urlencode({"url": url, **query}).encode(),
        "headers": raw,
        "client": (client, 4711),
        "server": ("127.0.0.1", 80),
    }
    task = asyncio.create_task(app(scope, receive, stream.send))
    try:
        await stream.read()
        await stream.read()
        yield stream
    finally:
        gone.set()
        async with asyncio.timeout(10):
            await task
