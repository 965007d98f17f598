"""What people install is whole: the sdist carries the built widget, and its wheel needs no Node."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.support.project import PACKAGE, ROOT


def build(target: str, project: Path, into: Path, environ: dict[str, str]) -> Path:
    """Builds one artifact without isolation and returns it."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(into)]
    done = subprocess.run(
        command, cwd=project, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (artifact,) = into.iterdir()
    return artifact


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel that is made from the sdist where neither Node nor npm can be found."""
    sdist = build("sdist", ROOT, tmp_path_factory.mktemp("sdist"), dict(os.environ))
    unpacked = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(unpacked, filter="data")
    (project,) = unpacked.iterdir()
    nowhere = {**os.environ, "PATH": str(tmp_path_factory.mktemp("empty"))}
    return zipfile.ZipFile(build("wheel", project, tmp_path_factory.mktemp("wheel"), nowhere))


def test_the_wheel_carries_the_built_widget_and_its_words(wheel: zipfile.ZipFile) -> None:
    for file in ("embed.js", "writer.js", "words.json"):
        assert wheel.getinfo(f"afterword/static/widget/{file}").file_size > 0


def test_the_wheel_carries_every_file_of_the_package(wheel: zipfile.ZipFile) -> None:
    ours = {
        path.relative_to(PACKAGE.parent).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert ours <= set(wheel.namelist())


def test_the_wheel_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    folders = {name.split("/")[0] for name in wheel.namelist()}
    assert {name for name in folders if not name.endswith(".dist-info")} == {"afterword"}


def test_a_server_that_starts_while_the_widget_is_built_finds_it_whole() -> None:
    command = ["node", str(ROOT / "widget" / "build.mjs")]
    kept = {path.name: path.read_bytes() for path in (ROOT / "widget" / "dist").glob("*.js*")}
    assert {"embed.js", "manifest.json", "words.json"} <= set(kept)
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as building:
        while building.poll() is None:
            found = {name: (ROOT / "widget" / "dist" / name).read_bytes() for name in kept}
            assert found == kept
    assert building.returncode == 0
