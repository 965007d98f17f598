"""Of backups in a folder the last ones stay."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.services.backups.backup_file import check_seal, read_manifest
from afterword.storage.failures import NotWhole

if TYPE_CHECKING:
    from pathlib import Path

    from afterword.storage.sqlite_rows import Stop

NAMED_BY_US = re.compile(r"afterword-\d{8}T\d{6}Z(-\d{1,2})?\.zip")


@dataclass(frozen=True, slots=True)
class Rotated:
    """What became of the backups in a folder."""

    dropped: tuple[Path, ...]
    broken: tuple[Path, ...]
    """Named like ours and not whole: neither counted nor deleted, for somebody to look at."""


def rotate(folder: Path, keep: int, stop: Stop) -> Rotated:
    """Deletes backups that we made and that are older than the last `keep` whole ones."""
    whole: list[tuple[int, Path]] = []
    broken: list[Path] = []
    for file in backups_in(folder):
        try:
            check_seal(file, stop)
            whole.append((read_manifest(file).at, file))
        except NotWhole:
            broken.append(file)
    whole.sort()
    dropped = [file for _, file in whole[:-keep]]
    for file in dropped:
        file.unlink(missing_ok=True)
    return Rotated(tuple(dropped), tuple(broken))


def backups_in(folder: Path) -> list[Path]:
    """Files that are named as we name them, the oldest first."""
    return sorted(each for each in folder.iterdir() if NAMED_BY_US.fullmatch(each.name))
