"""Slow and lying clients against a real server socket."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import uvicorn

from afterword.app import create_app
from afterword.web.patience import patient_protocol
from tests.support.serving import BUNDLE, settings_for
from tests.support.uvicorn_here import port_of, running, until


@pytest_asyncio.fixture
async def server(tmp_path: Path, sqlite_url: str) -> AsyncIterator[uvicorn.Server]:
    """The application on uvicorn, with a second for bodies."""
    settings = settings_for(tmp_path, sqlite_url, body_timeout=1)
    widget = tmp_path / "embed.js"
    widget.write_bytes(BUNDLE)
    config = uvicorn.Config(
        create_app(settings, widget=widget),
        http=patient_protocol(headers_within=0.5, stuck_for=0.5, check_every=0.1),
        lifespan="on",
        log_config=None,
    )
    async with running(uvicorn.Server(config)) as server:
        yield server


@pytest.fixture
def port(server: uvicorn.Server) -> int:
    """Where it listens."""
    return port_of(server)


async def _talk(port: int, *parts: bytes, pause: float = 0.0) -> tuple[bytes, float]:
    """Sends the parts, then reads until the server closes; returns what came and how long it took."""
    begun = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)
        async with asyncio.timeout(10):
            answer = await reader.read()
    except ConnectionResetError:
        answer = b""
    finally:
        writer.close()
    return answer, time.monotonic() - begun


HEAD = b"POST /api/v1/preview HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


async def test_a_body_that_does_not_come_is_given_up_in_time(port: int) -> None:
    answer, took = await _talk(port, HEAD + b'Content-Length: 100\r\n\r\n{"body":')
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"too_slow"' in answer
    assert took < 3


async def test_a_body_that_drips_is_given_up_in_time(port: int) -> None:
    drops = [b" "] * 30
    answer, took = await _talk(port, HEAD + b"Content-Length: 999\r\n\r\n", *drops, pause=0.1)
    assert took < 6
    assert not answer or answer.startswith(b"HTTP/1.1 408 ")


async def test_a_chunked_body_without_end_is_cut_off(port: int) -> None:
    chunk = b"4000\r\n" + b" " * 0x4000 + b"\r\n"
    head = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    answer, took = await _talk(port, head, *[chunk] * 30)
    assert took < 3
    assert answer.startswith(b"HTTP/1.1 413 ")


async def test_who_still_sends_a_body_that_was_refused_sees_the_answer(port: int) -> None:
    """Also a proxy, which would tell its client that the server is broken."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HEAD + b"Content-Length: 200000\r\n\r\n" + b" " * 140_000)
    async with asyncio.timeout(10):
        head = await reader.readuntil(b"\r\n\r\n")
        for _ in range(6):
            writer.write(b" " * 10_000)
            await writer.drain()
            await asyncio.sleep(0.05)
        rest = await reader.read()
    writer.close()
    assert head.startswith(b"HTTP/1.1 413 ")
    assert b'"code":"too_large"' in rest


async def test_a_refused_body_that_goes_on_and_on_is_cut_off(port: int) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HEAD + b"Content-Length: 100000000\r\n\r\n")
    sent = 0
    with suppress(ConnectionError):
        while sent < 100_000_000:
            writer.write(b" " * 100_000)
            async with asyncio.timeout(10):
                await writer.drain()
            sent += 100_000
    writer.close()
    assert sent < 20_000_000


async def test_a_body_that_nobody_asked_for_does_not_keep_the_connection(port: int) -> None:
    for path in (b"/healthz", b"/nowhere", b"/api/v1/thread?url=x"):
        head = b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\nabc"
        answer, took = await _talk(port, head)
        assert b"connection: close" in answer.lower()
        assert took < 1


async def test_a_refused_body_does_not_keep_the_connection(port: int) -> None:
    head = b"POST /api/v1/preview HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\nabc"
    answer, took = await _talk(port, head)
    assert answer.startswith(b"HTTP/1.1 415 ")
    assert took < 1


async def test_length_and_chunks_together_are_not_guessed_at(port: int) -> None:
    head = HEAD + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer, _ = await _talk(port, head + b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1") == 1


async def test_who_says_nothing_is_let_go(port: int) -> None:
    answer, took = await _talk(port)
    assert (answer, took < 2) == (b"", True)


async def test_headers_that_do_not_end_are_given_up(port: int) -> None:
    drops = [b"x-%d: y\r\n" % number for number in range(20)]
    answer, took = await _talk(port, b"GET /healthz HTTP/1.1\r\n", *drops, pause=0.05)
    assert (answer, took < 3) == (b"", True)


async def test_a_second_request_has_no_more_time_than_the_first(port: int) -> None:
    whole = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    answer, took = await _talk(port, whole, b"GET /healthz HTTP/1.1\r\nHo", pause=0.1)
    assert answer.count(b"HTTP/1.1 200") == 1
    assert took < 2


async def test_a_quiet_connection_between_requests_is_kept(port: int) -> None:
    whole = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    last = whole.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    answer, _ = await _talk(port, whole, last, pause=0.8)
    assert answer.count(b"HTTP/1.1 200") == 2


async def test_who_takes_no_bytes_is_let_go(server: uvicorn.Server, port: int) -> None:
    """Answers fill the buffers of both sides, and nobody reads them."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.transport.pause_reading()
    writer.write(b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 2_000)
    connections = server.server_state.connections
    await until(lambda: len(connections) == 1)
    await until(lambda: len(connections) == 0)
    writer.transport.abort()


async def test_a_stream_that_nobody_reads_is_let_go_though_we_go_on_writing() -> None:
    """What still waits grows by each heartbeat, so that a change of its size is no sign of a reader."""

    async def endless(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b":\n\n", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass

    config = uvicorn.Config(
        endless,
        http=patient_protocol(stuck_for=0.5, check_every=0.1),
        lifespan="off",
        log_config=None,
    )
    async with running(uvicorn.Server(config)) as server:
        _, writer = await asyncio.open_connection("127.0.0.1", port_of(server))
        writer.transport.pause_reading()
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        connections = server.server_state.connections
        await until(lambda: len(connections) == 1)
        (connection,) = connections
        transport: Any = connection.transport
        while not transport.get_write_buffer_size():
            transport.write(b" " * 65_536)
            await asyncio.sleep(0)

        def is_let_go_while_we_write() -> bool:
            transport.write(b":\n\n")
            return not connections

        await until(is_let_go_while_we_write)
        writer.transport.abort()
