"""What two processes of one server agree on: limits, proofs of work, tries to sign in, sessions.

Which of them answers is decided as a client connects: the other one stands still for that moment.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from uuid import UUID

import httpx2
import pytest

from afterword.core.proof_of_work import Challenge, solved
from tests.support.server import READY_WITHIN, UNHURRIED, Serve, Server, wait_until, workers

ORIGIN = "https://blog.example.org"
PER_HOUR = 7
_numbers = count(1)


@pytest.fixture
def server(serve: Serve, database_url: str) -> Server:
    """Two processes with a site that wants a proof of each comment, and a member."""
    server = serve(
        *("serve", "--workers", "2"),
        AFTERWORD_DATABASE_URL=database_url,
        AFTERWORD_COMMENTS_PER_HOUR=str(PER_HOUR),
        AFTERWORD_COMMENTS_PER_MINUTE="0",
    )
    hurdles = UNHURRIED[: UNHURRIED.index("--proof")]
    server.add_site(ORIGIN, "--hold", "none", *hurdles, "--proof", "always", "--no-surge-guard")
    typed = ("user", "add", "lea@example.org", "--name", "Lea", "--password-stdin")
    assert server.run(*typed, given="a quiet river at dusk\n").returncode == 0
    wait_until(lambda: len(workers(server)) == 2, READY_WITHIN, server.output)
    return server


@contextmanager
def alone(server: Server, number: int) -> Iterator[httpx2.Client]:
    """A client with one connection, to the first or second process."""
    other = sorted(workers(server))[1 - number]
    one = httpx2.Limits(max_connections=1)
    with httpx2.Client(base_url=server.url, limits=one, timeout=30) as client:
        os.kill(other, signal.SIGSTOP)
        try:
            assert client.get("/healthz").status_code == 200
        finally:
            os.kill(other, signal.SIGCONT)
        yield client


def comment(client: httpx2.Client, proof: str = "") -> httpx2.Response:
    number = next(_numbers)
    sent = {
        "url": f"{ORIGIN}/gauge",
        "name": "Mira Osei",
        "body": f"Reading number {number}.",
        "client_id": str(UUID(int=number, version=4)),
        "proof": proof,
    }
    return client.post("/api/v1/comments", json=sent, headers={"Origin": ORIGIN})


def sign_in(client: httpx2.Client, password: str) -> httpx2.Response:
    typed = {"email": "lea@example.org", "password": password}
    return client.post("/dashboard/sign-in", data=typed, headers={"sec-fetch-site": "same-origin"})


def test_two_processes_count_together(server: Server) -> None:
    with alone(server, 0) as first:
        asked = first.get("/api/v1/challenge", params={"url": ORIGIN}).json()
        proof = solved(Challenge(**asked))
        assert comment(first, proof).status_code == 201
        assert [comment(first).status_code for _ in range(2)] == [202] * 2
        # A session that one has opened, and some tries that it has refused.
        session = sign_in(first, "a quiet river at dusk")
        assert session.status_code == 303
        refused = [sign_in(first, "a loud river").status_code for _ in range(3)]
    with alone(server, 1) as second:
        # A proof that the other one has taken is no proof here.
        assert comment(second, proof).status_code == 202
        codes = [comment(second).status_code for _ in range(PER_HOUR)]
        assert codes == [202] * (PER_HOUR - 4) + [429] * 4
        cookie = {"cookie": "; ".join(f"{name}={value}" for name, value in session.cookies.items())}
        assert second.get(session.headers["location"], headers=cookie).status_code == 200
        refused += [sign_in(second, "a loud river").status_code for _ in range(3)]
    assert refused == [refused[0]] * 5 + [429]
    with alone(server, 0) as first:
        assert comment(first).status_code == 429
