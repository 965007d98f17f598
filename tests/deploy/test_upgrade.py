"""A new version takes over by a link and a reload, and the one before it the same way back."""

from __future__ import annotations

import re
import shutil
import signal
import site
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import httpx2

from afterword import __version__
from tests.deploy.test_units import value_of
from tests.support.project import PACKAGE, ROOT
from tests.support.server import Server, wait_until

TOKEN = "a-token-of-some-length-for-metrics"
RUNNING = "/opt/afterword"


def release(folder: Path, version: str) -> Path:
    """An environment that has this program under another version, and what it needs."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (packages,) = folder.glob("lib/python3*/site-packages")
    copy = packages / "afterword"
    shutil.copytree(PACKAGE, copy)
    shutil.copytree(ROOT / "widget" / "dist", copy / "static" / "widget", dirs_exist_ok=True)
    init = copy / "__init__.py"
    init.write_text(init.read_text().replace(f'"{__version__}"', f'"{version}"'))
    (packages / "needed.pth").write_text("\n".join(site.getsitepackages()))
    return folder


class LinkedServer(Server):
    """A server that is started as the unit starts it, by way of a link to a release."""

    def __init__(self, data: Path, link: Path) -> None:
        environ = {"AFTERWORD_WORKERS": "2", "AFTERWORD_METRICS_TOKEN": TOKEN}
        super().__init__((), data, environ)
        (command,) = value_of("ExecStart")
        assert command.startswith(f"{RUNNING}/")
        self._command = command.replace(RUNNING, str(link)).split()

    def versions(self) -> set[str]:
        """What several new connections find."""
        headers = {"authorization": f"Bearer {TOKEN}", "connection": "close"}
        with httpx2.Client(base_url=self.url, headers=headers, timeout=30) as client:
            told = "".join(client.get("/metrics").text for _ in range(8))
        return set(re.findall(r'afterword_build_info\{.*?version="([^"]+)"', told))


def test_a_release_takes_over_and_goes_back_while_readers_notice_nothing(tmp_path: Path) -> None:
    link = tmp_path / "afterword"
    old, new = release(tmp_path / "old", "0.1.7"), release(tmp_path / "new", "0.1.8")
    link.symlink_to(old)
    server = LinkedServer(tmp_path / "data", link)
    server.start()
    is_over = Event()
    try:
        with ThreadPoolExecutor(1) as readers:
            reading = readers.submit(_read, server.url, is_over)
            assert server.versions() == {"0.1.7"}
            _switch(link, new)
            _reload(server, "0.1.8")
            _switch(link, old)
            _reload(server, "0.1.7")
            is_over.set()
            assert set(reading.result()) == {200}
    finally:
        is_over.set()
        server.stop(30)


def _read(url: str, is_over: Event) -> list[int]:
    """What readers are answered meanwhile."""
    statuses = []
    with httpx2.Client(base_url=url, timeout=30) as client:
        while not is_over.wait(0.01):
            statuses.append(client.get("/embed.js").status_code)
    return statuses


def _switch(link: Path, to: Path) -> None:
    """`ln -sfn`, in one step."""
    fresh = link.with_name("fresh")
    fresh.symlink_to(to)
    fresh.replace(link)


def _reload(server: LinkedServer, version: str) -> None:
    assert value_of("ExecReload") == ["/bin/kill -HUP $MAINPID"]
    server.signal(signal.SIGHUP)
    wait_until(lambda: server.versions() == {version}, 60, server.output)
