"""Figures of several processes behind one port: whichever is asked tells those of all.

Each leaves its own in a file of the data directory every few seconds; whoever is asked reads the others'.
They are told apart by a label and not added up, or a process that ends would look like a counter that
begins anew, and what was counted before it would be counted twice.
"""

from __future__ import annotations

import platform
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from afterword.core.metric_families import FAMILIES
from afterword.core.metrics import Sample

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

SHARE_SECONDS = 5.0
"""Between two files of a process: so much older than its own may be what it tells of the others."""
FRESH = 30_000
"""Milliseconds after which a process that leaves no new file is not told of any more."""
LABELS = {family.name: len(family.labels) for family in FAMILIES}


class Left(msgspec.Struct, frozen=True):
    """What a process has left."""

    at: int
    """Milliseconds UTC."""
    samples: list[Sample]


class SharedFigures:
    """The file of one process, and those of its siblings. Its methods read and write files."""

    def __init__(self, folder: Path, worker: str) -> None:
        """`worker` is what its samples are labelled with."""
        # Of this machine alone: process ids of another one that has the same folder are others.
        self._kind = f"{platform.node()}-*.json"
        self._folder = folder
        self._file = folder / self._kind.replace("*", worker)

    def leave(self, samples: Iterable[Sample], *, now: int) -> None:
        """Leaves these for the others, at once and as a whole."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = self._file.with_suffix(".partial")
        partial.write_bytes(msgspec.json.encode(Left(now, list(samples))))
        partial.replace(self._file)

    def of_others(self, *, now: int) -> list[Sample]:
        """What the others have left of late; files of those that are gone are deleted."""
        files = [file for file in self._folder.glob(self._kind) if file != self._file]
        return [sample for file in sorted(files) for sample in _read(file, now)]

    def end(self) -> None:
        """Takes the own file away."""
        self._file.unlink(missing_ok=True)


def _read(file: Path, now: int) -> Iterator[Sample]:
    try:
        left = msgspec.json.decode(file.read_bytes(), type=Left)
    except (OSError, msgspec.DecodeError):
        return  # It ended just now, or it is of another release.
    if abs(now - left.at) > FRESH:
        with suppress(OSError):
            file.unlink()
        return
    # Another release may measure otherwise, while processes are replaced one by one.
    yield from (each for each in left.samples if LABELS.get(each.name) == len(each.labels))
