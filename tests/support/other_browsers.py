"""Firefox and WebKit for `make test-browsers`: `visit` is a fresh one of each, with a profile of its own."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from shutil import which

import pytest

from tests.support.server import free_port, wait_until
from tests.support.visit import Visit
from tests.support.webdriver import TIMEOUT, over_http, over_marionette

_PREFERENCES = """
user_pref("marionette.port", 0);
user_pref("browser.startup.homepage", "about:blank");
"""
_MINI_BROWSERS = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))


def _need(*programs: str) -> str:
    """The path of the first of these programs that there is; fails where there is none."""
    for program in programs:
        if found := which(program):
            return found
    pytest.fail(
        f"{programs[0]} is not installed: `make test-browsers` as root does it", pytrace=False
    )


@contextmanager
def _running(command: list[str], home: Path, **environ: str) -> Iterator[Path]:
    """A program with a home folder of its own, ended afterwards; yields the file of its output."""
    output = home / f"{Path(command[0]).name}.out"
    with output.open("wb") as out, output.with_suffix(".err").open("wb") as err:
        program = subprocess.Popen(
            command, env={**os.environ, "HOME": str(home), **environ}, stdout=out, stderr=err
        )
        try:
            yield output
        finally:
            program.terminate()
            program.wait(TIMEOUT)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _line(file: Path) -> str:
    """The first line that a program writes to this file, once it is there."""

    def is_written() -> bool:
        return file.is_file() and file.read_text().endswith("\n")

    wait_until(is_written, TIMEOUT, lambda: f"nothing in {file}")
    return file.read_text().split()[0]


@contextmanager
def _firefox(home: Path) -> Iterator[Visit]:
    (home / "user.js").write_text(_PREFERENCES)
    firefox = _need("firefox-esr", "firefox")
    with _running([firefox, "--headless", "--marionette", "--profile", str(home)], home):
        port = home / "MarionetteActivePort"
        wait_until(lambda: port.is_file() and bool(port.read_text()), TIMEOUT, lambda: "No Firefox")
        with over_marionette(int(port.read_text())) as send:
            yield Visit("Firefox", send)


@contextmanager
def _webkit(home: Path) -> Iterator[Visit]:
    driver, port = _need("WebKitWebDriver"), free_port()
    options = {"binary": _need("MiniBrowser", *map(str, _MINI_BROWSERS)), "args": ["--automation"]}
    # It has no headless mode, hence the screen in memory.
    with (
        _running([_need("Xvfb"), "-displayfd", "1"], home) as screen,
        _running([driver, f"--port={port}"], home, DISPLAY=f":{_line(screen)}"),
    ):
        wait_until(lambda: _listens(port), TIMEOUT, lambda: "No WebKitWebDriver")
        url = f"http://127.0.0.1:{port}"
        with over_http(url, {"webkitgtk:browserOptions": options}) as send:
            yield Visit("WebKit", send)


_BROWSERS: dict[str, Callable[[Path], AbstractContextManager[Visit]]] = {
    "Firefox": _firefox,
    "WebKit": _webkit,
}


@pytest.fixture(scope="session", params=_BROWSERS)
def visit(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Visit]:
    """Each test that asks for it runs in each of these browsers; one that is missing is a failure."""
    name = str(request.param)
    with _BROWSERS[name](tmp_path_factory.mktemp(name)) as started:
        yield started
