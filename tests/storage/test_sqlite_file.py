"""A file that is not a sound database of ours is named, and left as it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio

from afterword.core.errors import Unavailable
from afterword.storage import migrate
from afterword.storage.store import DamagedDatabase, Store


@pytest_asyncio.fixture
async def path(tmp_path: Path) -> Path:
    """A closed database with some megabytes in it."""
    path = tmp_path / "afterword.db"
    url = f"sqlite:///{path}"
    await migrate.upgrade(url)
    store = await Store.open(url)
    async with store.write() as db:
        rows = [{"subject": "x" * 500, "at": n} for n in range(4000)]
        await db.execute_many("INSERT INTO sign_in_failure VALUES (:subject, :at)", rows)
    await store.close()
    return path


def _overwrite(at: int, data: bytes) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        with path.open("r+b") as file:
            file.seek(at)
            file.write(data)

    return damage


def _truncate(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def _of_another_program(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE theirs (id INTEGER)")


DAMAGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "beginning": (_overwrite(0, b"\0" * 16), "not an SQLite database"),
    "picture": (lambda path: path.write_bytes(b"\xff\xd8\xff\xe0" * 999) and None, "not an SQLite"),
    "empty": (lambda path: path.write_bytes(b"") and None, "is empty"),
    "half": (_truncate, "damaged"),
    "page": (_overwrite(4096 * 30, b"\xaa" * 4096), "damaged"),
    "other program": (_of_another_program, "of another program"),
}


@pytest.mark.parametrize("damage", DAMAGES)
async def test_a_damaged_or_foreign_file_is_refused_and_left_alone(path: Path, damage: str) -> None:
    inflict, what = DAMAGES[damage]
    inflict(path)
    before = path.read_bytes()
    for call in (migrate.upgrade, migrate.status):
        with pytest.raises(DamagedDatabase, match=what) as refused:
            await call(f"sqlite:///{path}")
        assert str(path) in str(refused.value)
        assert "backup" in str(refused.value)
    assert path.read_bytes() == before


async def test_a_wal_of_another_database_is_passed_over(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as raw:
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("CREATE TABLE theirs (id INTEGER)")
        wal = other.with_name("other.db-wal").read_bytes()
    path.with_name("afterword.db-wal").write_bytes(wal[:16] + bytes([wal[16] ^ 1]) + wal[17:])
    await migrate.upgrade(f"sqlite:///{path}")
    store = await Store.open(f"sqlite:///{path}")
    assert await store.fetch_one("SELECT count(*) FROM sign_in_failure") == (4000,)
    await store.close()


async def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=str(tmp_path)):
        await migrate.upgrade(f"sqlite:///{tmp_path}")


async def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(Unavailable, match=str(tmp_path / "data")):
        await migrate.upgrade(f"sqlite:///{tmp_path / 'data' / 'afterword.db'}")


async def test_opening_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        await Store.open(f"sqlite:///{tmp_path / 'afterword.db'}")
    assert list(tmp_path.iterdir()) == []


async def test_asking_for_the_status_makes_no_file(tmp_path: Path) -> None:
    await migrate.status(f"sqlite:///{tmp_path / 'data' / 'afterword.db'}")
    assert list(tmp_path.iterdir()) == []
