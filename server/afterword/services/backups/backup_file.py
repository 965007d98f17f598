"""A backup as one file: a zip of the database, the keys and a manifest, sealed by a hash of all its bytes.

It can be unpacked by any tool. Its last 64 bytes, the end of the comment of the zip, are the SHA-256 of
all bytes before them: a file that was cut off or changed anywhere is not taken for whole.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import IO, TYPE_CHECKING

import msgspec

from afterword.core.dates import second_text
from afterword.storage.failures import NotWhole
from afterword.storage.sqlite_rows import sync

if TYPE_CHECKING:
    from pathlib import Path

    from afterword.storage.sqlite_rows import Stop

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database.sqlite"
DUMP = "database.dump"
KEYS = "secret.key"
SEAL = b"Afterword backup, SHA-256 of all bytes before it: "
DIGITS = 64
CHUNK = 2**20
LEVEL = 1
"""How hard the database is packed: the least, because a server shares the processor with it."""
LARGEST_MANIFEST = 2**20


@dataclass(frozen=True, slots=True)
class Member:
    """A file in the backup."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    format: int
    afterword: str
    """The version that made it."""
    at: int
    """When it was begun: every write that was answered before is in it."""
    engine: str
    """Of what: `sqlite` or `postgresql`."""
    schema: str
    rows: Mapping[str, int]
    """By table."""
    last_ids: Mapping[str, int]
    members: Mapping[str, Member]

    @property
    def has_keys(self) -> bool:
        """Whether the secret keys are in it."""
        return KEYS in self.members

    def in_words(self) -> str:
        """What it holds, for people."""
        of = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(self.engine, self.engine)
        counts = ", ".join(
            f"{self.rows.get(table, 0):,} {noun}"
            for table, noun in (("site", "sites"), ("comment", "comments"), ("member", "members"))
        )
        keys = "with the secret keys" if self.has_keys else "without the secret keys"
        return (
            f"of {second_text(self.at)}, from Afterword {self.afterword} on {of}"
            f" (schema {self.schema}): {counts}; {keys}"
        )


Describe = Callable[[Mapping[str, Member]], Manifest]
"""The manifest, once the members are known."""


def pack(file: Path, members: Mapping[str, Path], describe: Describe, stop: Stop) -> Manifest:
    """Write a new backup of these files and seal it; durable at the end, and readable by its owner alone."""
    found: dict[str, Member] = {}
    with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b") as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as packed:
            for name, path in members.items():
                found[name] = _add(packed, name, path, stop)
            manifest = describe(found)
            packed.writestr(_info(MANIFEST), msgspec.json.format(msgspec.json.encode(manifest)))
            packed.comment = SEAL + b"0" * DIGITS
        out.flush()
        out.seek(-DIGITS, os.SEEK_END)
        length = out.tell()
        out.seek(0)
        seal = _hash_of(out, length, stop)
        out.seek(length)
        out.write(seal.encode())
        out.flush()
    sync(file)
    return manifest


def check_seal(file: Path, stop: Stop) -> None:
    """NotWhole unless every byte is as it was written."""
    with file.open("rb") as opened:
        length = opened.seek(0, os.SEEK_END) - DIGITS
        opened.seek(max(0, length - len(SEAL)))
        if opened.read(len(SEAL)) != SEAL:
            raise NotWhole(f"{file} is not a backup of Afterword, or its end is missing.")
        opened.seek(0)
        seal = _hash_of(opened, length, stop)
        if opened.read() != seal.encode():
            raise NotWhole(f"{file} is not whole: something in it is not as it was written.")


def read_manifest(file: Path) -> Manifest:
    """What a sealed backup says of itself; NotWhole for a newer format than ours."""
    try:
        with zipfile.ZipFile(file) as packed, packed.open(MANIFEST) as member:
            read = member.read(LARGEST_MANIFEST)
        version = msgspec.json.decode(read, type=_Version).format
        if version != FORMAT:
            raise NotWhole(
                f"{file} has format {version}, and this Afterword knows {FORMAT}: use a newer one."
            )
        return msgspec.json.decode(read, type=Manifest)
    except (zipfile.BadZipFile, KeyError, OSError, msgspec.DecodeError) as error:
        raise NotWhole(f"{file} is not a backup of Afterword: {error}.") from error


def check_members(file: Path, manifest: Manifest, stop: Stop) -> None:
    """NotWhole unless it has what the manifest names, as it says, and nothing else."""
    with zipfile.ZipFile(file) as packed:
        if {*packed.namelist()} != {*manifest.members, MANIFEST}:
            raise NotWhole(f"{file} has not the files that its manifest names.")
    for name in manifest.members:
        for _ in _read(file, manifest, name, stop):
            pass


def unpack(file: Path, manifest: Manifest, name: str, to: Path, stop: Stop) -> None:
    """Write a member to a new file for its owner alone; NotWhole unless it is what the manifest says."""
    with os.fdopen(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        out.writelines(_read(file, manifest, name, stop))
    sync(to)


def _read(file: Path, manifest: Manifest, name: str, stop: Stop) -> Iterator[bytes]:
    """A member piece by piece, judged at its end."""
    said, digest, size = manifest.members[name], sha256(), 0
    try:
        with zipfile.ZipFile(file) as packed, packed.open(name) as member:
            # No further than it should be long: a hostile one would fill the disk.
            while size <= said.bytes and (part := member.read(CHUNK)):
                stop_here(stop)
                digest.update(part)
                size += len(part)
                yield part
    except (zipfile.BadZipFile, KeyError, zlib.error, EOFError) as error:
        raise NotWhole(f"{name} in {file} cannot be read: {error}.") from error
    if (size, digest.hexdigest()) != (said.bytes, said.sha256):
        raise NotWhole(f"{name} in {file} is not what its manifest says.")


def stop_here(stop: Stop) -> None:
    """Go no further when nobody wants it any more."""
    if stop():
        raise NotWhole("It was interrupted.")


class _Version(msgspec.Struct):
    format: int


def _add(packed: zipfile.ZipFile, name: str, path: Path, stop: Stop) -> Member:
    info, digest, size = _info(name), sha256(), 0
    if name == DUMP:
        info.compress_type = zipfile.ZIP_STORED  # It is packed already.
    info.file_size = path.stat().st_size
    with path.open("rb") as member, packed.open(info, "w") as out:
        while part := member.read(CHUNK):
            stop_here(stop)
            out.write(part)
            digest.update(part)
            size += len(part)
    return Member(size, digest.hexdigest())


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


def _hash_of(file: IO[bytes], length: int, stop: Stop) -> str:
    digest, left = sha256(), length
    while left and (part := file.read(min(CHUNK, left))):
        stop_here(stop)
        digest.update(part)
        left -= len(part)
    return digest.hexdigest()
