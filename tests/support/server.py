"""Runs the real program: `afterword serve` as a process of its own, and single commands.

async def test_...(serve: Serve) -> None:
    server = serve(AFTERWORD_DATABASE_URL=database_url)
    httpx2.get(f"{server.url}/readyz")
    server.stop()            # or server.kill(); what still runs is stopped after the test
    server.run("site", "add", "blog", "--origin", "http://127.0.0.1:1")
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import httpx2
import pytest

READY_WITHIN = 30.0
"""Seconds; a loaded machine with two cores needs about three."""
POLL = 0.02
UNHURRIED = (
    *("--min-seconds", "0", "--address-rate", "0"),
    *("--page-rate", "0", "--site-rate", "0"),
    *("--proof", "off", "--no-surge-guard"),
)
"""Options of a site for tests that write faster, and more at once, than people do."""
NO_LIMITS = {"AFTERWORD_COMMENTS_PER_MINUTE": "0", "AFTERWORD_COMMENTS_PER_HOUR": "0"}
"""Settings of a server for the same."""


class Server:
    """One server process with a data folder of its own."""

    def __init__(
        self,
        command: Sequence[str],
        data: Path,
        environ: dict[str, str],
        passed: socket.socket | None = None,
    ) -> None:
        """`passed`: a socket that the process inherits, under the number that it has here."""
        self._passed = [passed.fileno()] if passed else []
        self.port = int(environ.get("AFTERWORD_PORT") or free_port())
        self.url = f"http://127.0.0.1:{self.port}"
        self.data = data
        self.environ = {
            **inherited(),
            "AFTERWORD_DATA": str(data),
            "AFTERWORD_HOST": "127.0.0.1",
            "AFTERWORD_PUBLIC_URL": self.url,
            **environ,
            "AFTERWORD_PORT": str(self.port),
        }
        self._command = [*program(), *command]
        self._log = data / f"server-{self.port}.log"

    def start(self) -> None:
        """Starts the process and returns as soon as /readyz answers; raises with its output if not."""
        self.data.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                env=self.environ,
                cwd=self.data,
                stdout=log,
                stderr=log,
                pass_fds=self._passed,
            )
        wait_until(self._is_ready, READY_WITHIN, self.output)

    def run(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Runs another `afterword` command on the same data, to its end, whatever its exit code."""
        return run(*arguments, given=given, environ=self.environ)

    def add_site(self, origin: str, *options: str) -> None:
        """Adds the site `blog`, and returns when the running server has heard of it."""
        added = self.run("site", "add", "blog", "--origin", origin, *options)
        assert added.returncode == 0, added.stderr
        thread = f"{self.url}/api/v1/thread"
        wait_until(
            lambda: httpx2.get(thread, params={"url": origin}).status_code == 200,
            READY_WITHIN,
            self.output,
        )

    def output(self) -> str:
        """All that the process has written so far, both streams."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the process has not ended yet."""
        return hasattr(self, "_process") and self._process.poll() is None

    def stop(self, within: float = 15.0) -> int:
        """Asks the process to end, as a service manager does; returns its exit code."""
        if self.is_running:
            self._process.send_signal(signal.SIGTERM)
        return self._process.wait(within)

    def signal(self, number: int) -> None:
        """Sends a signal to the process."""
        self._process.send_signal(number)

    def kill(self) -> None:
        """Ends the process at once, as a power cut does; `start` brings it up again."""
        self._process.kill()
        self._process.wait()

    def _is_ready(self) -> bool:
        if not self.is_running:
            raise AssertionError(f"The server ended before it was ready:\n{self.output()}")
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def run(
    *arguments: str, given: str = "", environ: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs `afterword` with these arguments to its end; `given` is what it reads from its input."""
    return subprocess.run(
        [*program(), *arguments],
        env=environ or inherited(),
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def workers(server: Server) -> set[int]:
    """Process ids of those that a supervisor has started."""
    found = subprocess.run(
        ["ps", "--no-headers", "-o", "pid", "--ppid", str(server.pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    return {int(pid) for pid in found.stdout.split()}


def free_port() -> int:
    """A port of 127.0.0.1 that the kernel has just found to be free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], bool], within: float, explain: Callable[[], str]) -> None:
    """Returns once `condition()` is true; fails with `explain()` after `within` seconds."""
    end = time.monotonic() + within
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"Not within {within:.0f} s:\n{explain()}")
        time.sleep(POLL)


async def until(
    condition: Callable[[], Awaitable[bool]], within: float, explain: Callable[[], str]
) -> None:
    """The same beside other work of the loop."""
    end = time.monotonic() + within
    while not await condition():
        if time.monotonic() > end:
            raise AssertionError(f"Not within {within:.0f} s:\n{explain()}")
        await asyncio.sleep(POLL)


class Serve(Protocol):
    """Starts a server: `serve()`, `serve("demo")`, `serve(AFTERWORD_DATABASE_URL=…)`."""

    def __call__(self, *command: str, **environ: str) -> Server: ...


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts servers that are stopped after the test; each has a data folder under `tmp_path`."""
    started: list[Server] = []

    def start(*command: str, **environ: str) -> Server:
        server = Server(command or ("serve",), tmp_path / f"data-{len(started)}", environ)
        started.append(server)
        server.start()
        return server

    yield start
    for server in started:
        if server.is_running:
            server.stop()


def program() -> list[str]:
    return [sys.executable, "-m", "afterword"]


def inherited() -> dict[str, str]:
    """Our environment without settings of the person who runs the tests."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AFTERWORD_")}
