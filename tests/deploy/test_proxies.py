"""What goes through nginx and Caddy, with the files that people copy."""

from __future__ import annotations

import contextlib
import itertools
import re
import socket
import ssl
import uuid
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.deploy.conftest import ORIGIN, behind_a_proxy, behind_nginx
from tests.deploy.hasty import HEARTBEAT
from tests.support.events import Event, Reader
from tests.support.fronts import Front, HastyServer, caddy

PAGE = f"{ORIGIN}/notes/weir"
_numbers = itertools.count()

# What a proxy says for itself, or of the one connection.
OWN = {"connection", "date", "keep-alive", "server", "transfer-encoding", "alt-svc", "x-request-id"}
LONG = "&".join(f"url={ORIGIN}/{'long-' * 40}{number}" for number in range(100))
BROWSER = {"origin": ORIGIN, "accept-encoding": "br, gzip"}
PREFLIGHT = {
    "origin": ORIGIN,
    "access-control-request-method": "POST",
    "access-control-request-headers": "content-type",
}
REQUESTS = {
    "brotli": ("GET", f"/api/v1/thread?url={PAGE}", BROWSER),
    "gzip": ("GET", f"/api/v1/thread?url={PAGE}", BROWSER | {"accept-encoding": "gzip"}),
    "as it is": ("GET", f"/api/v1/thread?url={PAGE}", BROWSER | {"accept-encoding": "identity"}),
    "head": ("HEAD", f"/api/v1/thread?url={PAGE}", BROWSER),
    "another origin": ("GET", f"/api/v1/thread?url={PAGE}", {"origin": "https://evil.example"}),
    "preflight": ("OPTIONS", "/api/v1/comments", PREFLIGHT),
    "long addresses": ("GET", f"/api/v1/counts?{LONG}", BROWSER),
    "script": ("GET", "/embed.js", BROWSER),
    "no word of encodings": ("GET", f"/api/v1/thread?url={PAGE}", {"origin": ORIGIN}),
    "page": ("GET", "/dashboard/sign-in", {"accept-encoding": "gzip, br"}),
    "to the page": ("GET", "/dashboard", {}),
    "not there": ("GET", "/nowhere//at%2Fall", {}),
    "not allowed": ("PUT", "/api/v1/thread", {}),
}


def comment(client: httpx2.Client, **headers: str) -> httpx2.Response:
    """Sends one that nothing is wrong with."""
    sent = {
        "url": PAGE,
        "name": "Mira",
        "body": f"The gauge was rebuilt in {next(_numbers)}.",
        "client_id": str(uuid.uuid4()),
    }
    return client.post("/api/v1/comments", json=sent, headers={"origin": ORIGIN, **headers})


@behind_a_proxy
def test_its_file_is_understood_without_a_warning(front: Front) -> None:
    assert not re.search(r"\bwarn", front.checked, re.IGNORECASE), front.checked


@behind_a_proxy
@pytest.mark.parametrize("request_", REQUESTS.values(), ids=list(REQUESTS))
def test_answers_go_through_as_they_are(
    front: Front, request_: tuple[str, str, dict[str, str]]
) -> None:
    with front.client() as through, httpx2.Client(base_url=front.server.url) as direct:
        assert _told(through, *request_) == _told(direct, *request_)


def _told(client: httpx2.Client, method: str, path: str, headers: dict[str, str]) -> Any:
    client.headers.clear()  # what it says by itself, of encodings too
    with client.stream(method, path, headers=headers) as answer:
        kept = [pair for pair in answer.headers.multi_items() if pair[0] not in OWN]
        body = b"".join(answer.iter_raw())
    told, numbered = re.subn(rb'"request_id":"[^"]+"', b"", body)
    if numbered:  # a proxy's number is longer than ours
        kept = [pair for pair in kept if pair[0] != "content-length"]
    # A page has marks of its own in each copy.
    return answer.status_code, sorted(kept), len(body) if b"<html" in body else told


@behind_a_proxy
def test_what_is_known_already_is_not_sent_again(front: Front) -> None:
    with front.client() as client:
        first = client.get("/api/v1/thread", params={"url": PAGE}, headers=BROWSER)
        again = BROWSER | {"if-none-match": first.headers["etag"]}
        second = client.get("/api/v1/thread", params={"url": PAGE}, headers=again)
    assert first.headers["content-encoding"] == "br"
    assert (second.status_code, second.content) == (304, b"")
    assert second.headers["etag"] == first.headers["etag"]
    assert second.headers["access-control-allow-origin"] == ORIGIN


def test_limits_count_by_the_visitors_address_whatever_a_visitor_claims(front: Front) -> None:
    network = {"nginx": 1, "caddy": 2, "bare": 3}[front.name]
    with front.client(f"127.0.{network}.1") as busy, front.client(f"127.0.{network}.2") as other:
        statuses = [comment(busy).status_code for _ in range(8)]
        assert statuses[0] == 201
        assert statuses[-1] == 429
        for claim in ("203.0.113.5", "127.0.0.1", "203.0.113.5, 127.0.0.1", ""):
            forged = {"x-forwarded-for": claim, "forwarded": f"for={claim}", "x-real-ip": claim}
            assert comment(busy, **forged).status_code == 429
        assert comment(other).status_code == 201


@behind_a_proxy
def test_the_number_of_a_request_is_the_proxys_whatever_a_visitor_claims(front: Front) -> None:
    with front.client() as client:
        claimed = {"x-request-id": "visitor-chosen-number-1"}
        told = [client.get("/nowhere", headers=claimed).headers["x-request-id"] for _ in range(2)]
    assert len({*told, *claimed.values()}) == 3
    assert re.fullmatch(r"[0-9a-f]{32}|[0-9a-f-]{36}", told[0])


@behind_a_proxy
def test_a_body_that_is_far_too_large_is_refused_at_the_door(front: Front) -> None:
    assert _status_of_post(front, "/api/v1/comments", 2**20) == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@behind_a_proxy
def test_the_server_itself_refuses_what_is_little_too_large(front: Front) -> None:
    """So that the widget can read why."""
    with front.client() as client:
        answer = client.post(
            "/api/v1/comments",
            content=b" " * 200_000,
            headers={"origin": ORIGIN, "content-type": "application/json"},
        )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert answer.headers["access-control-allow-origin"] == ORIGIN


@behind_a_proxy
def test_a_file_to_import_may_be_large(front: Front) -> None:
    status = _status_of_post(front, "/dashboard/import", 2**30)
    assert status not in {HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.BAD_GATEWAY}
    assert status == _status_of_post(_without_proxy(front), "/dashboard/import", 2**30)


def _without_proxy(front: Front) -> Front:
    return Front("bare", front.server.port, front.server, front.log)


def _status_of_post(front: Front, path: str, length: int) -> int:
    """What is answered to a body that says it has so many bytes, of which a few come."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n"
        "Content-Type: application/json\r\n\r\n"
    )
    with contextlib.ExitStack() as stack:
        connection = stack.enter_context(socket.create_connection(("127.0.0.1", front.port), 20))
        if front.trusted:
            wrapped = front.trusted.wrap_socket(connection, server_hostname="127.0.0.1")
            connection = stack.enter_context(wrapped)
        # No more: what is refused unread, and waits in the kernel, would have the connection reset.
        connection.sendall(head.encode() + b"          ")
        return int(connection.recv(4096).split()[1])


@pytest.fixture
def stream(front: Front) -> Iterator[Iterator[Event | str]]:
    """What a reader hears of a page, heartbeats as `alive`."""
    asked = {"url": PAGE, "since": 0}
    with (
        front.client() as client,
        client.stream("GET", "/api/v1/thread/events", params=asked, headers=BROWSER) as answer,
    ):
        assert answer.status_code == 200
        yield _heard(answer)


def _heard(answer: httpx2.Response) -> Iterator[Event | str]:
    reader = Reader()
    for chunk in answer.iter_bytes():
        heard = reader.feed(chunk)
        yield from heard
        if not heard:
            yield "alive"


def test_a_reader_hears_of_a_comment_at_once_also_after_a_long_silence(
    front: Front, stream: Iterator[Event | str]
) -> None:
    """Longer than a quiet connection is kept: three seconds here, a minute and a half in the file."""
    alive = 0
    while alive * HEARTBEAT < 4:
        alive += next(stream) == "alive"
    with front.client("127.0.4.1") as client:
        written = comment(client).json()["comment"]["id"]
    heard = next(event for event in stream if isinstance(event, Event) and event.of == written)
    assert heard.name == "new"


@behind_a_proxy
def test_tls_is_new_enough_and_speaks_http_2(front: Front) -> None:
    assert front.trusted
    for version, is_spoken in (
        (ssl.TLSVersion.TLSv1_1, False),
        (ssl.TLSVersion.TLSv1_2, True),
        (ssl.TLSVersion.TLSv1_3, True),
    ):
        assert _speaks(front, version) is is_spoken, version


def _speaks(front: Front, version: ssl.TLSVersion) -> bool:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")  # else OpenSSL itself refuses the old one
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        context.minimum_version = context.maximum_version = version
    context.set_alpn_protocols(["h2", "http/1.1"])
    try:
        with (
            socket.create_connection(("127.0.0.1", front.port), 20) as plain,
            context.wrap_socket(plain) as connection,
        ):
            return connection.selected_alpn_protocol() == "h2"
    except (ssl.SSLError, ConnectionResetError):
        return False


@behind_nginx
def test_plain_http_leads_to_tls(front: Front) -> None:
    answer = httpx2.get(f"http://127.0.0.1:{front.plain_port}/c/1?a=b")
    assert answer.status_code == 301
    assert answer.headers["location"] == "https://comments.example.org/c/1?a=b"


@behind_nginx
def test_one_address_has_no_more_than_its_share_of_connections(front: Front) -> None:
    path = "/api/v1/thread/events"
    with front.client("127.0.5.1") as greedy, front.client() as other:
        begun = [greedy.stream("GET", path, params={"url": PAGE}) for _ in range(61)]
        statuses = [each.__enter__().status_code for each in begun]
        assert other.get("/healthz").status_code == 200
        for each in begun:
            each.__exit__(None, None, None)
    assert statuses == [200] * 60 + [429]


def test_who_comes_to_caddy_while_the_server_starts_anew_waits(tmp_path: Path) -> None:
    """With containers nobody keeps the socket open."""
    server = HastyServer(tmp_path / "data")
    server.start()
    (tmp_path / "caddy").mkdir()
    with caddy(tmp_path / "caddy", server) as front, ThreadPoolExecutor(5) as visitors:
        server.stop()
        waiting = [visitors.submit(_status_of_health, front) for _ in range(5)]
        server.start()
        assert {each.result() for each in waiting} == {200}
        server.stop()


def _status_of_health(front: Front) -> int:
    with front.client() as client:
        return client.get("/healthz").status_code
