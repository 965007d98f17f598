"""Hundreds of readers listen while the server is killed, and all of them come again at once."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator

import httpx2
import pytest

from bench.crowd import Crowd, is_gone
from tests.support.server import NO_LIMITS, UNHURRIED, Serve, Server

ORIGIN = "https://blog.example.org"
PAGE = f"{ORIGIN}/notes/weir"
MANY = 400
WITHIN = 60.0
"""Seconds; a machine with nothing else to do needs less than one."""


@pytest.fixture
def server(serve: Serve, database_url: str) -> Server:
    """With room for all of them."""
    server = serve(
        AFTERWORD_DATABASE_URL=database_url,
        AFTERWORD_STREAMS_PER_ADDRESS="0",
        AFTERWORD_READS_PER_MINUTE="0",
        **NO_LIMITS,
    )
    server.add_site(ORIGIN, "--hold", "none", *UNHURRIED)
    return server


@pytest.fixture
def crowd(server: Server) -> Iterator[Crowd]:
    """Readers of the page; nobody has come yet."""
    crowd = Crowd(server.url, PAGE)
    yield crowd
    crowd.leave()


def _comment(server: Server, body: str = "") -> int:
    """The number of a comment that is public at once."""
    own = str(uuid.uuid4())  # The same said twice would be held.
    sent = {"url": PAGE, "name": "Mira", "body": f"{own} {body}", "client_id": own}
    answer = httpx2.post(f"{server.url}/api/v1/comments", json=sent, headers={"Origin": ORIGIN})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["comment"]["id"])


def _version(server: Server) -> int:
    thread = httpx2.get(f"{server.url}/api/v1/thread", params={"url": PAGE}).text
    return int(json.loads(thread)["version"])


def _event_of(comment: int) -> bytes:
    return b'data: {"comment":{"id":%d,' % comment


def test_after_a_kill_all_come_again_at_once_and_hear_what_they_missed_and_what_comes(
    server: Server, crowd: Crowd
) -> None:
    _comment(server)
    known = _version(server)
    crowd.wait_for(b"\nid: %d\n" % known)
    crowd.come(MANY, known)
    crowd.listen(crowd.have_heard, WITHIN)
    crowd.wait_for(_event_of(_comment(server)))
    crowd.listen(crowd.have_heard, WITHIN)

    server.kill()
    crowd.leave()
    server.start()
    crowd.wait_for(_event_of(_comment(server)))
    crowd.come(MANY, known)
    crowd.listen(crowd.have_heard, WITHIN)
    crowd.wait_for(_event_of(_comment(server)))
    crowd.listen(crowd.have_heard, WITHIN)
    assert crowd.refusals == 0
    server.stop()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # it is about sockets
def test_the_deaf_are_let_go_and_the_others_hear_everything(server: Server, crowd: Crowd) -> None:
    crowd.wait_for(b"\nid: ")
    crowd.come(MANY // 2, 0)
    crowd.listen(crowd.have_heard, WITHIN)
    deaf = crowd.deaf(20, 0)
    for number in range(40):
        crowd.wait_for(_event_of(_comment(server, f"Day {number}: it rose. " * 450)))
        crowd.listen(crowd.have_heard, WITHIN)
    assert [is_gone(ear) for ear in deaf] == [True] * 20
    assert crowd.refusals == 0
    for ear in deaf:
        ear.close()
