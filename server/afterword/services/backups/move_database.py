"""A whole installation from SQLite to PostgreSQL, or back: every row, with its number."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from afterword.core.errors import Conflict
from afterword.services.backups.workshop import workshop
from afterword.services.secret_keys import make_private
from afterword.setting_kinds import DATABASE
from afterword.storage import copying, migrate, sqlite_place, sqlite_rows
from afterword.storage.in_thread import in_thread
from afterword.storage.urls import sqlite_path

if TYPE_CHECKING:
    from afterword.settings import Settings
    from afterword.storage.copying import Copied


async def move_database(settings: Settings, to: str) -> Copied:
    """Copies everything to a database of the other engine that holds nothing yet; the old one stays as it is.

    Nobody can write meanwhile. Raises Conflict where the old one is served or the new one holds anything.
    """
    _refuse_same_engine(settings, to)
    old = await migrate.status(settings.database_url)
    if old.current != old.newest:
        raise Conflict("The database is not up to date. First run: afterword db upgrade")
    source = settings.database_file
    if source is None:
        return await _to_sqlite(settings.database_url, _file(to))
    with sqlite_place.alone(source):
        await in_thread(lambda stop: sqlite_rows.look_through(source, stop))
        return await copying.file_to_postgres(source, to)


async def _to_sqlite(url: str, target: Path) -> Copied:
    make_private(target.parent)
    if sqlite_place.holds_anything(target):
        raise Conflict(sqlite_place.HELD.replace("{file}", str(target)))
    with workshop(target.parent) as bench:
        made = bench / "database.sqlite"
        async with copying.postgres_tables().reading(url) as connection:
            await copying.hold(connection)
            done = await copying.postgres_to_file(connection, made)
            await in_thread(lambda stop: sqlite_rows.look_through(made, stop))
            sqlite_place.install(made, target, keep_as=None)
    return done


def _refuse_same_engine(settings: Settings, to: str) -> None:
    try:
        DATABASE.read(to)
    except ValueError:
        raise Conflict(f"That is not a database. Allowed: {DATABASE.allowed}.") from None
    if (settings.database_file is None) == (sqlite_path(to) is None):
        raise Conflict(
            "Both are of one engine. To have an installation elsewhere, back it up and restore it there."
        )


def _file(url: str) -> Path:
    path = sqlite_path(url)
    assert path is not None, "it is no PostgreSQL"
    return path
