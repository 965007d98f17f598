"""The image: what its file promises, and a server in it, built and run without an engine."""

from __future__ import annotations

import json
import os
import re
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from afterword.settings import load
from tests.deploy.conftest import ORIGIN
from tests.support.containerfile import Image, built, read_containerfile
from tests.support.fronts import DEPLOY
from tests.support.project import ROOT
from tests.support.server import UNHURRIED, Server, free_port

FILE = DEPLOY / "Containerfile"
STAGES = read_containerfile(FILE)
LAST = STAGES[-1]


def test_bases_have_a_version() -> None:
    for stage in STAGES:
        assert re.fullmatch(r"docker\.io/library/\w+:\d[\w.-]*", stage.base), stage.base


def test_everything_that_is_copied_is_there_and_let_through() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    let_through = {line.removeprefix("!") for line in lines if line.startswith("!")}
    copied = {
        word.removeprefix("./")
        for stage in STAGES
        for step in stage.all("COPY")
        if not step.options
        for word in step.words[:-1]
    }
    assert "*" in lines
    assert copied == let_through
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_nothing_that_is_secret_stands_in_it() -> None:
    names = {name for stage in STAGES for name in stage.environ}
    text = FILE.read_text()
    assert not [name for name in names if re.search(r"SECRET|PASSWORD|TOKEN|KEY", name)]
    assert "ADD " not in text
    assert "secret.key" not in text


def test_it_runs_as_nobody_special_and_its_settings_are_ones() -> None:
    assert LAST.last("USER").text == "10001:10001"
    settings = load({k: v for k, v in LAST.environ.items() if k.startswith("AFTERWORD_")})
    assert str(settings.data) == LAST.last("VOLUME").text == LAST.last("WORKDIR").text
    assert str(settings.port) == LAST.last("EXPOSE").text
    assert (LAST.last("ENTRYPOINT").words, LAST.last("CMD").words) == (["afterword"], ["serve"])


def test_what_it_installs_is_what_was_tested() -> None:
    """The same versions as in the locks of development, where both have a package."""
    pinned = {lock: _pins(lock) for lock in ("image", "dev")}
    assert pinned["image"].items() <= pinned["dev"].items()
    assert "asyncpg" in pinned["image"]
    assert "pytest" not in pinned["image"]


def _pins(lock: str) -> dict[str, str]:
    text = (ROOT / f"requirements-{lock}.lock").read_text()
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE))


class ContainedServer(Server):
    """A server in the image; its data is the volume."""

    def __init__(self, image: Image, data: Path) -> None:
        super().__init__((), data, {"AFTERWORD_PORT": str(free_port())})
        self._image = image
        self._command = self.inside("afterword", *LAST.last("CMD").words)

    def inside(self, *command: str) -> list[str]:
        """A command beside it, as `docker exec` runs one."""
        given = {name: self.environ[name] for name in ("AFTERWORD_HOST", "AFTERWORD_PORT")}
        return self._image.command(*command, volume=self.data, **given)

    def exec(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Runs such a command to its end."""
        return subprocess.run(
            self.inside(*command), capture_output=True, text=True, timeout=60, check=False
        )

    def is_healthy(self) -> bool:
        """What the image's own check says."""
        _, check = LAST.last("HEALTHCHECK").text.split(maxsplit=1)
        return self.exec(*json.loads(check)).returncode == 0


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    """The image, built from what a fresh clone has."""
    if os.geteuid() != 0:
        pytest.skip("file systems can only be laid over one another by root")
    with built(FILE, tmp_path_factory.mktemp("image")) as made:
        yield made


def test_a_server_in_it_keeps_its_comments_in_the_volume_alone(
    image: Image, tmp_path: Path
) -> None:
    server = ContainedServer(image, tmp_path / "volume")
    server.start()
    try:
        assert server.is_healthy()
        added = server.exec(
            "afterword", "site", "add", "blog", "--origin", ORIGIN, "--hold", "none", *UNHURRIED
        )
        assert added.returncode == 0, added.stderr
        assert server.exec("touch", "/opt/afterword/x").returncode != 0
        assert server.exec("id", "-u").stdout == "10001\n"
        assert _comments(server) == 1
    finally:
        code = server.stop(10)
    assert code in {0, -15, 143}
    assert not server.is_healthy()
    assert {path.stat().st_uid for path in server.data.glob("afterword.db*")} == {10001}

    again = ContainedServer(image, server.data)
    again.start()
    assert _comments(again) == 2
    again.stop()


def _comments(server: Server) -> int:
    """Writes one more, and says how many there are then."""
    page = f"{ORIGIN}/weir"
    sent = {"url": page, "name": "Mira", "body": str(uuid.uuid4()), "client_id": str(uuid.uuid4())}
    with httpx2.Client(base_url=server.url, headers={"origin": ORIGIN}, timeout=30) as client:
        answer = client.post("/api/v1/comments", json=sent)
        assert answer.status_code == 201, answer.text
        return len(client.get("/api/v1/thread", params={"url": page}).json()["comments"])
