"""A backup put back is the installation of that moment, or nothing was changed."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from afterword.core.errors import Conflict
from afterword.services.backups import make_backup, restore_backup
from afterword.services.backups.restore_backup import Restored
from afterword.services.backups.workshop import workshop
from afterword.services.secret_keys import load_keys
from afterword.settings import Settings
from afterword.storage import migrate, sqlite_place
from afterword.storage.failures import NotWhole, SchemaTooNew
from afterword.storage.store import Store
from tests.services.backups.holding import (
    GO_ON,
    KEY,
    NOW,
    OTHER_KEY,
    add_site,
    at,
    leftovers,
    sites,
)

STAMP = "before-20270115T080000Z"


async def restore(
    settings: Settings, file: Path, *, replace: bool = False, with_keys: bool = True
) -> Restored:
    """As the command does, without its question."""
    await restore_backup.refuse_early(settings, replace=replace)
    place = settings.database_file.parent if settings.database_file else settings.data
    place.mkdir(exist_ok=True)
    with workshop(place) as bench:
        ready = restore_backup.make_ready(file, bench, GO_ON)
        return await restore_backup.restore_backup(
            settings, ready, bench, replace=replace, with_keys=with_keys, now=NOW
        )


async def backed_up(settings: Settings, file: Path, **options: bool) -> Path:
    """A backup of it."""
    return (await make_backup.make_backup(settings, file, now=NOW, **options)).file


@pytest.fixture
def elsewhere(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of an installation that is not there yet, on the other engine than `settings`."""
    if engine == "postgres":
        return Settings(data=tmp_path / "elsewhere")
    return Settings(
        data=tmp_path / "elsewhere", database_url=request.getfixturevalue("postgres_url")
    )


@pytest.mark.usefixtures("pg_tools_here")
async def test_it_comes_back_on_the_other_engine_with_its_keys(
    settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    file = await backed_up(settings, tmp_path / "b.zip")
    assert await restore(elsewhere, file) == Restored(None, None)
    assert await sites(elsewhere.database_url) == ["blog"]
    assert load_keys(elsewhere) == (KEY,)
    assert stat.S_IMODE((elsewhere.data / "secret.key").stat().st_mode) == 0o600
    assert leftovers(elsewhere.data) == []


async def test_what_is_there_is_not_replaced_unless_that_was_asked_for(
    settings: Settings, tmp_path: Path
) -> None:
    file = await backed_up(settings, tmp_path / "b.zip")
    await add_site(settings.database_url, "later")
    with pytest.raises(Conflict, match=r"holds an installation already.*--replace"):
        await restore(settings, file)
    assert await sites(settings.database_url) == ["blog", "later"]
    done = await restore(settings, file, replace=True)
    assert await sites(settings.database_url) == ["blog"]
    assert done.keys is None, "they are the same"
    assert done.database is not None
    if settings.database_file is not None:
        assert done.database == f"{settings.database_file}.{STAMP}"
        assert await sites(f"sqlite:///{done.database}") == ["blog", "later"]
    else:
        schema = f"afterword_{STAMP.replace('-', '_').lower()}"
        assert done.database == f"the schema {schema}"
        connection = await asyncpg.connect(settings.database_url)
        assert len(await connection.fetch(f"SELECT 1 FROM {schema}.site")) == 2
        await connection.close()


async def test_while_a_server_has_the_database_open_it_is_refused(
    settings: Settings, tmp_path: Path
) -> None:
    file = await backed_up(settings, tmp_path / "b.zip")
    store = await Store.open(settings.database_url)
    with pytest.raises(Conflict, match=r"has the database open. Stop it first"):
        await restore(settings, file, replace=True)
    async with store.write() as db:
        await db.execute("UPDATE site SET name = 'still served'")
    await store.close()
    assert await sites(settings.database_url) == ["still served"]


async def test_where_only_a_first_start_was_it_is_not_in_the_way(
    settings: Settings, tmp_path: Path
) -> None:
    file = await backed_up(settings, tmp_path / "b.zip")
    fresh = at(tmp_path / "fresh", key=OTHER_KEY)
    await migrate.upgrade(fresh.database_url)
    done = await restore(fresh, file)
    assert await sites(fresh.database_url) == ["blog"]
    assert done == Restored(None, fresh.data / f"secret.key.{STAMP}")
    assert load_keys(fresh) == (KEY,)


async def test_other_keys_are_kept_beside_and_come_back_when_it_fails(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = await backed_up(settings, tmp_path / "b.zip")
    other = at(tmp_path / "other", key=OTHER_KEY)
    await migrate.upgrade(other.database_url)
    await add_site(other.database_url, "other")

    def fails(*_: object, **__: object) -> None:
        # A start in this moment would serve with keys that are not of this database.
        with pytest.raises(Conflict, match="Run the same restore again"):
            load_keys(other)
        raise Conflict("not now")

    with monkeypatch.context() as patch:
        patch.setattr(sqlite_place, "install", fails)
        with pytest.raises(Conflict, match="not now"):
            await restore(other, file, replace=True)
    assert load_keys(other) == (OTHER_KEY,)
    assert await sites(other.database_url) == ["other"]
    done = await restore(other, file, replace=True)
    assert done.keys is not None
    assert done.keys.read_text() == f"{OTHER_KEY}\n"
    assert load_keys(other) == (KEY,)
    assert await sites(other.database_url) == ["blog"]


async def test_without_keys_those_that_are_there_stay(settings: Settings, tmp_path: Path) -> None:
    other = at(tmp_path / "other", key=OTHER_KEY)
    await restore(other, await backed_up(settings, tmp_path / "a.zip", keys=False))
    assert load_keys(other) == (OTHER_KEY,)
    await restore(
        other, await backed_up(settings, tmp_path / "b.zip"), replace=True, with_keys=False
    )
    assert load_keys(other) == (OTHER_KEY,)


async def test_keys_of_the_settings_must_be_those_of_the_backup(
    ready_sqlite_url: str, tmp_path: Path
) -> None:
    file = await backed_up(at(tmp_path / "data", ready_sqlite_url), tmp_path / "b.zip")
    elsewhere = Settings(data=tmp_path / "elsewhere", secret=OTHER_KEY)
    with pytest.raises(Conflict, match="AFTERWORD_SECRET has other keys than the backup"):
        await restore(elsewhere, file)
    assert not (elsewhere.data / "afterword.db").exists()
    await restore(replace(elsewhere, secret=KEY), file)
    assert (elsewhere.data / "afterword.db").exists()
    assert not (elsewhere.data / "secret.key").exists()


async def test_an_older_schema_is_brought_to_ours_and_a_newer_one_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = at(tmp_path / "data")
    migrate.bring_file_up(settings.data / "afterword.db", to="0001")
    with closing(sqlite3.connect(settings.data / "afterword.db")) as raw:
        raw.execute("INSERT INTO site (name, policy, changed_at) VALUES ('old', '{}', 1)")
        raw.commit()
    file = await backed_up(settings, tmp_path / "b.zip")
    elsewhere = Settings(data=tmp_path / "elsewhere")
    await restore(elsewhere, file)
    assert await sites(elsewhere.database_url) == ["old"]
    newest = migrate.newest()
    assert await migrate.status(elsewhere.database_url) == migrate.Status(newest, newest)

    await migrate.upgrade(settings.database_url)
    file = await backed_up(settings, tmp_path / "new.zip")
    older = tmp_path / "migrations"
    shutil.copytree(migrate.FOLDER, older, ignore=shutil.ignore_patterns("r000[2-9]*"))
    monkeypatch.setattr(migrate, "FOLDER", older)
    with pytest.raises(SchemaTooNew, match="A newer Afterword made it: restore it with that one"):
        await restore(Settings(data=tmp_path / "third"), file)


async def test_a_damaged_database_is_replaced_and_kept_with_its_log(
    ready_sqlite_url: str, tmp_path: Path
) -> None:
    settings = at(tmp_path / "data")
    file = await backed_up(at(tmp_path / "data", ready_sqlite_url), tmp_path / "b.zip")
    database = settings.data / "afterword.db"
    database.write_bytes(b"not a database at all" * 100)
    log = settings.data / "afterword.db-wal"
    log.write_bytes(b"of another database")
    with pytest.raises(Conflict, match=r"holds an installation already"):
        await restore(settings, file)
    done = await restore(settings, file, replace=True)
    assert done.database is not None
    assert Path(done.database).read_bytes().startswith(b"not a database at all")
    assert Path(f"{done.database}-wal").read_bytes() == b"of another database"
    assert not log.exists()
    assert await sites(settings.database_url) == []


@pytest.mark.usefixtures("no_pg_tools")
async def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    elsewhere = Settings(data=tmp_path / "elsewhere")
    other = tmp_path / "other.zip"
    for content in (b"", b"PK", b"x" * 500):
        other.write_bytes(content)
        with pytest.raises(NotWhole, match="is not a backup of Afterword"):
            await restore(elsewhere, other)
    with pytest.raises(NotWhole, match="is not a file"):
        await restore(elsewhere, tmp_path)
    assert not (elsewhere.data / "afterword.db").exists()


async def test_a_dump_needs_its_tool_to_be_restored(
    ready_postgres_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("pg_tools_here")
    file = await backed_up(at(tmp_path / "data", ready_postgres_url), tmp_path / "b.zip")
    request.getfixturevalue("no_pg_tools")
    with pytest.raises(NotWhole, match="pg_restore is not installed here"):
        await restore(Settings(data=tmp_path / "elsewhere"), file)
