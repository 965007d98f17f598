"""The secret keys of a backup: put where an installation has its own, which are kept beside."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from afterword.core.errors import Conflict
from afterword.services.secret_keys import UNFINISHED, known_keys, make_private
from afterword.storage.sqlite_place import keep, put_in_place
from afterword.storage.sqlite_rows import sync

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from afterword.settings import Settings

OTHERS = (
    "AFTERWORD_SECRET has other keys than the backup. Set it to those of the backup (secret.key in the"
    " file), or leave it away to have them put into the data directory; --without-keys leaves the keys"
    " as they are, and then what readers and members have signed is no good any more."
)


def refuse_other_secret(settings: Settings, keys: tuple[str, ...]) -> None:
    """Conflict where the settings name other keys, which we cannot change."""
    if settings.secret and known_keys(settings) != keys:
        raise Conflict(OTHERS)


@contextmanager
def keys_first(
    settings: Settings, keys: tuple[str, ...], made: Path, *, stamp: str
) -> Iterator[Path | None]:
    """The keys are in their place, from a draft at `made`; the database is put in its own inside the block.

    Where other keys were, they are kept, and nothing starts until the block has ended well. Gives the
    path of those that were kept.
    """
    make_private(settings.data)
    file = settings.data / "secret.key"
    if settings.secret or (file.exists() and known_keys(settings) == keys):
        yield None
        (settings.data / UNFINISHED).unlink(missing_ok=True)
        return
    write_privately(made, "\n".join(keys) + "\n")
    if not file.exists():
        put_in_place(made, file)
        yield None
        return
    kept = file.with_name(f"secret.key.{stamp}")
    keep(file, kept)
    mark = settings.data / UNFINISHED
    write_privately(
        mark,
        f"Run the same restore again; or, to have it as before, move {kept} to {file} and delete {mark}.",
    )
    made.replace(file)
    sync(settings.data)
    try:
        yield kept
    except BaseException:
        # Refused or failed, and the database is as it was: the keys are, too.
        keep_back = made.with_name("secret.key.back")
        keep(kept, keep_back)
        keep_back.replace(file)
        kept.unlink()
        mark.unlink()
        sync(settings.data)
        raise
    mark.unlink()
    sync(settings.data)


def write_privately(file: Path, text: str) -> None:
    """Writes a file for its owner alone, durably."""
    with os.fdopen(os.open(file, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as out:
        out.write(text)
    sync(file)
    sync(file.parent)
