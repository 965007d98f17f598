"""Migrations: at start, from several processes at once, forward only, with a copy before."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from afterword.storage import migrate
from afterword.storage.migrate import Status, Upgraded
from afterword.storage.store import SchemaTooNew, Store
from afterword.storage.urls import sqlite_path

NEWEST = migrate.newest()
NEXT = f"""
from afterword.storage.migrations import run
revision, down_revision, branch_labels, depends_on = "9998", {NEWEST!r}, None, None
def upgrade():
    run("CREATE TABLE of_the_future (id {{id}}); INSERT INTO of_the_future VALUES (1)")
"""

BEFORE_VOTES = (
    "INSERT INTO site (id, name, policy, changed_at) VALUES (1, 'blog', '{}', 1)",
    (
        "INSERT INTO page (id, site_id, url, title, version, changed_at, created_at)"
        " VALUES (1, 1, 'u', 't', 7, 1, 1)"
    ),
    *(
        "INSERT INTO comment (site_id, page_id, status, author_name, source, tree, tree_version,"
        f" origin_key, created_at) VALUES (1, 1, '{status}', 'A', 's', '[]', 1, '{status}', 1)"
        for status in ("approved", "pending", "spam", "removed")
    ),
)


@pytest.fixture
def next_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a release with one migration more; its text may still be changed."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "r9998_next.py").write_text(NEXT)
    monkeypatch.setattr(migrate, "FOLDER", folder)
    return folder


async def test_a_new_database_gets_the_newest_schema_once(database_url: str) -> None:
    assert await migrate.status(database_url) == Status(None, NEWEST)
    assert await migrate.upgrade(database_url) == Upgraded(None, NEWEST)
    assert await migrate.upgrade(database_url) == Upgraded(NEWEST, NEWEST)
    assert await migrate.status(database_url) == Status(NEWEST, NEWEST)


async def test_processes_that_start_at_the_same_time_migrate_once(database_url: str) -> None:
    code = (
        "import asyncio, sys; from afterword.storage import migrate;"
        "print(asyncio.run(migrate.upgrade(sys.argv[1])).before)"
    )
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            code,
            database_url,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        for _ in range(4)
    ]
    answers = [await process.communicate() for process in processes]
    assert [error.decode() for _, error in answers] == [""] * 4
    said = sorted(output.decode().strip() for output, _ in answers)
    assert said == [NEWEST] * 3 + ["None"]


async def test_a_database_of_a_newer_release_is_refused(database_url: str) -> None:
    await migrate.upgrade(database_url)
    store = await Store.open(database_url)
    async with store.write() as db:
        await db.execute("UPDATE alembic_version SET version_num = '9999'")
    await store.close()
    with pytest.raises(SchemaTooNew, match=f"schema 9999, and this Afterword knows {NEWEST}"):
        await migrate.upgrade(database_url)
    assert await migrate.status(database_url) == Status("9999", NEWEST)


async def test_a_database_of_an_older_release_is_copied_and_then_migrated(
    sqlite_url: str, request: pytest.FixtureRequest
) -> None:
    path = sqlite_path(sqlite_url)
    assert path is not None
    await migrate.upgrade(sqlite_url)
    request.getfixturevalue("next_release")
    done = await migrate.upgrade(sqlite_url)
    assert done == Upgraded(NEWEST, "9998", path.with_name(f"{path.name}.{NEWEST}-before-9998"))
    assert done.copy is not None
    assert oct(done.copy.stat().st_mode & 0o777) == "0o600"
    with closing(sqlite3.connect(done.copy)) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [(NEWEST,)]
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert await migrate.upgrade(sqlite_url) == Upgraded("9998", "9998")


async def test_what_is_there_before_votes_is_as_its_page_is(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "first"
    shutil.copytree(migrate.FOLDER, folder, ignore=shutil.ignore_patterns("r000[2-9]*"))
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "FOLDER", folder)
        await migrate.upgrade(database_url)
    store = await Store.open(database_url)
    async with store.write() as db:
        for sql in BEFORE_VOTES:
            await db.execute(sql)
    assert (await migrate.upgrade(database_url)).before == "0001"
    rows = await store.fetch_all(
        "SELECT status, version, shown_version, up, down, points, reports FROM comment ORDER BY id"
    )
    assert rows == [
        ("approved", 7, 7, 0, 0, 0, 0),
        ("pending", 7, None, 0, 0, 0, 0),
        ("spam", 7, None, 0, 0, 0, 0),
        ("removed", 7, 7, 0, 0, 0, 0),
    ]
    assert await store.fetch_all("SELECT version, reactions FROM page") == [(7, "{}")]
    await store.close()


async def test_a_migration_that_fails_leaves_the_database_as_it_was(
    database_url: str, next_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = next_release / "versions" / "r9998_next.py"
    broken.write_text(NEXT.replace("VALUES (1)", "VALUES (1); SELECT nonsense"))
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "FOLDER", Path(migrate.__file__).parent / "migrations")
        await migrate.upgrade(database_url)
    with pytest.raises(Exception, match="nonsense"):
        await migrate.upgrade(database_url)
    assert await migrate.status(database_url) == Status(NEWEST, "9998")
    store = await Store.open(database_url)
    with pytest.raises(Exception, match="of_the_future"):
        await store.fetch_all("SELECT * FROM of_the_future")
    await store.close()


async def test_a_migration_that_breaks_references_is_taken_back(
    sqlite_url: str, next_release: Path
) -> None:
    row = "INSERT INTO page_key (site_id, key, page_id) VALUES (77, 'k', 78)"
    broken = next_release / "versions" / "r9998_next.py"
    broken.write_text(NEXT.replace("INSERT INTO of_the_future VALUES (1)", row))
    with pytest.raises(RuntimeError, match="breaks references"):
        await migrate.upgrade(sqlite_url)
    assert await migrate.status(sqlite_url) == Status(None, "9998")


async def test_the_folder_holds_the_database_and_nothing_that_others_may_read(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "new" / "data"
    url = f"sqlite:///{folder / 'afterword.db'}"
    await migrate.upgrade(url)
    assert oct(folder.stat().st_mode & 0o777) == "0o700"
    store = await Store.open(url)
    async with store.write() as db:
        await db.execute("INSERT INTO sign_in_failure (subject, at) VALUES ('a', 1)")
    files = {path.name: oct(path.stat().st_mode & 0o777) for path in folder.iterdir()}
    await store.close()
    names = {"afterword.db", "afterword.db-wal", "afterword.db-shm"}
    assert files == dict.fromkeys(names, "0o600")
    assert [path.name for path in folder.iterdir()] == ["afterword.db"]


@pytest.mark.parametrize("name", ["with space.db", "50%25.db", "größe ☂.db", "a%23b.db"])
async def test_a_path_may_have_any_letters(tmp_path: Path, name: str) -> None:
    url = f"sqlite:///{tmp_path / name}"
    await migrate.upgrade(url)
    store = await Store.open(url)
    assert await store.fetch_one("SELECT count(*) FROM comment") == (0,)
    await store.close()
    assert sqlite_path(url) in list(tmp_path.iterdir())
