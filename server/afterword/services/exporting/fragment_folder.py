"""A folder of threads as files, with an index of them: written whole or not at all, and only what changed.

Nothing is ever removed but files that an earlier index names, and whose names are such as we give.
"""

from __future__ import annotations

import tempfile
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from afterword.core.errors import Conflict
from afterword.core.fragment_name import fragment_name, is_fragment_name

if TYPE_CHECKING:
    from collections.abc import Sequence

INDEX = "index.json"
KIND = "afterword-fragments"


class FragmentEntry(msgspec.Struct, frozen=True):
    """What the index says of a page."""

    file: str
    count: int
    etag: str
    """Of the bytes in the file."""
    made_from: str
    """Changes with all that a fragment is made from: where it is the same, nothing is made."""
    keys: tuple[str, ...] = ()
    """Everything else that leads to the page: `blog.example.org/river`, `id:river-gauge`."""


class FragmentIndex(msgspec.Struct, frozen=True):
    """`index.json`: what was made, by the address of the page."""

    kind: str
    site: str
    pages: dict[str, FragmentEntry]
    keys: dict[str, str] = {}
    """The file by everything that leads to a page."""


class FragmentFolder:
    """What is in the folder, and what has been put there by this run."""

    def __init__(self, folder: Path, site: str) -> None:
        """Raises `Conflict` for a folder whose index is not ours, or is of another site."""
        self._folder = folder
        self._site = site
        self.before = self._read()
        self.written = self.removed = 0

    def is_made(self, url: str, made_from: str) -> FragmentEntry | None:
        """The entry of a page whose file needs not be made again."""
        entry = self.before.get(url)
        if entry is None or entry.made_from != made_from or not self._path(entry.file).is_file():
            return None
        return entry

    def put(
        self, url: str, text: str, *, count: int, made_from: str, keys: Sequence[str]
    ) -> FragmentEntry:
        """Write a thread, unless exactly that is there; its entry."""
        data = text.encode()
        entry = FragmentEntry(
            fragment_name(url),
            count,
            blake2b(data, digest_size=12).hexdigest(),
            made_from,
            tuple(keys),
        )
        if self._write(entry.file, data):
            self.written += 1
        return entry

    def finish(self, pages: dict[str, FragmentEntry]) -> None:
        """Write the index of all that is to be there, then remove what was there besides."""
        keys = {key: entry.file for entry in pages.values() for key in entry.keys}
        keys = dict(sorted(keys.items()))
        index = FragmentIndex(KIND, self._site, dict(sorted(pages.items())), keys)
        self._write(INDEX, msgspec.json.format(msgspec.json.encode(index), indent=1) + b"\n")
        kept = {entry.file for entry in pages.values()}
        for name in {entry.file for entry in self.before.values()} - kept:
            if is_fragment_name(name):
                self._path(name).unlink(missing_ok=True)
                self.removed += 1

    def _read(self) -> dict[str, FragmentEntry]:
        path = self._path(INDEX)
        if not path.exists():
            return {}
        try:
            index = msgspec.json.decode(path.read_bytes(), type=FragmentIndex)
        except msgspec.MsgspecError:
            index = None
        if index is None or index.kind != KIND:
            message = f"{path} is not an index of ours. Choose another folder, or take it away."
            raise Conflict(message)
        if index.site != self._site:
            raise Conflict(
                f"{self._folder} has the threads of {index.site}. Choose another folder."
            )
        return {url: each for url, each in index.pages.items() if is_fragment_name(each.file)}

    def _path(self, name: str) -> Path:
        return self._folder / name

    def _write(self, name: str, data: bytes) -> bool:
        """Whether it was not there already; a reader sees the file before or after, never a part."""
        path = self._path(name)
        if path.is_file() and path.read_bytes() == data:
            return False
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix=".new-", delete=False) as out:
            new = Path(out.name)
            try:
                out.write(data)
                out.close()
                # As the umask of who runs it says: a temporary file is for its owner alone.
                new.chmod(0o644)
                new.replace(path)
            except BaseException:
                new.unlink(missing_ok=True)
                raise
        return True
