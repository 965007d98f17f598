"""`afterword serve --workers` as processes: who does what once, who comes back, how they end."""

from __future__ import annotations

import os
import re
import signal
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from afterword.cli.listening import passed_on
from tests.support.server import READY_WITHIN, Serve, Server, run, wait_until, workers

LINK = re.compile(r"/dashboard/set-up\?token=([\w-]{43})")


def status(url: str) -> int:
    with urllib.request.urlopen(url) as answer:
        return int(answer.status)


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_two_processes_answer_and_one_that_is_killed_comes_back(serve: Serve) -> None:
    server = serve("serve", "--workers", "2")
    wait_until(lambda: len(workers(server)) == 2, READY_WITHIN, server.output)
    # What the first start says and makes is said and made once, and is good.
    (token,) = LINK.findall(server.output())
    assert status(f"{server.url}/dashboard/set-up?token={token}") == 200
    before = workers(server)
    killed = min(before)
    os.kill(killed, signal.SIGKILL)
    wait_until(
        lambda: len(workers(server)) == 2 and killed not in workers(server),
        READY_WITHIN,
        server.output,
    )
    assert f"Process {killed} was ended by SIGKILL; another one is started" in server.output()
    assert status(f"{server.url}/readyz") == 200
    assert len(LINK.findall(server.output())) == 1
    left = workers(server)
    assert server.stop() in (0, -signal.SIGTERM, 128 + signal.SIGTERM)
    assert not any(map(is_alive, left))
    assert "Traceback" not in server.output()
    assert not list(server.data.glob("*-wal")), "the write-ahead log is in the database"


def test_where_the_supervisor_is_killed_its_processes_end_too(serve: Serve) -> None:
    server = serve("demo", "--workers", "2")
    wait_until(lambda: len(workers(server)) == 2, READY_WITHIN, server.output)
    assert status(f"{server.url}/") == 200
    left = workers(server)
    server.kill()
    wait_until(lambda: not any(map(is_alive, left)), READY_WITHIN, server.output)


def test_what_keeps_the_first_one_from_starting_is_said_and_ends_all(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("a quiet river at dusk, thirty-two bytes long\n")
    (tmp_path / "secret.key").chmod(0o644)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    environ = {**os.environ, "AFTERWORD_DATA": str(tmp_path), "AFTERWORD_PORT": port}
    done = run("serve", "--workers", "2", environ=environ)
    assert done.returncode == 2
    assert "a file that only its owner can read" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A socket as a service manager holds it open."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        found.set_inheritable(True)
        yield found


def test_a_new_process_takes_over_the_socket_while_the_old_one_ends(
    listening: socket.socket, tmp_path: Path
) -> None:
    port = str(listening.getsockname()[1])
    command = ("serve", "--fd", str(listening.fileno()))
    server = Server(command, tmp_path, {"AFTERWORD_PORT": port}, passed=listening)
    server.start()
    with closing(HTTPConnection("127.0.0.1", int(port))) as before:
        before.connect()
        server.signal(signal.SIGTERM)
        # Each request over a connection from before is answered, until one is told to come anew.
        while True:
            before.request("GET", "/healthz")
            answer = before.getresponse()
            assert (answer.status, answer.read()) == (200, b'{"status":"ok"}')
            if answer.headers["connection"] == "close":
                break
    # Nobody accepts now, and nobody is refused: it waits.
    with closing(HTTPConnection("127.0.0.1", int(port))) as waits:
        waits.request("GET", "/healthz")
        server.stop()
        server.start()
        assert waits.getresponse().status == 200
    server.stop()


def test_a_number_that_is_no_listening_socket_is_named(tmp_path: Path) -> None:
    done = run("serve", "--fd", "99", environ={**os.environ, "AFTERWORD_DATA": str(tmp_path)})
    assert done.returncode == 2
    assert done.stderr.startswith("--fd is 99. Allowed: the number of an open socket that listens")


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"LISTEN_FDS": "2", "LISTEN_PID": str(os.getpid()), "LISTEN_FDNAMES": "a:b"}, [3, 4]),
        ({"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid() + 1)}, []),
        ({"LISTEN_FDS": "many", "LISTEN_PID": str(os.getpid())}, []),
        ({}, []),
    ],
)
def test_sockets_of_a_service_manager_are_for_the_process_that_it_names(
    environ: dict[str, str], expected: list[int]
) -> None:
    assert passed_on(environ) == expected
    assert environ == {}


def test_whichever_process_is_asked_tells_what_all_of_them_did(serve: Serve) -> None:
    token = "a-token-of-a-test-0123456789-abcdef"
    server = serve("serve", "--workers", "2", AFTERWORD_METRICS_TOKEN=token)
    asked = urllib.request.Request(f"{server.url}/metrics")
    asked.add_header("Authorization", f"Bearer {token}")

    def told() -> set[int]:
        with urllib.request.urlopen(asked) as answer:
            text = answer.read().decode()
        assert text.count("\nafterword_database_up ") == 1
        return {
            int(pid)
            for pid in re.findall(r'^afterword_streams{worker="(\d+)"}', text, re.MULTILINE)
        }

    wait_until(lambda: len(told()) == 2, READY_WITHIN, server.output)
    assert told() == workers(server)
    left = list((server.data / "metrics").iterdir())
    assert server.stop() in (0, -signal.SIGTERM, 128 + signal.SIGTERM)
    assert left
    assert not list((server.data / "metrics").iterdir())
