"""A stream leaves HTTP once its head is sent: byte for byte on a real socket, with nothing left behind."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from afterword.services.live import BEATS
from afterword.services.live_outlet import Telling
from afterword.web.patience import Patience, patient_protocol
from afterword.web.stream_connection import MAY_WAIT, StreamConnection
from tests.support.events import PATH, Event, Reader
from tests.support.serving import Served
from tests.support.uvicorn_here import port_of, served, until

LONG = 9_000
"""Characters of a comment that few of will fill what may wait."""


def _long(number: int) -> str:
    return f"On day {number} it rose. " * (LONG // 23)


@dataclass
class Socket:
    """A reader with a socket, who undoes the chunks."""

    input: asyncio.StreamReader
    output: asyncio.StreamWriter
    head: bytes = b""
    reader: Reader = field(default_factory=Reader)

    async def next(self) -> list[Event] | None:
        """The events of the next chunk; None after the last one."""
        async with asyncio.timeout(10):
            size = int(await self.input.readline(), 16)
            data = await self.input.readexactly(size + 2)
        assert data.endswith(b"\r\n")
        return self.reader.feed(data[:-2]) if size else None

    async def rest(self) -> bytes:
        """All that comes until the server closes."""
        async with asyncio.timeout(10):
            return await self.input.read()


@dataclass
class Serving:
    """The application behind uvicorn."""

    blog: Served
    server: uvicorn.Server

    @property
    def streams(self) -> list[StreamConnection]:
        """Those that were handed over."""
        connections: Any = self.server.server_state.connections
        return [each for each in connections if isinstance(each, StreamConnection)]

    @asynccontextmanager
    async def listening(
        self, url: str, *, head: bytes = b"", more: bytes = b"", method: bytes = b"GET"
    ) -> AsyncIterator[Socket]:
        """A reader whose answer's head has come."""
        input, output = await asyncio.open_connection("127.0.0.1", port_of(self.server))
        target = f"{PATH}?url={quote(url, safe='')}&since=0".encode()
        output.write(method + b" " + target + b" HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n" + more)
        socket = Socket(input, output)
        async with asyncio.timeout(10):
            socket.head = await input.readuntil(b"\r\n\r\n")
        try:
            yield socket
        finally:
            output.close()


@pytest.fixture
def engine() -> str:
    """What happens to sockets is the same on each."""
    return "sqlite"


@pytest_asyncio.fixture
async def serving(blog: Served) -> AsyncIterator[Serving]:
    async with _serving(blog, patient_protocol()) as serving:
        yield serving


@asynccontextmanager
async def _serving(blog: Served, http: Any) -> AsyncIterator[Serving]:
    async with served(blog.app, http) as server:
        yield Serving(blog, server)


@pytest.mark.usefixtures("no_collector")
async def test_a_stream_keeps_no_task_and_nothing_of_its_request(
    serving: Serving, page_url: str
) -> None:
    async with serving.listening(page_url) as socket:
        assert await socket.next() == []
        state = serving.server.server_state
        await until(lambda: not state.tasks)
        assert [type(each) for each in state.connections] == [StreamConnection]
        left = [each for each in gc.get_objects() if issubclass(type(each), Patience)]
        assert not left
        sent = (await serving.blog.comment(page_url)).json()["comment"]["id"]
        assert [event.of for event in await socket.next() or ()] == [sent]


async def test_a_quiet_stream_is_kept_and_shows_that_it_is_there(
    blog: Served, page_url: str
) -> None:
    """Longer than any patience with a request."""
    http = patient_protocol(headers_within=0.1, stuck_for=0.1, check_every=0.05)
    async with _serving(blog, http) as serving, serving.listening(page_url) as socket:
        assert await socket.next() == []
        await asyncio.sleep(0.4)
        for _ in range(BEATS):
            await blog.context.live.beat()
        assert await socket.next() == []
        assert socket.reader.comments == 1


async def test_who_leaves_gives_the_place_free(serving: Serving, page_url: str) -> None:
    live = serving.blog.context.live
    async with serving.listening(page_url), serving.listening(page_url):
        await until(lambda: len(serving.streams) == len(live) == 2)
    await until(lambda: not serving.server.server_state.connections)
    assert (len(live), len(live._rooms)) == (0, 0)


async def test_the_server_ends_streams_when_it_stops(serving: Serving, page_url: str) -> None:
    async with serving.listening(page_url) as socket:
        assert await socket.next() == []
        await until(lambda: bool(serving.streams))
        serving.server.should_exit = True
        assert await socket.next() is None
        assert await socket.rest() == b""


async def test_who_goes_on_talking_is_let_go(serving: Serving, page_url: str) -> None:
    async with serving.listening(page_url) as socket:
        assert await socket.next() == []
        await until(lambda: bool(serving.streams))
        socket.output.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert await socket.rest() == b"0\r\n\r\n"


async def test_who_asks_for_more_at_once_is_let_go_too(serving: Serving, page_url: str) -> None:
    more = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    async with serving.listening(page_url, more=more) as socket:
        assert await socket.next() == []
        assert await socket.rest() == b"0\r\n\r\n"
    await until(lambda: len(serving.blog.context.live) == 0)


async def test_a_request_that_is_still_coming_stays_in_http(
    serving: Serving, page_url: str
) -> None:
    head = b"Content-Length: 5\r\n"
    async with serving.listening(page_url, head=head, more=b"abc") as socket:
        assert await socket.next() == []
        sent = (await serving.blog.comment(page_url)).json()["comment"]["id"]
        assert [event.of for event in await socket.next() or ()] == [sent]
        assert serving.streams == []
    await until(lambda: len(serving.blog.context.live) == 0)


async def test_a_head_request_keeps_its_connection(serving: Serving, page_url: str) -> None:
    async with serving.listening(page_url, method=b"HEAD") as socket:
        socket.output.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert (await socket.rest()).startswith(b"HTTP/1.1 200 ")
    assert len(serving.blog.context.live) == 0


async def test_another_protocol_streams_by_asgi(blog: Served, page_url: str) -> None:
    async with _serving(blog, H11Protocol) as serving, serving.listening(page_url) as socket:
        assert await socket.next() == []
        sent = (await blog.comment(page_url)).json()["comment"]["id"]
        assert [event.of for event in await socket.next() or ()] == [sent]
        assert serving.streams == []


async def test_the_many_bytes_that_somebody_missed_are_not_too_many(
    serving: Serving, page_url: str
) -> None:
    many = 6 * MAY_WAIT // LONG
    for number in range(many):
        await serving.blog.comment(page_url, body=_long(number))
    async with serving.listening(page_url) as socket:
        await until(lambda: bool(serving.streams))
        missed = await socket.next()
        assert missed is not None
        assert len(missed) == many


async def test_who_takes_nothing_is_let_go_and_the_others_hear_everything(
    serving: Serving, page_url: str
) -> None:
    async with serving.listening(page_url) as slow, serving.listening(page_url) as quick:
        slow.output.transport.pause_reading()  # type: ignore[attr-defined]
        assert await quick.next() == []
        await until(lambda: len(serving.streams) == 2)
        heard = 0
        while len(serving.streams) == 2:
            await serving.blog.comment(page_url, body=_long(heard))
            heard += len(await quick.next() or ())
            assert heard < 1_000
        await until(lambda: len(serving.blog.context.live) == 1)
        sent = (await serving.blog.comment(page_url)).json()["comment"]["id"]
        assert [event.of for event in await quick.next() or ()] == [sent]


async def test_who_takes_nothing_between_two_signs_is_let_go(
    serving: Serving, page_url: str
) -> None:
    """Though too little waits to be too much."""
    live = serving.blog.context.live
    async with serving.listening(page_url) as slow:
        await until(lambda: bool(serving.streams))
        (stream,) = serving.streams
        slow.output.transport.pause_reading()  # type: ignore[attr-defined]
        while not stream._transport.get_write_buffer_size():
            stream.send(Telling(b":" * 10_000))
            await asyncio.sleep(0)
        for _ in range(2 * BEATS):
            await live.beat()
        await until(lambda: len(live) == 0)
