"""`afterword serve` as a process: what it prints, where it listens, how it ends."""

from __future__ import annotations

import re
import socket
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.support.server import Serve, run, wait_until

LINK = re.compile(r"http://127\.0\.0\.1:\d+/dashboard/set-up\?token=([\w-]{43})")


def test_the_first_start_shows_where_everything_is_and_the_link_once(serve: Serve) -> None:
    server = serve()
    said = server.output()
    assert f"Afterword is ready at {server.url}\n" in said
    assert f"Dashboard: {server.url}/dashboard/\n" in said
    (token,) = LINK.findall(said)
    with urllib.request.urlopen(f"{server.url}/dashboard/set-up?token={token}") as page:
        assert page.status == 200
    for file in server.data.rglob("*"):
        if file.is_file() and file.suffix != ".log":
            assert token.encode() not in file.read_bytes(), file.name


def test_once_there_is_a_member_no_link_is_shown(serve: Serve) -> None:
    server = serve()
    server.stop()
    typed = ("user", "add", "priya@example.org", "--name", "Priya", "--password-stdin")
    done = server.run(*typed, given="seven quiet herons\n")
    assert done.returncode == 0, done.stderr
    shown = len(LINK.findall(server.output()))
    server.start()
    assert len(LINK.findall(server.output())) == shown


def test_a_site_that_is_added_while_it_runs_is_known_within_a_second(serve: Serve) -> None:
    server = serve()
    url = f"{server.url}/api/v1/counts?url=https://blog.example.org/a"

    def is_known() -> bool:
        try:
            with urllib.request.urlopen(url) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError:
            return False

    assert not is_known()
    added = server.run("site", "add", "blog", "--origin", "https://blog.example.org")
    assert added.returncode == 0, added.stderr
    wait_until(is_known, 5, server.output)


def test_it_ends_when_asked(serve: Serve) -> None:
    server = serve()
    assert server.stop(within=10) in (0, -15, 143)
    assert "Traceback" not in server.output()
    assert not list(server.data.glob("*-wal")), "the write-ahead log is in the database"


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        environ = {"AFTERWORD_DATA": str(tmp_path), "AFTERWORD_PORT": str(port)}
        done = run("serve", environ=environ)
    assert done.returncode == 2
    assert done.stderr == (
        f"AFTERWORD_PORT is {port}. Allowed: a port where nothing else listens on 127.0.0.1"
        " (Address already in use).\n"
    )


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
def test_an_address_of_another_machine_is_named(tmp_path: Path, host: str) -> None:
    done = run("serve", environ={"AFTERWORD_DATA": str(tmp_path), "AFTERWORD_HOST": host})
    assert done.returncode == 2
    assert done.stderr.startswith(
        f"AFTERWORD_HOST is {host!r}. Allowed: an address of this machine"
    )


@pytest.mark.parametrize("header", ["server", "x-powered-by"])
def test_no_answer_names_the_server(serve: Serve, header: str) -> None:
    with urllib.request.urlopen(f"{serve().url}/healthz") as answer:
        assert answer.headers[header] is None
