"""The keys of this installation: from the settings, else from a key file that the first start makes."""

from __future__ import annotations

import os
import re
import secrets
import stat
from typing import TYPE_CHECKING

from afterword.core.errors import Conflict
from afterword.setting_kinds import SECRET
from afterword.settings import SettingError

if TYPE_CHECKING:
    from pathlib import Path

    from afterword.settings import Settings


UNFINISHED = "restore-unfinished"
"""The mark of a restore between the keys and the database, with what to do about it."""


def load_keys(settings: Settings) -> tuple[str, ...]:
    """The secret keys, newest first; makes `<data>/secret.key` where neither it nor a setting is there.

    The file is readable by its owner alone, in a directory of the owner's alone. Raises `SettingError`
    for a file that others can read, and for keys that are too short; `Conflict` for a half restore.
    """
    make_private(settings.data)
    _refuse_half_restored(settings.data / UNFINISHED)
    if settings.secret:
        return tuple(settings.secret.split())
    file = settings.data / "secret.key"
    try:
        _make(file)
    except FileExistsError:
        _refuse_readable_by_others(file)
    return _read(file)


def _refuse_half_restored(mark: Path) -> None:
    if mark.exists():
        raise Conflict(
            f"A restore was interrupted after the keys and before the database. {mark.read_text()}"
        )


def known_keys(settings: Settings) -> tuple[str, ...]:
    """The secret keys that are there, newest first; makes none. Raises `SettingError` as `load_keys`."""
    if settings.secret:
        return tuple(settings.secret.split())
    file = settings.data / "secret.key"
    if file.exists():
        _refuse_readable_by_others(file)
    return _read(file)


def make_private(directory: Path) -> None:
    """Makes the data directory, for its owner alone; one that is there keeps its mode."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(
            "AFTERWORD_DATA", str(directory), f"a directory that can be written ({error.strerror})"
        ) from None


def _make(file: Path) -> None:
    """Writes a new key beside its place and links it there, so that no start ever reads half a key.

    Of two first starts at the same moment one makes the key; the other gets FileExistsError.
    """
    if file.exists():
        raise FileExistsError
    draft = file.with_name(f"secret.key.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_urlsafe(48) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        os.link(draft, file)
    finally:
        draft.unlink()


def _refuse_readable_by_others(file: Path) -> None:
    mode = stat.S_IMODE(file.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        allowed = f"a file that only its owner can read; run: chmod 600 {file}"
        raise SettingError("secret.key", f"{file} with mode {mode:o}", allowed)


def _read(file: Path) -> tuple[str, ...]:
    try:
        text = file.read_text(encoding="ascii")
        SECRET.read(text)
    except (ValueError, OSError):
        raise SettingError("secret.key", str(file), f"{SECRET.allowed} or one a line") from None
    return tuple(re.split(r"\s+", text.strip()))
