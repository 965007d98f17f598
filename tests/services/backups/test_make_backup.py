"""A backup is of one moment, whole before it has its name, and for its owner alone."""

from __future__ import annotations

import json
import os
import stat
import sys
import zipfile
from pathlib import Path

import pytest

from afterword.core.errors import Conflict, Unavailable
from afterword.services.backups import backup_file, make_backup, rotate_backups
from afterword.services.backups.restore_backup import check_backup
from afterword.services.secret_keys import SettingError
from afterword.settings import Settings
from afterword.storage import sqlite_rows
from afterword.storage.failures import NotWhole
from tests.services.backups.holding import GO_ON, KEY, NOW, add_site, at, leftovers, names_in

SECOND = 1000
FAKE = """#!/bin/sh
if [ "$1" = --version ]; then echo "pg_dump (PostgreSQL) {version}"; exit; fi
echo "$@" > {seen}; echo "$PGPASSWORD" >> {seen}; echo "no such server" >&2; exit 1
"""


async def test_a_backup_holds_the_database_and_the_keys_for_its_owner_alone(
    settings: Settings, tmp_path: Path
) -> None:
    made = await make_backup.make_backup(settings, tmp_path / "b.zip", now=NOW)
    assert stat.S_IMODE(made.file.stat().st_mode) == 0o600
    with zipfile.ZipFile(made.file) as packed:
        assert packed.read("secret.key").decode() == f"{KEY}\n"
        manifest = json.loads(packed.read("manifest.json"))
    assert (manifest["at"], manifest["rows"]["site"]) == (NOW, 1)
    assert set(manifest["members"]) == names_in(made.file) - {"manifest.json"}
    assert check_backup(made.file, GO_ON) == made.manifest
    assert leftovers(tmp_path) == []


async def test_keys_are_left_out_where_that_is_asked_for(
    settings: Settings, tmp_path: Path
) -> None:
    made = await make_backup.make_backup(settings, tmp_path / "b.zip", keys=False, now=NOW)
    assert "secret.key" not in names_in(made.file)
    assert not made.manifest.has_keys
    assert KEY.encode() not in made.file.read_bytes()


async def test_keys_of_the_settings_are_in_it_too(ready_sqlite_url: str, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, database_url=ready_sqlite_url, secret=f"{KEY} {KEY[::-1]}")
    made = await make_backup.make_backup(settings, tmp_path / "b.zip", now=NOW)
    with zipfile.ZipFile(made.file) as packed:
        assert packed.read("secret.key").decode().split() == [KEY, KEY[::-1]]


async def test_without_keys_or_a_database_nothing_is_made(tmp_path: Path) -> None:
    settings = at(tmp_path / "data")
    with pytest.raises(Conflict, match="no database"):
        await make_backup.make_backup(settings, tmp_path / "b.zip", now=NOW)
    await add_later(settings)
    (tmp_path / "data" / "secret.key").unlink()
    with pytest.raises(SettingError):
        await make_backup.make_backup(settings, tmp_path / "b.zip", now=NOW)
    assert not (tmp_path / "b.zip").exists()
    assert leftovers(tmp_path) == []


async def add_later(settings: Settings) -> None:
    make_backup.copying.migrate.bring_file_up(settings.data / "afterword.db")
    await add_site(settings.database_url, "blog")


async def test_a_file_that_is_there_is_not_written_over(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    file.write_text("something else")
    with pytest.raises(Conflict, match="is there already"):
        await make_backup.make_backup(settings, file, now=NOW)
    assert file.read_text() == "something else"


async def test_in_a_folder_it_is_named_by_the_time_and_two_of_a_second_are_two(
    ready_sqlite_url: str, tmp_path: Path
) -> None:
    settings = at(tmp_path / "data", ready_sqlite_url)
    folder = tmp_path / "backups"
    folder.mkdir()
    first = await make_backup.make_backup(settings, folder, now=NOW)
    second = await make_backup.make_backup(settings, folder, now=NOW)
    assert first.file.name == "afterword-20270115T080000Z.zip"
    assert second.file.name == "afterword-20270115T080000Z-2.zip"
    assert rotate_backups.backups_in(folder) == [second.file, first.file]


async def test_a_folder_that_cannot_be_written_is_said(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be written to"):
        await make_backup.make_backup(settings, tmp_path / "nowhere" / "b.zip", now=NOW)


async def test_a_damaged_database_makes_no_backup(ready_sqlite_url: str, tmp_path: Path) -> None:
    settings = at(tmp_path / "data", ready_sqlite_url)
    file = tmp_path / "afterword.db"
    with sqlite_rows.opened(file) as raw:
        (root,) = raw.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'comment'"
        ).fetchone()
        (size,) = raw.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as damaged:
        damaged.seek((root - 1) * size)
        damaged.write(b"\xff" * size)
    with pytest.raises(NotWhole, match="The database is damaged"):
        await make_backup.make_backup(settings, tmp_path / "b.zip", now=NOW)
    assert not (tmp_path / "b.zip").exists()


# --- rotation ---------------------------------------------------------------------------------


async def test_rotation_deletes_older_whole_backups_of_ours_and_nothing_else(
    ready_sqlite_url: str, tmp_path: Path
) -> None:
    settings = at(tmp_path / "data", ready_sqlite_url)
    folder = tmp_path / "backups"
    folder.mkdir()
    made = [
        (await make_backup.make_backup(settings, folder, now=NOW + number * SECOND)).file
        for number in range(5)
    ]
    broken, mine = made[1], folder / "mine.zip"
    broken.write_bytes(broken.read_bytes()[:-1])
    mine.write_bytes(made[0].read_bytes())
    done = rotate_backups.rotate(folder, 2, GO_ON)
    assert done.dropped == (made[0], made[2])
    assert done.broken == (broken,)
    assert sorted(folder.iterdir()) == sorted([broken, made[3], made[4], mine])


async def test_what_a_killed_process_left_is_swept_and_what_is_in_use_is_not(
    ready_sqlite_url: str, tmp_path: Path
) -> None:
    settings = at(tmp_path / "data", ready_sqlite_url)
    stale = tmp_path / ".afterword-partial-0123456789ab"
    stale.mkdir()
    (stale / "in-use").touch()
    (stale / "database.sqlite").write_text("half")
    with make_backup.workshop(tmp_path) as in_use:
        assert not stale.exists()
        await make_backup.make_backup(settings, tmp_path / "b.zip", now=NOW)
        assert in_use.exists()
    assert leftovers(tmp_path) == []


# --- pg_dump ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("pg_tools_here")
async def test_postgres_is_dumped_by_its_own_tool_where_that_is_there(
    ready_postgres_url: str, tmp_path: Path
) -> None:
    await add_site(ready_postgres_url, "blog")
    settings = at(tmp_path / "data", ready_postgres_url)
    made = await make_backup.make_backup(settings, tmp_path / "b.zip", now=NOW)
    assert (made.word, "database.dump" in names_in(made.file)) == ("", True)
    assert made.manifest.rows["site"] == 1
    assert check_backup(made.file, GO_ON) == made.manifest
    portable = await make_backup.make_backup(settings, tmp_path / "p.zip", portable=True, now=NOW)
    assert (portable.word, "database.sqlite" in names_in(portable.file)) == ("", True)
    assert portable.manifest.rows == made.manifest.rows
    assert portable.manifest.last_ids == made.manifest.last_ids


@pytest.mark.usefixtures("no_pg_tools")
async def test_without_the_tool_it_is_a_snapshot_and_says_so(
    ready_postgres_url: str, tmp_path: Path
) -> None:
    settings = at(tmp_path / "data", ready_postgres_url)
    made = await make_backup.make_backup(settings, tmp_path / "b.zip", now=NOW)
    assert "not installed" in made.word
    assert "database.sqlite" in names_in(made.file)


@pytest.mark.skipif(sys.platform == "win32", reason="the tools are shell scripts")
async def test_an_older_tool_is_not_used(
    ready_postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fake(tmp_path, monkeypatch, "9.6")
    settings = at(tmp_path / "data", ready_postgres_url)
    made = await make_backup.make_backup(settings, tmp_path / "b.zip", now=NOW)
    assert "pg_dump is of version 9, and the server of version 18" in made.word
    assert not (tmp_path / "seen").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the tools are shell scripts")
async def test_a_password_is_on_no_command_line(
    ready_postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fake(tmp_path, monkeypatch, "99.1")
    url = ready_postgres_url.replace("postgres:@", "postgres:s%20cret@")
    assert url != ready_postgres_url
    made = await make_backup.make_backup(at(tmp_path / "data", url), tmp_path / "b.zip", now=NOW)
    assert "no such server" in made.word
    assert "database.sqlite" in names_in(made.file)
    command, password = (tmp_path / "seen").read_text().splitlines()
    assert "--dbname=postgresql://postgres@" in command
    assert "cret" not in command
    assert password == "s cret"


def _fake(folder: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    tools = folder / "tools"
    tools.mkdir()
    for name in ("pg_dump", "pg_restore"):
        tool = tools / name
        tool.write_text(FAKE.format(version=version, seen=folder / "seen"))
        tool.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")


# --- a backup proved --------------------------------------------------------------------------


async def test_a_byte_changed_anywhere_is_found(ready_sqlite_url: str, tmp_path: Path) -> None:
    settings = at(tmp_path / "data", ready_sqlite_url)
    made = await make_backup.make_backup(settings, tmp_path / "b.zip", now=NOW)
    whole = made.file.read_bytes()
    last = len(whole) - 1
    places = {
        0,
        1,
        4,
        10,
        14,
        26,
        30,
        last,
        last - 63,
        last - 64,
        last - 113,
        last - 114,
        last - 130,
    }
    places |= set(range(0, len(whole), len(whole) // 150))
    changed = tmp_path / "changed.zip"
    for place in sorted(places):
        for flipped in (0x01, 0x20, 0x80):
            data = bytearray(whole)
            data[place] ^= flipped
            changed.write_bytes(data)
            with pytest.raises(NotWhole):
                check_backup(changed, GO_ON)
    for length in (0, 1, len(whole) // 2, last):
        changed.write_bytes(whole[:length])
        with pytest.raises(NotWhole):
            check_backup(changed, GO_ON)
    changed.write_bytes(whole + b"\n")
    with pytest.raises(NotWhole):
        check_backup(changed, GO_ON)
    changed.write_bytes(whole)
    assert check_backup(changed, GO_ON) == made.manifest


async def test_a_backup_of_a_newer_format_is_refused_with_what_to_do(
    ready_sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = at(tmp_path / "data", ready_sqlite_url)
    monkeypatch.setattr(make_backup, "FORMAT", 2)
    monkeypatch.setattr(backup_file, "FORMAT", 2)
    made = await make_backup.make_backup(settings, tmp_path / "b.zip", now=NOW)
    monkeypatch.undo()
    with pytest.raises(NotWhole, match="has format 2, and this Afterword knows 1: use a newer one"):
        check_backup(made.file, GO_ON)
