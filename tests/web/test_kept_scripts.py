"""Builds that were served once go on being served, for pages that name them and browsers that hold them."""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path

import pytest

from afterword.web.kept_scripts import MOST, KeptScripts
from afterword.web.widget_files import Bundle, script_of
from tests.support.serving import BUNDLE, Served, serving, settings_for


@pytest.fixture
def engine() -> str:
    """No rule of this file asks the database: one engine is enough."""
    return "sqlite"


def named(content: bytes, version: str = "0.0.9") -> str:
    return f"{version}-{hashlib.sha256(content).hexdigest()[:8]}.js"


def files(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


async def test_after_an_upgrade_the_files_of_the_build_before_are_still_there(
    tmp_path: Path, database_url: str
) -> None:
    settings = settings_for(tmp_path / "data", database_url)
    build = tmp_path / "build"
    build.mkdir()
    names = []
    for reader, writer in ((b"reader 1", b"writer 1"), (b"reader 2", b"writer 2")):
        (build / "embed.js").write_bytes(reader)
        (build / "writer.js").write_bytes(writer)
        names += [script_of(reader).name, script_of(writer).name]
        async with serving(settings, widget=build / "embed.js") as served:
            answers = [await served.client.get(f"/embed/{name}") for name in names]
            assert (await served.client.get("/embed.js")).content == reader
    assert [answer.content for answer in answers] == [
        *(b"reader 1", b"writer 1", b"reader 2", b"writer 2")
    ]
    for answer in answers:
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        assert answer.headers["access-control-allow-origin"] == "*"


async def test_a_kept_file_travels_compressed_and_is_known_again(
    app: Served, tmp_path: Path
) -> None:
    old = BUNDLE + b"old"
    (tmp_path / "data" / "embed" / named(old)).write_bytes(old)
    headers = {"accept-encoding": "br"}
    answer = await app.client.get(f"/embed/{named(old)}", headers=headers)
    assert (answer.content, answer.headers["content-encoding"]) == (old, "br")
    known = {"if-none-match": answer.headers["etag"]}
    assert (await app.client.get(f"/embed/{named(old)}", headers=known)).status_code == 304


async def test_a_file_that_is_not_what_its_name_says_is_not_served(
    app: Served, tmp_path: Path
) -> None:
    folder = tmp_path / "data" / "embed"
    (folder / named(b"true")).write_bytes(b"false")
    (folder / "secret.js").write_bytes(b"secret")
    (tmp_path / "data" / named(b"above")).write_bytes(b"above")
    (folder / named(b"folder")).mkdir()
    for name in (
        *(named(b"true"), "secret.js", named(b"folder"), named(b"nobody's")),
        *(f"..%2f{named(b'above')}", f"../{named(b'above')}", f"{named(b'true')}%00"),
    ):
        assert (await app.client.get(f"/embed/{name}")).status_code == 404, name


def test_what_is_there_already_is_left_and_what_is_damaged_is_written_anew(tmp_path: Path) -> None:
    kept, script = KeptScripts(tmp_path / "embed"), script_of(b"reader")
    kept.keep([script])
    file = tmp_path / "embed" / script.name
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"reader", 0o644)
    written = file.stat().st_ino
    kept.keep([script])
    assert file.stat().st_ino == written
    file.write_bytes(b"")
    kept.keep([script])
    assert file.read_bytes() == b"reader"
    assert files(tmp_path / "embed") == {script.name}


def test_the_oldest_go_and_what_is_served_now_stays(tmp_path: Path) -> None:
    kept = KeptScripts(tmp_path)
    now = [script_of(b"reader"), script_of(b"writer")]
    kept.keep(now)
    for script in now:
        os.utime(tmp_path / script.name, (1, 1))
    old = [named(b"%d" % number) for number in range(MOST)]
    for age, name in enumerate(old):
        (tmp_path / name).write_bytes(b"")
        os.utime(tmp_path / name, (1_000 - age, 1_000 - age))
    (tmp_path / "notes.txt").write_text("not ours")
    kept.keep(now)
    assert files(tmp_path) == {script.name for script in now} | set(old[: MOST - 2]) | {"notes.txt"}


def test_a_folder_that_cannot_be_written_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "embed").write_text("a file stands here")
    with caplog.at_level(logging.WARNING):
        KeptScripts(tmp_path / "embed").keep([script_of(b"reader")])
    assert "cannot be kept" in caplog.text


def test_a_bundle_of_one_file_is_kept_too(tmp_path: Path) -> None:
    bundle = Bundle(script_of(b"reader"))
    kept = KeptScripts(tmp_path)
    kept.keep(bundle.scripts)
    found = kept.read(bundle.reader.name)
    assert found is not None
    assert found == bundle.reader
