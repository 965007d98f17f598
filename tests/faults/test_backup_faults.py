"""Backups while twenty writers write, killed backups and restores, and full disks."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

from afterword.core.errors import Conflict
from afterword.services.backups.backup_file import read_manifest
from afterword.services.backups.restore_backup import check_backup, make_ready
from afterword.services.backups.rotate_backups import backups_in
from afterword.services.secret_keys import load_keys
from afterword.settings import Settings
from afterword.storage import migrate, sqlite_rows
from tests.faults.writers import Promises, Writers
from tests.services.backups.holding import GO_ON, KEY, OTHER_KEY, add_site, at, leftovers, sites
from tests.support.server import NO_LIMITS, UNHURRIED, Serve, run, wait_until

ORIGIN = "https://blog.example.org"
BACKUPS = 3
DYING = Path(__file__).with_name("dying_restore.py")


@pytest.mark.usefixtures("pg_tools_here")
async def test_each_backup_under_writers_is_whole_and_has_all_that_was_acknowledged_before(
    serve: Serve, database_url: str, tmp_path: Path
) -> None:
    server = serve(
        AFTERWORD_DATABASE_URL=database_url,
        **NO_LIMITS,
    )
    server.add_site(ORIGIN, "--hold", "none", *UNHURRIED)
    promises = Promises()
    writing = asyncio.create_task(Writers(server.url, ORIGIN, promises).run())
    folder = tmp_path / "backups"
    folder.mkdir()
    acknowledged: list[set[str]] = []
    for number in range(BACKUPS):
        # On PostgreSQL by its own tool and as a snapshot, in turn.
        how = ["--portable"] if number % 2 else []
        acknowledged.append(set(promises.acknowledged))
        made = await asyncio.to_thread(server.run, "backup", str(folder), *how)
        assert made.returncode == 0, made.stderr
        assert "No dump" not in made.stdout
    server.kill()
    await writing
    assert promises.wrong == []
    assert len(acknowledged[-1]) > len(acknowledged[1]) > 0
    files = sorted(backups_in(folder), key=lambda file: read_manifest(file).at)
    assert len(files) == BACKUPS
    for number, file in enumerate(files):
        bench = tmp_path / f"bench-{number}"
        bench.mkdir()
        ready = make_ready(file, bench, GO_ON)
        with sqlite_rows.opened(ready.database) as raw:
            stored = {key for (key,) in raw.execute("SELECT origin_key FROM comment")}
        assert acknowledged[number] <= {key.removeprefix("client:") for key in stored}


def _large(folder: Path) -> Settings:
    """An installation of some 25 MB that pack to half of it."""
    settings = at(folder)
    file = settings.data / "afterword.db"
    migrate.bring_file_up(file)
    with closing(sqlite3.connect(file)) as raw:
        for number in range(3000):
            row = (number, os.urandom(4000).hex())
            raw.execute(
                "INSERT INTO audit (at, act, subject, before, after) VALUES (?, 'x', '', ?, '')",
                row,
            )
        raw.execute("INSERT INTO site (name, policy, changed_at) VALUES ('blog', '{}', 1)")
        raw.commit()
    return settings


def _environ(settings: Settings, *, url: bool = True) -> dict[str, str]:
    inherited = {key: each for key, each in os.environ.items() if not key.startswith("AFTERWORD_")}
    database = {"AFTERWORD_DATABASE_URL": settings.database_url} if url else {}
    return {**inherited, "AFTERWORD_DATA": str(settings.data), **database}


@pytest.mark.parametrize("begun", ["database.sqlite", "backup", "*.zip"])
def test_a_backup_that_is_killed_leaves_nothing_that_looks_whole(
    tmp_path: Path, begun: str
) -> None:
    settings = _large(tmp_path / "data")
    folder = tmp_path / "backups"
    folder.mkdir()
    command = [sys.executable, "-m", "afterword", "backup", str(folder)]
    with subprocess.Popen(command, env=_environ(settings), stdout=subprocess.DEVNULL) as process:
        wait_until(
            lambda: process.poll() is not None or any(folder.rglob(begun)), 60, lambda: "no backup"
        )
        process.kill()
    for file in backups_in(folder):
        check_backup(file, GO_ON)
    done = run("backup", str(folder), environ=_environ(settings))
    assert done.returncode == 0, done.stderr
    assert leftovers(folder) == []
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    assert all(check_backup(file, GO_ON).rows["site"] == 1 for file in backups_in(folder))


def test_a_full_disk_is_said_and_leaves_nothing(small_disk: Path, tmp_path: Path) -> None:
    settings = _large(tmp_path / "data")
    done = run("backup", str(small_disk), environ=_environ(settings))
    assert done.returncode == 1
    assert "full" in done.stderr or "No space left" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(small_disk.iterdir()) == []


def test_a_full_disk_while_packing_is_said_and_leaves_nothing(
    small_disk: Path, tmp_path: Path
) -> None:
    # There is room for the copy of the database, and not for what is packed from it.
    subprocess.run(["mount", "-o", "remount,size=30m", str(small_disk)], check=True)
    settings = _large(tmp_path / "data")
    done = run("backup", str(small_disk), environ=_environ(settings))
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "No space left on device. Nothing was kept" in done.stderr
    assert list(small_disk.iterdir()) == []


async def test_a_restore_that_is_killed_leaves_the_old_or_the_new_or_none_that_starts(
    tmp_path: Path,
) -> None:
    settings = at(tmp_path / "data")
    await migrate.upgrade(settings.database_url)
    await add_site(settings.database_url, "new")
    file = tmp_path / "b.zip"
    assert run("backup", str(file), environ=_environ(settings)).returncode == 0
    old, out = at(tmp_path / "old", key=OTHER_KEY), tmp_path / "out"
    await migrate.upgrade(old.database_url)
    await add_site(old.database_url, "old")
    done = subprocess.run(
        [sys.executable, str(DYING), str(file), str(old.data), str(out)],
        env=_environ(old, url=False),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    deaths = int(done.stdout.splitlines()[-1])
    assert deaths >= 5, "keys kept and put in place, database kept and put in place, mark"
    seen = {await _state(out / str(number)) for number in range(deaths + 1)}
    assert seen == {
        ("old", OTHER_KEY),
        ("old", "does not start"),
        ("new", "does not start"),
        ("new", KEY),
    }
    for number in range(deaths + 1):
        again = out / f"{number}-again"
        assert await _state(again) == ("new", KEY)
        assert leftovers(again) == []
        # Whatever happened: what was there before is there, too.
        assert OTHER_KEY in {each.read_text().strip() for each in again.glob("secret.key.before-*")}
        kept = [each for each in again.glob("afterword.db.before-*") if each.suffix != ".db"]
        assert "old" in [name for each in kept for name in await sites(f"sqlite:///{each}")]


async def _state(data: Path) -> tuple[str, str]:
    """Which installation is there, and with which key, if it starts."""
    settings = Settings(data=data)
    (name,) = await sites(settings.database_url)
    try:
        (key,) = load_keys(settings)
    except Conflict:
        key = "does not start"
    return name, key


async def test_a_restore_to_postgres_that_is_killed_leaves_nothing(
    postgres_url: str, tmp_path: Path
) -> None:
    settings = _large(tmp_path / "data")
    file = tmp_path / "b.zip"
    assert run("backup", str(file), environ=_environ(settings)).returncode == 0
    target = Settings(data=tmp_path / "there", database_url=postgres_url)
    command = [sys.executable, "-m", "afterword", "restore", str(file), "--yes"]
    watcher = await asyncpg.connect(postgres_url)
    with subprocess.Popen(command, env=_environ(target), stdout=subprocess.DEVNULL) as process:
        while process.poll() is None and not await _is_filling(watcher):
            pass
        process.kill()
    await watcher.close()
    assert process.returncode == -9
    assert (await migrate.status(postgres_url)).current is None
    done = await asyncio.to_thread(run, "restore", str(file), "--yes", environ=_environ(target))
    assert done.returncode == 0, done.stderr
    assert await sites(postgres_url) == ["blog"]


async def _is_filling(watcher: asyncpg.Connection) -> bool:
    return bool(
        await watcher.fetchval(
            "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'COPY%' AND datname = current_database()"
        )
    )
