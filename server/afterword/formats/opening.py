"""A file to be imported, opened: plain, gzip, or a zip with one file in it, told apart by content.

What a compressed file may grow to is bounded, so that none fills the disk.
"""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from afterword.core.errors import Malformed

HEAD = 65_536
"""Bytes by which a format is recognised."""
MAX_RATIO = 200
"""So many times its size a compressed file may grow to; text takes about 10, at most 50."""
FREE = 64 * 1024 * 1024
"""Bytes that any file may grow to."""
MAX_BYTES = 20 * 1024**3
"""Bytes that no file may grow to."""

# Of the others Python decompresses as much at once as comes: 400 bytes became 600 MB of memory.
_IN_PIECES = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, NotImplementedError)


class MalformedFile(Malformed):
    """The file is not well-formed: where, by line and column from 1, and what is wrong there."""

    def __init__(self, reason: str, line: int | None = None, column: int | None = None) -> None:
        self.line, self.column, self.reason = line, column, reason
        place = "" if line is None else f"Line {line}, column {column or 1}: "
        super().__init__(f"{place}{reason} Nothing was imported.")


class Opened:
    """The bytes of a file, decompressed while they are read."""

    def __init__(
        self,
        raw: IO[bytes],
        content: IO[bytes],
        size: int,
        path: Path | None = None,
        beside: Path | None = None,
    ) -> None:
        self._raw = raw
        self._content = content
        self._expanded = 0
        self._part: float | None = None
        self._path = path
        self.beside = beside
        """The folder for copies that are made while it is read; None for the system's."""
        self.size = size
        """Bytes of the file on the disk."""
        self._head = b""
        self._head = self.read(HEAD)

    @property
    def head(self) -> bytes:
        """The first bytes, as long as nothing else was read."""
        return self._head

    @property
    def done(self) -> int:
        """Bytes of the file on the disk that were read."""
        if self._part is not None:
            return int(self._part * self.size)
        return min(self._raw.tell(), self.size)

    @property
    def path(self) -> Path:
        """Where it is on the disk, as it is there."""
        assert self._path is not None, "it is not from a disk"
        return self._path

    @property
    def is_compressed(self) -> bool:
        """Whether its bytes are not those on the disk."""
        return self._content is not self._raw

    def came(self, part: float) -> None:
        """How far somebody is who reads it at its `path`, from 0 to 1."""
        self._part = min(max(part, 0.0), 1.0)

    def expand(self, copy: Path) -> None:
        """Write all of it, decompressed, into another file. Raises `MalformedFile`."""
        with open_import(self.path) as again, copy.open("wb") as out:
            while found := again.read(HEAD):
                out.write(found)

    def read(self, size: int) -> bytes:
        """The next bytes, at most so many; none at the end. Raises `MalformedFile`."""
        if self._head:
            start, self._head = self._head[:size], self._head[size:]
            return start
        try:
            found = self._content.read(size)
        except _BROKEN as error:
            raise MalformedFile(f"The compressed file is broken ({error}).") from error
        self._expanded += len(found)
        allowed = min(MAX_BYTES, max(FREE, MAX_RATIO * self._raw.tell()))
        if self.is_compressed and self._expanded > allowed:
            raise MalformedFile(
                f"It grows to more than {MAX_RATIO} times its size. Decompress it yourself, if that is right."
            )
        return found

    def restart(self) -> None:
        """Have `read` begin again, for a file whose end must be known to read its beginning."""
        self._content.seek(0)
        self._head, self._expanded = b"", 0

    def lines(self, limit: int) -> Iterator[bytes]:
        """Line by line, without their ends. Raises `MalformedFile` where one has more than `limit` bytes."""
        rest, before = b"", 0
        while found := self.read(HEAD):
            *whole, rest = (rest + found).split(b"\n")
            yield from whole
            before += len(whole)
            if len(rest) > limit:
                raise MalformedFile(f"It is longer than {limit:,} bytes.", before + 1, limit)
        if rest:
            yield rest


@contextmanager
def open_import(path: Path, beside: Path | None = None) -> Iterator[Opened]:
    """The file, opened until the end of the block. Raises `MalformedFile` for an archive of several files."""
    size = path.stat().st_size
    with path.open("rb") as raw, open_bytes(raw, size, path, beside) as opened:
        yield opened


@contextmanager
def open_bytes(
    raw: IO[bytes], size: int, path: Path | None = None, beside: Path | None = None
) -> Iterator[Opened]:
    """The same of what is open already, from its beginning."""
    start = raw.read(4)
    raw.seek(0)
    with _content(raw, start) as content:
        yield Opened(raw, content, size, path, beside)


@contextmanager
def _content(raw: IO[bytes], start: bytes) -> Iterator[IO[bytes]]:
    if start.startswith(b"\x1f\x8b"):
        with gzip.GzipFile(fileobj=raw) as content:
            yield cast("IO[bytes]", content)
    elif start.startswith(b"PK\x03\x04"):
        with _member(raw) as content:
            yield content
    elif start == b"\x28\xb5\x2f\xfd":
        raise MalformedFile(
            "This is compressed by zstd, which is not read here: decompress it first."
        )
    else:
        yield raw


def _member(raw: IO[bytes]) -> IO[bytes]:
    """The one file in a zip."""
    try:
        archive = zipfile.ZipFile(raw)
        members = [each for each in archive.infolist() if not each.is_dir()]
        members = [each for each in members if not each.filename.startswith("__MACOSX/")]
        if len(members) != 1:
            raise MalformedFile(
                f"This zip holds {len(members)} files: give the one to import itself."
            )
        if members[0].compress_type not in _IN_PIECES:
            raise MalformedFile("This zip is compressed in an unusual way: decompress it first.")
        return archive.open(members[0])
    except (*_BROKEN, RuntimeError) as error:  # RuntimeError: it is encrypted
        raise MalformedFile(f"The zip cannot be opened ({error}).") from error
