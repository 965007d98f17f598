"""A backup proved, and put back: all of it is ready and looked at before anything is replaced."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from afterword.core.errors import Conflict, Unavailable
from afterword.services.backups import backup_file
from afterword.services.backups.backup_file import DATABASE, DUMP, KEYS
from afterword.services.backups.place_keys import keys_first, refuse_other_secret
from afterword.services.secret_keys import make_private
from afterword.setting_kinds import SECRET
from afterword.storage import copying, migrate, pg_tools, sqlite_place, sqlite_rows
from afterword.storage.failures import NotWhole, SchemaTooNew

if TYPE_CHECKING:
    from afterword.services.backups.backup_file import Manifest
    from afterword.settings import Settings
    from afterword.storage.sqlite_rows import Stop

REPLACE = " To put it in its place, and keep what is there beside it, add --replace."


@dataclass(frozen=True, slots=True)
class Ready:
    """What a backup holds, proved: a database of the newest schema that nobody uses yet."""

    manifest: Manifest
    database: Path
    keys: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Restored:
    """What was kept of the installation before."""

    database: str | None
    """A file, or a schema of PostgreSQL."""
    keys: Path | None


def check_backup(file: Path, stop: Stop) -> Manifest:
    """Restores a backup into a temporary folder and reads all of it; NotWhole, and SchemaTooNew."""
    with tempfile.TemporaryDirectory(prefix="afterword-check-") as bench:
        ready = make_ready(file, Path(bench), stop)
        with sqlite_rows.opened(ready.database, stop) as raw:
            for table in sqlite_rows.tables(raw):
                sqlite_rows.digest(raw, table)
        return ready.manifest


def make_ready(file: Path, bench: Path, stop: Stop) -> Ready:
    """Unpacks a backup into a folder and looks at everything; an older schema is brought to the newest."""
    if not file.is_file():
        raise NotWhole(f"{file} is not a file.")
    try:
        backup_file.check_seal(file, stop)
        manifest = backup_file.read_manifest(file)
        backup_file.check_members(file, manifest, stop)
        if not migrate.knows(manifest.schema):
            raise SchemaTooNew(
                f"The backup has schema {manifest.schema}, and this Afterword knows"
                f" {migrate.newest()}. A newer Afterword made it: restore it with that one."
            )
        database = _database(file, manifest, bench, stop)
        keys = _keys(file, manifest, bench, stop) if manifest.has_keys else None
    except OSError as error:
        raise Unavailable(f"The backup cannot be unpacked: {error.strerror or error}.") from error
    return Ready(manifest, database, keys)


async def refuse_early(settings: Settings, *, replace: bool) -> bool:
    """Whether something would be replaced; Conflict where that was not asked for, or it is in use."""
    file = settings.database_file
    if file is not None:
        holds = sqlite_place.holds_anything(file)
    else:
        holds = await copying.postgres_holds_anything(settings.database_url)
    if holds and not replace:
        raise Conflict(f"{place_of(settings)} holds an installation already.{REPLACE}")
    return holds


def place_of(settings: Settings) -> str:
    """Where the database is, for people: no password."""
    if settings.database_file is not None:
        return str(settings.database_file)
    return pg_tools.without_password(settings.database_url)[0]


async def restore_backup(
    settings: Settings, ready: Ready, bench: Path, *, replace: bool, with_keys: bool, now: int
) -> Restored:
    """Puts what is ready where the settings say, all or nothing; Conflict where that may not be.

    With `replace` the database that is there is kept beside it, and so are other keys.
    """
    stamp = _free_stamp(settings, now)
    if ready.keys is None or not with_keys:
        return Restored(await _place(settings, ready, stamp if replace else None), None)
    refuse_other_secret(settings, ready.keys)
    with keys_first(settings, ready.keys, bench / "keys-draft", stamp=stamp) as kept:
        database = await _place(settings, ready, stamp if replace else None)
    return Restored(database, kept)


def _free_stamp(settings: Settings, now: int) -> str:
    """What is kept is named by, after nothing that is there."""
    wanted = f"before-{datetime.fromtimestamp(now / 1000, UTC):%Y%m%dT%H%M%SZ}"
    database = settings.database_file or settings.data / "afterword.db"
    beside = (database, settings.data / "secret.key")
    stamps = (wanted if number == 1 else f"{wanted}-{number}" for number in count(1))
    return next(
        stamp
        for stamp in stamps
        if not any(each.with_name(f"{each.name}.{stamp}").exists() for each in beside)
    )


async def _place(settings: Settings, ready: Ready, stamp: str | None) -> str | None:
    file = settings.database_file
    if file is not None:
        make_private(file.parent)
        keep_as = file.with_name(f"{file.name}.{stamp}") if stamp else None
        kept = sqlite_place.install(ready.database, file, keep_as=keep_as)
        return str(kept) if kept else None
    schema = f"afterword_{stamp.replace('-', '_').lower()}" if stamp else None
    done = await copying.file_to_postgres(ready.database, settings.database_url, keep_as=schema)
    return f"the schema {schema}" if done.kept else None


def _database(file: Path, manifest: Manifest, bench: Path, stop: Stop) -> Path:
    database = bench / DATABASE
    if DUMP in manifest.members:
        dump = bench / DUMP
        backup_file.unpack(file, manifest, DUMP, dump, stop)
        pg_tools.load(dump, database, manifest.schema, manifest.last_ids, stop)
        dump.unlink()
    elif DATABASE in manifest.members:
        backup_file.unpack(file, manifest, DATABASE, database, stop)
    else:
        raise NotWhole(f"{file} has no database in it.")
    sqlite_rows.look_through(database, stop)
    with sqlite_rows.opened(database, stop) as raw:
        schema, rows = sqlite_rows.revision(raw), sqlite_rows.counts(raw)
    if (schema, rows) != (manifest.schema, manifest.rows):
        raise NotWhole(f"{file} has not the rows that its manifest says.")
    if schema != migrate.newest():
        migrate.bring_file_up(database)
        sqlite_rows.look_through(database, stop)
    return database


def _keys(file: Path, manifest: Manifest, bench: Path, stop: Stop) -> tuple[str, ...]:
    unpacked = bench / KEYS
    backup_file.unpack(file, manifest, KEYS, unpacked, stop)
    text = unpacked.read_text(encoding="ascii", errors="replace")
    try:
        SECRET.read(text)
    except ValueError:
        raise NotWhole(f"The keys in {file} are no keys of Afterword.") from None
    return tuple(re.split(r"\s+", text.strip()))
