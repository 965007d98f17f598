"""Streams of a real process: they arrive over a socket, between processes, and end with the server."""

from __future__ import annotations

import json
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest

from tests.support.events import PATH, Reader
from tests.support.server import UNHURRIED, Serve, Server, wait_until

PAGE = "https://blog.example.org/notes/weir"
STREAMS = 40


@contextmanager
def stream_of(server: Server, since: int = 0) -> Iterator[socket.socket]:
    """A connection on which the stream has begun."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        target = f"{PATH}?url={PAGE}&since={since}"
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        received = b""
        while b"retry:" not in received:
            received += connection.recv(65_536)
        assert received.startswith(b"HTTP/1.1 200")
        yield connection


@contextmanager
def many_streams_of(server: Server) -> Iterator[list[socket.socket]]:
    """Forty readers."""
    with ExitStack() as stack:
        yield [stack.enter_context(stream_of(server)) for _ in range(STREAMS)]


@pytest.fixture
def blog(serve: Serve, database_url: str) -> Server:
    """A server with a site whose comments are shown at once."""
    server = serve(
        AFTERWORD_DATABASE_URL=database_url,
        AFTERWORD_STREAMS_PER_ADDRESS="0",
        AFTERWORD_COMMENTS_PER_MINUTE="0",
    )
    add = (
        "site",
        "add",
        "blog",
        "--origin",
        "https://blog.example.org",
        "--hold",
        "none",
        *UNHURRIED,
    )
    added = server.run(*add)
    assert added.returncode == 0, added.stderr
    wait_until(lambda: knows_the_site(server), 10, server.output)
    return server


def knows_the_site(server: Server) -> bool:
    return httpx2.get(f"{server.url}/api/v1/counts", params={"url": PAGE}).is_success


def comment(server: Server) -> int:
    number = str(uuid4())
    sent = {"url": PAGE, "name": "Mira", "body": f"Word {number}.", "client_id": number}
    answer = httpx2.post(f"{server.url}/api/v1/comments", json=sent)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["comment"]["id"])


def next_new(connection: socket.socket) -> int:
    """The number in the next `new` event, wherever the chunks of HTTP are cut."""
    received = b""
    while b"\n\n" not in received.partition(b"data: ")[2]:
        received += connection.recv(65_536)
        assert received, "the stream ended"
    head, _, rest = received.partition(b"data: ")
    assert b"event: new\n" in head
    return int(json.loads(rest.partition(b"\n")[0])["comment"]["id"])


def test_a_comment_reaches_the_readers_of_this_process_and_of_another(
    serve: Serve, blog: Server, database_url: str
) -> None:
    other = serve(AFTERWORD_DATABASE_URL=database_url)
    wait_until(lambda: knows_the_site(other), 10, other.output)
    with stream_of(blog) as here, stream_of(other) as there:
        for _ in range(2):
            written = comment(blog)
            begun = time.monotonic()
            assert next_new(here) == written
            here_after = time.monotonic() - begun
            assert next_new(there) == written
            there_after = time.monotonic() - begun
            # Polled once a second; the rest is what a busy machine takes.
            assert (here_after < 2, there_after < 4) == (True, True)


def test_the_server_ends_at_once_with_streams_open(blog: Server) -> None:
    with many_streams_of(blog) as connections:
        begun = time.monotonic()
        assert blog.stop(within=10) in (0, -15, 143)
        took = time.monotonic() - begun
        for connection in connections:
            received = b""
            while chunk := connection.recv(65_536):
                received += chunk
            assert received.endswith(b"0\r\n\r\n"), "each answer is whole"
    assert took < 2
    assert "Traceback" not in blog.output()
    assert "timeout graceful shutdown exceeded" not in blog.output()


def test_streams_take_no_place_from_those_who_read(serve: Serve) -> None:
    server = serve(
        AFTERWORD_MAX_CONNECTIONS="10",
        AFTERWORD_MAX_STREAMS=str(STREAMS),
        AFTERWORD_STREAMS_PER_ADDRESS="0",
    )
    added = server.run("site", "add", "blog", "--origin", "https://blog.example.org")
    assert added.returncode == 0, added.stderr
    wait_until(lambda: knows_the_site(server), 10, server.output)
    with many_streams_of(server):
        assert knows_the_site(server)
        full = httpx2.get(f"{server.url}{PATH}", params={"url": PAGE})
        assert (full.status_code, full.headers["retry-after"]) == (503, "30")


def test_the_process_may_open_as_many_connections_as_it_allows(serve: Serve) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        server = serve()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    (line,) = [
        line
        for line in Path(f"/proc/{server.pid}/limits").read_text().splitlines()
        if line.startswith("Max open files")
    ]
    assert int(line.split()[3]) == min(hard, 12_200)


def test_the_reader_of_the_tests_reads_as_the_standard_says() -> None:
    reader = Reader()
    assert reader.feed(b":\n\nretry: 5\nid: 7\n\nevent: new\nda") == []
    (event,) = reader.feed(b'ta: {"id": 3}\n\n')
    assert (event.name, event.id, event.of) == ("new", "7", 3)
    assert (reader.retry, reader.comments) == (5, 1)
