"""The units of systemd: they are understood, and what they forbid is nothing that the server needs."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from afterword.settings import load
from tests.deploy.conftest import ORIGIN
from tests.support.fronts import DEPLOY, need
from tests.support.project import ROOT, unavailable
from tests.support.server import UNHURRIED, Server

UNITS = DEPLOY / "systemd"
SERVICE = (UNITS / "afterword.service").read_text()
PROGRAM = "/opt/afterword/bin/python"

WRITABLE = """
mount --bind "$AFTERWORD_DATA" "$AFTERWORD_DATA"
mount -o remount,bind,ro /
cd "$AFTERWORD_DATA"
exec "$@"
"""
"""A file system that can be written to nowhere but in the data folder, as `ProtectSystem=strict` makes it."""
PASSING = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[2], sys.argv[2:])
"""
"""What systemd does before it runs a program that has a socket (sd_listen_fds)."""


def value_of(name: str) -> list[str]:
    """What a name stands for in the service, each time that it is there."""
    lines = (line.partition("=") for line in SERVICE.splitlines())
    return [value for key, _, value in lines if key == name]


@pytest.fixture
def units(tmp_path: Path) -> list[str]:
    """The units, with a program that is here."""
    for unit in UNITS.iterdir():
        (tmp_path / unit.name).write_text(unit.read_text().replace(PROGRAM, sys.executable))
    return sorted(str(path) for path in tmp_path.iterdir())


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs systemd-analyze, which needs no systemd to run."""
    return subprocess.run(
        [need("systemd-analyze"), *arguments], capture_output=True, text=True, check=False
    )


def test_units_are_understood_without_a_warning(units: list[str]) -> None:
    checked = analyze("verify", *units)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def test_a_word_that_systemd_does_not_know_would_be_found(units: list[str]) -> None:
    service = Path(next(unit for unit in units if unit.endswith(".service")))
    service.write_text(service.read_text().replace("UMask=", "UMsk="))
    assert "UMsk" in analyze("verify", *units).stderr


def test_the_service_is_hardly_exposed(units: list[str]) -> None:
    """1.2 of 10, of which most is that it speaks over the network; 15 is 1.5."""
    service = next(unit for unit in units if unit.endswith(".service"))
    judged = analyze("security", "--offline=true", "--threshold=15", "--no-pager", service)
    assert judged.returncode == 0, judged.stdout


def test_the_settings_are_where_the_service_looks_for_them(tmp_path: Path) -> None:
    assert value_of("Environment") == ["AFTERWORD_CONFIG=/etc/afterword.toml"]
    settings = load({}, DEPLOY / "afterword.toml")
    assert [f"/var/lib/{name}" for name in value_of("StateDirectory")] == [str(settings.data)]
    commented = (DEPLOY / "afterword.toml").read_text().replace("\n# ", "\n")
    example = tmp_path / "all.toml"
    example.write_text("\n".join(line for line in commented.splitlines() if " = " in line))
    everything = load({}, example)
    assert everything.backup_dir is not None
    assert f"-{everything.backup_dir}" in value_of("ReadWritePaths")


def confined(noted: Path, *command: str) -> list[str]:
    """A command under what the service forbids, as far as the kernel can be asked without systemd.

    No capabilities, no way to gain any, no memory that is written and executed, nothing to write to
    but the data folder; what it asks of the kernel is noted in a file.
    """
    return [
        *("unshare", "--mount", "sh", "-ec", WRITABLE, "sh"),
        *("setpriv", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"),
        *(need("strace"), "-f", "-c", "-o", str(noted)),
        *(sys.executable, "-m", "tests.deploy.confined", sys.executable, "-m", "afterword"),
        *command,
    ]


def syscalls(noted: Path) -> set[str]:
    """The names in such a file."""
    lines = [line.split() for line in noted.read_text().splitlines()]
    return {words[-1] for words in lines if words and words[0][0].isdigit()} - {"total"}


class ActivatedServer(Server):
    """A server that is given its socket as systemd gives it."""

    def __init__(self, data: Path, listening: socket.socket) -> None:
        port = str(listening.getsockname()[1])
        super().__init__(("serve",), data, {"AFTERWORD_PORT": port}, passed=listening)
        self._command = [sys.executable, "-c", PASSING, str(listening.fileno()), *self._command]


def test_who_comes_while_it_restarts_waits_and_is_answered(tmp_path: Path) -> None:
    """The socket stays open, as the unit says; where nobody accepts, the kernel keeps who connects."""
    asked = f"http://{listens_at()}/healthz"
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listening:
        here = asked.replace(listens_at(), f"127.0.0.1:{listening.getsockname()[1]}")
        for _ in range(2):
            server = ActivatedServer(tmp_path / "data", listening)
            with ThreadPoolExecutor(8) as visitors:
                waiting = [visitors.submit(httpx2.get, here, timeout=60) for _ in range(8)]
                server.start()
                assert {each.result().status_code for each in waiting} == {200}
            assert server.stop() in {0, -signal.SIGTERM}


def listens_at() -> str:
    """Where the socket unit listens: where the proxies look for it."""
    text = (UNITS / "afterword.socket").read_text()
    address = re.findall(r"^ListenStream=(.+)$", text, re.MULTILINE)
    assert len(address) == 1
    assert f"server {address[0]};" in (DEPLOY / "nginx.conf").read_text()
    assert f"{{$UPSTREAM:{address[0]}}}" in (DEPLOY / "Caddyfile").read_text()
    return str(address[0])


class ConfinedServer(Server):
    """A server under what the service forbids."""

    def __init__(self, data: Path) -> None:
        workers = str(load({}, DEPLOY / "afterword.toml").workers)
        super().__init__((), data, {"PYTHONPATH": str(ROOT), "AFTERWORD_WORKERS": workers})
        self._command = confined(data / "served", "serve")

    def child(self) -> int:
        """The server itself, below the one that notes."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return int(children[0])

    def stop(self, within: float = 30.0) -> int:
        """Ends it as systemd does; the one that notes ends with it."""
        if self.is_running:
            os.kill(self.child(), signal.SIGTERM)
        return self._process.wait(within)


def allowed_syscalls() -> set[str]:
    """What `SystemCallFilter` of the service lets through."""
    first, second = value_of("SystemCallFilter")
    assert second.startswith("~")
    forbidden = set[str]().union(*map(_members, second.removeprefix("~").split()))
    return _members(first) - forbidden


def _members(name: str) -> set[str]:
    if not name.startswith("@"):
        return {name}
    listed = analyze("syscall-filter", name).stdout.splitlines()[1:]
    names = (line.strip() for line in listed)
    return set[str]().union(*(_members(each) for each in names if each and each[0] != "#"))


def test_the_server_needs_nothing_that_the_service_forbids(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("a file system can only be made unwritable by root")
    if _confined("pass").returncode != 0:
        unavailable("this kernel cannot forbid memory that is written and executed")
    server = ConfinedServer(tmp_path / "data")
    server.start()
    try:
        server.add_site(ORIGIN, "--hold", "none", *UNHURRIED)
        _use(server)
        _try_to_sign_in(server)
        _back_up(server)
    finally:
        server.stop()
    assert "Traceback" not in server.output()
    asked = syscalls(server.data / "served") | syscalls(server.data / "copied")
    assert {"accept4", "fdatasync", "link"} <= asked
    # As root, and only then, SQLite sees to it that its log belongs to whom the database belongs.
    assert asked - allowed_syscalls() <= {"fchown"}


def _use(server: Server) -> None:
    """Writes, reads and follows."""
    page = f"{ORIGIN}/weir"
    sent = {"url": page, "name": "Mira", "body": "**Well.**", "client_id": str(uuid.uuid4())}
    with httpx2.Client(base_url=server.url, headers={"origin": ORIGIN}, timeout=30) as client:
        assert client.post("/api/v1/comments", json=sent).status_code == 201
        assert client.get("/api/v1/thread", params={"url": page}).json()["comments"]
        with client.stream("GET", "/api/v1/thread/events", params={"url": page}) as stream:
            assert next(stream.iter_bytes())


def _try_to_sign_in(server: Server) -> None:
    """Passwords are hashed in native code with much memory."""
    answer = httpx2.post(
        f"{server.url}/dashboard/sign-in",
        data={"email": "lea@example.org", "password": "a quiet river at dusk"},
        headers={"sec-fetch-site": "same-origin"},
    )
    assert answer.status_code == 401


def _back_up(server: Server) -> None:
    """What the server does by itself once a day."""
    command = confined(server.data / "copied", "backup", str(server.data / "backups/"))
    subprocess.run(command, env=server.environ, check=True, capture_output=True, timeout=60)


def test_memory_that_is_written_and_executed_would_be_refused() -> None:
    """Else the test above would prove nothing."""
    if _confined("pass").returncode != 0:
        unavailable("this kernel cannot forbid memory that is written and executed")
    asking = "import mmap; mmap.mmap(-1, 4096, prot=7)"
    assert "PermissionError" in _confined(asking).stderr


def _confined(python: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.deploy.confined", sys.executable, "-c", python],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
