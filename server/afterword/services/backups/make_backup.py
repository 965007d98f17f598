"""A backup while others write: of one moment, looked at before it has its name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from afterword import __version__
from afterword.core.errors import Conflict, Unavailable
from afterword.services.backups import backup_file
from afterword.services.backups.backup_file import DATABASE, DUMP, FORMAT, KEYS, Manifest
from afterword.services.backups.workshop import workshop
from afterword.services.secret_keys import known_keys
from afterword.storage import copying, pg_tools, sqlite_rows
from afterword.storage.failures import NotWhole
from afterword.storage.in_thread import in_thread
from afterword.storage.sqlite_place import put_in_place

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from afterword.services.backups.backup_file import Member
    from afterword.settings import Settings
    from afterword.storage.sqlite_rows import Stop

NAME = "afterword-%Y%m%dT%H%M%SZ"
ENDING = ".zip"
SAME_SECOND = 100


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made."""

    file: Path
    bytes: int
    manifest: Manifest
    word: str = ""
    """Why it is not a dump by pg_dump, where one was wanted."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The database as of one moment, in a file of its own."""

    name: str
    file: Path
    engine: str
    schema: str
    rows: Mapping[str, int]
    last_ids: Mapping[str, int]
    word: str = ""


async def make_backup(
    settings: Settings, target: Path, *, keys: bool = True, portable: bool = False, now: int
) -> Made:
    """Makes the file, or one named by the time in a folder; it has its name once it was read back.

    Everything that was answered before it began is in it. `portable` asks for no dump by pg_dump.
    Raises Conflict where the file is there, NotWhole, Unavailable and what storage says of the database.
    """
    folder = _folder_of(target)
    try:
        with workshop(folder) as bench:
            taken = await _take(settings, bench, portable=portable)
            members = {taken.name: taken.file}
            if keys:
                members[KEYS] = _write_keys(settings, bench / KEYS)
            made = bench / "backup"

            def describe(found: Mapping[str, Member]) -> Manifest:
                return Manifest(
                    FORMAT, __version__, now, taken.engine, taken.schema,
                    taken.rows, taken.last_ids, found,
                )  # fmt: skip

            manifest = await in_thread(lambda stop: backup_file.pack(made, members, describe, stop))
            await in_thread(lambda stop: _read_back(made, manifest, stop))
            file = _name(made, target, now)
            return Made(file, file.stat().st_size, manifest, taken.word)
    except OSError as error:
        raise Unavailable(
            f"The backup cannot be written to {folder}: {error.strerror or error}. Nothing was kept."
        ) from error


def _folder_of(target: Path) -> Path:
    if target.is_dir():
        return target
    if target.exists():
        raise Conflict(f"{target} is there already. Name another file, or a folder.")
    return target.parent


async def _take(settings: Settings, bench: Path, *, portable: bool) -> Taken:
    source = settings.database_file
    if source is None:
        return await _take_postgres(settings.database_url, bench, portable=portable)
    if not source.is_file():
        raise Conflict(f"There is no database at {source}: nothing to back up.")
    file = bench / DATABASE

    def take(stop: Stop) -> Taken:
        sqlite_rows.snapshot(source, file, stop)
        return _look_at(file, "sqlite", stop)

    return await in_thread(take)


def _look_at(file: Path, engine: str, stop: Stop) -> Taken:
    """What a copy holds, if it is sound."""
    sqlite_rows.look_through(file, stop)
    with sqlite_rows.opened(file, stop) as raw:
        schema = sqlite_rows.revision(raw)
        if schema is None:
            raise NotWhole("The database has no tables: nothing to back up.")
        counts, last = sqlite_rows.counts(raw), sqlite_rows.last_ids(raw)
    return Taken(DATABASE, file, engine, schema, counts, last)


async def _take_postgres(url: str, bench: Path, *, portable: bool) -> Taken:
    rows = copying.postgres_tables()
    async with rows.reading(url) as connection:
        schema = await copying.known_revision(connection)
        word = ""
        if not portable:
            try:
                return await _dump(url, connection, schema, bench)
            except pg_tools.ToolFailed as failed:
                word = f"No dump by pg_dump: {failed}. It is a snapshot of our own instead."
        file = bench / DATABASE
        await copying.postgres_to_file(connection, file)
    found = await in_thread(lambda stop: _look_at(file, "postgresql", stop))
    return Taken(DATABASE, file, found.engine, schema, found.rows, found.last_ids, word)


async def _dump(url: str, connection: object, schema: str, bench: Path) -> Taken:
    """A dump of the moment that the connection sees, with as many rows as that sees."""
    rows, file = copying.postgres_tables(), bench / DUMP
    tool = await pg_tools.usable_dump(await rows.server_version(connection))
    await pg_tools.dump(tool, url, file, await rows.shared_moment(connection))
    counts = await copying.counts_of_postgres(connection, schema, bench / "schema")
    found = await in_thread(lambda stop: pg_tools.counts(file, stop))
    if {name: found.get(name) for name in counts} != counts:
        raise pg_tools.ToolFailed("its dump has not the rows that the database has")
    return Taken(DUMP, file, "postgresql", schema, counts, await rows.last_ids(connection))


def _write_keys(settings: Settings, file: Path) -> Path:
    file.touch(mode=0o600)
    file.write_text("\n".join(known_keys(settings)) + "\n", encoding="ascii")
    return file


def _read_back(file: Path, manifest: Manifest, stop: Stop) -> None:
    """Reads the backup from the disk: whole, and every member what was looked at before."""
    backup_file.check_seal(file, stop)
    if backup_file.read_manifest(file) != manifest:
        raise NotWhole("The backup reads otherwise than it was written.")
    backup_file.check_members(file, manifest, stop)


def _name(made: Path, target: Path, now: int) -> Path:
    """Gives the backup its name: two of one second are told apart by a number."""
    if not target.is_dir():
        try:
            put_in_place(made, target)
        except FileExistsError:
            raise Conflict(f"{target} is there already. Name another file, or a folder.") from None
        return target
    stem = datetime.fromtimestamp(now / 1000, UTC).strftime(NAME)
    for number in range(1, SAME_SECOND):
        file = target / (f"{stem}-{number}{ENDING}" if number > 1 else f"{stem}{ENDING}")
        try:
            put_in_place(made, file)
        except FileExistsError:
            continue
        return file
    raise Conflict(f"{target} has a hundred backups of this second.")
