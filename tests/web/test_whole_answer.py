"""A ready answer goes out in one go, and is what ASGI would have sent: byte for byte on a real socket."""

from __future__ import annotations

import asyncio
import gc
import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from afterword.web import hand_over
from afterword.web.patience import patient_protocol
from afterword.web.whole_answer import send_whole
from tests.support.serving import Served
from tests.support.uvicorn_here import port_of, served

LENGTH = b"content-length: "


@pytest.fixture
def engine() -> str:
    """What happens to sockets is the same on each."""
    return "sqlite"


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """What each attempt to send an answer whole came to."""
    attempts: list[bool] = []

    def noted(*arguments: Any) -> bool:
        attempts.append(send_whole(*arguments))
        return attempts[-1]

    monkeypatch.setattr(hand_over, "send_whole", noted)
    return attempts


@pytest_asyncio.fixture
async def port(blog: Served) -> AsyncIterator[int]:
    async with served(blog.app, patient_protocol()) as server:
        yield port_of(server)


def _request(url: str, *headers: bytes, method: bytes = b"GET", version: bytes = b"1.1") -> bytes:
    target = f"/api/v1/thread?url={quote(url, safe='')}".encode()
    lines = [method + b" " + target + b" HTTP/" + version, b"Host: x", *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n"


async def _all_of(port: int, *requests: bytes) -> bytes:
    """All that is answered to these, which come at once, and to one more that ends the connection."""
    input, output = await asyncio.open_connection("127.0.0.1", port)
    end = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    output.write(b"".join(requests) + end)
    async with asyncio.timeout(10):
        answers = await input.read()
    output.close()
    assert b"\r\nconnection: close\r\n" in answers
    return answers


def _without_date(answer: bytes) -> list[bytes]:
    """Its lines by name; the order of headers means nothing, and the clock goes on."""
    head, _, body = answer.partition(b"\r\n\r\n")
    line, *headers = head.split(b"\r\n")
    return [line, *sorted(each for each in headers if not each.startswith(b"date: ")), body]


async def _one_of(port: int, request: bytes) -> bytes:
    """The answer to one request, on a connection that is kept; ends it."""
    input, output = await asyncio.open_connection("127.0.0.1", port)
    output.write(request)
    async with asyncio.timeout(10):
        head = await input.readuntil(b"\r\n\r\n")
        length = head.lower().partition(LENGTH)[2].partition(b"\r\n")[0]
        has_body = not request.startswith(b"HEAD ")
        body = await input.readexactly(int(length or 0)) if has_body else b""
    output.close()
    return head + body


async def _tag(port: int, url: str) -> bytes:
    answer = await _one_of(port, _request(url))
    return answer.partition(b"\r\netag: ")[2].partition(b"\r\n")[0]


@pytest.mark.parametrize("method", [b"GET", b"HEAD"])
@pytest.mark.parametrize("header", [b"Accept: */*", b"Accept-Encoding: br", b"If-None-Match: "])
async def test_it_is_what_is_sent_by_asgi(
    blog: Served, page_url: str, whole: list[bool], method: bytes, header: bytes
) -> None:
    for number in range(5):
        await blog.comment(page_url, body=f"It rose on day {number}. " * 20)
    async with served(blog.app, HttpToolsProtocol) as server:
        port = port_of(server)
        if header.endswith(b": "):
            header += await _tag(port, page_url)
        request = _request(page_url, header, method=method)
        await _one_of(port, request)
        by_asgi = await _one_of(port, request)
    assert not whole
    async with served(blog.app, patient_protocol()) as server:
        at_once = await _one_of(port_of(server), request)
    assert whole == [True]
    assert b"\r\ndate: " in at_once
    assert _without_date(at_once) == _without_date(by_asgi)


async def test_requests_that_come_at_once_are_answered_in_order(
    port: int, blog: Served, page_url: str, whole: list[bool]
) -> None:
    await blog.comment(page_url)
    tag = await _tag(port, page_url)
    known = _request(page_url, b"If-None-Match: " + tag)
    answers = await _all_of(port, known, _request(page_url), known, _request(page_url))
    assert re.findall(rb"HTTP/1.1 (\d+) ", answers) == [b"304", b"200", b"304", b"200", b"200"]
    assert whole == [True] * 4


async def test_a_connection_that_is_to_end_ends_by_asgi(
    port: int, blog: Served, page_url: str, whole: list[bool]
) -> None:
    await blog.comment(page_url)
    await _one_of(port, _request(page_url))
    input, output = await asyncio.open_connection("127.0.0.1", port)
    output.write(_request(page_url, b"Connection: close"))
    async with asyncio.timeout(10):
        answer = await input.read()
    output.close()
    assert b"\r\nconnection: close\r\n" in answer
    assert whole == [False]


async def test_an_old_client_is_answered_by_asgi(
    port: int, blog: Served, page_url: str, whole: list[bool]
) -> None:
    await blog.comment(page_url)
    await _one_of(port, _request(page_url))
    answer = await _one_of(port, _request(page_url, version=b"1.0"))
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"\r\nconnection: close\r\n" in answer
    assert whole == [False]


async def test_who_takes_no_bytes_is_not_sent_more_than_the_first_ones(
    port: int, blog: Served, page_url: str, whole: list[bool]
) -> None:
    """As by ASGI, where the answer waits; a slow reader must not fill the memory.

    A stream of so low a limit takes no more from its socket until it is read.
    """
    for number in range(20):
        await blog.comment(page_url, body=f"It rose on day {number}. " * 300)
    request = _request(page_url)
    size = len(await _one_of(port, request))
    input, output = await asyncio.open_connection("127.0.0.1", port, limit=1_000)
    many = 10_000_000 // size
    output.write(request * many)
    async with asyncio.timeout(10):
        while False not in whole:
            await asyncio.sleep(0.01)
    assert whole.index(False) < many
    async with asyncio.timeout(10):
        got = 0
        while got < size * many:
            got += len(await input.read(100_000))
    assert got == size * many
    output.close()


@pytest.mark.usefixtures("no_collector")
async def test_nothing_of_a_request_is_left_for_the_collector(
    port: int, blog: Served, page_url: str
) -> None:
    await blog.comment(page_url)
    await _all_of(port, *[_request(page_url)] * 30)
    left = [each for each in gc.get_objects() if isinstance(each, RequestResponseCycle)]
    assert len(left) < 5
