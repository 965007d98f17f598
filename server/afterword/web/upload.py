"""A form with a file, as browsers send it: its fields first, then the file, straight to the disk.

What stands before the file decides whether it is taken at all; nothing of it is kept in memory.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from afterword.core import errors
from afterword.services.importing.manage_imports import Upload
from afterword.web.input import MOST_FIELDS, Fields
from afterword.web.state import context, web

if TYPE_CHECKING:
    from starlette.requests import Request


FILE = "file"
"""The field with the file."""


async def read_upload(
    request: Request, folder: Path, limit: int, allow: Callable[[Fields], Awaitable[None]]
) -> tuple[Fields, Upload]:
    """The fields, and the file in that folder, which the caller deletes where it is of no use.

    `allow` is asked before the first byte of the file is kept. Raises Unsupported, Malformed, TooLarge
    beyond `limit` bytes, and TooSlow where nothing came for a while.
    """
    form = _Form(_boundary(request), web(request).settings.body_limit)
    with _file(folder) as (path, out):
        size, is_allowed = 0, False
        async for chunk in _chunks(request):
            pieces = form.feed(chunk)
            if form.has_file and not is_allowed:
                await allow(form.fields())
                is_allowed = True
            for piece in pieces:
                size += len(piece)
                if size > limit:
                    raise errors.TooLarge(_too_large(limit))
            if pieces:
                await context(request).in_thread(out.writelines, pieces)
        form.finish()
        if not form.has_file:
            raise errors.Malformed("The form has no file.")
    return form.fields(), Upload(path, form.file_name, size)


def _too_large(limit: int) -> str:
    return (
        f"The file may have {limit:,} bytes at most. `afterword import` on the server takes any,"
        " or raise AFTERWORD_IMPORT_MAX."
    )


async def _chunks(request: Request) -> AsyncIterator[bytes]:
    """What comes; a connection over which nothing comes is given up."""
    seconds = web(request).settings.body_timeout
    stream = request.stream()
    try:
        while True:
            async with asyncio.timeout(seconds):
                chunk = await anext(stream, None)
            if chunk is None:
                return
            yield chunk
    except TimeoutError:
        raise errors.TooSlow(f"Nothing came for {seconds} seconds.") from None


@contextmanager
def _file(folder: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """A file of a random name, for its owner alone; it stays if all goes well."""
    with tempfile.NamedTemporaryFile(dir=folder, prefix="", delete=False) as out:
        path = Path(out.name)
        try:
            yield path, out
        except BaseException:
            path.unlink()
            raise


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary: bytes = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not boundary:
        raise errors.Unsupported("Send the form as multipart/form-data.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise errors.Unsupported("Send the body as it is, not compressed.")
    return boundary


class _Form:
    """Takes such a form apart while it comes."""

    def __init__(self, boundary: bytes, limit: int) -> None:
        self._limit = limit
        self._kept = 0
        self._names: list[tuple[str, bytearray]] = []
        self._pieces: list[bytes] = []
        self._header = b""
        self._value = b""
        self._disposition = b""
        self._in_file = False
        self._is_whole = False
        self.has_file = False
        self.file_name = ""
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._take_header,
                "on_header_value": self._take_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._end_headers,
                "on_part_data": self._take,
                "on_end": self._end,
            },
        )

    def feed(self, chunk: bytes) -> list[bytes]:
        """What of it is the file's."""
        self._pieces = []
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise errors.Malformed("The form cannot be read.") from error
        return self._pieces

    def finish(self) -> None:
        """Raises Malformed where the form was cut off."""
        if not self._is_whole:
            raise errors.Malformed("The form was cut off on its way. Send it again.")

    def fields(self) -> Fields:
        """Those that came."""
        values: dict[str, list[str]] = {}
        for name, value in self._names:
            try:
                text = value.decode("utf-8").replace("\r\n", "\n")
            except UnicodeDecodeError:
                raise errors.Malformed("Fields must be UTF-8.") from None
            if "\0" in text:
                raise errors.Malformed("A field holds a NUL.")
            values.setdefault(name, []).append(text)
        return Fields(values)

    def _begin(self) -> None:
        self._disposition = self._header = self._value = b""

    def _take_header(self, data: bytes, start: int, end: int) -> None:
        self._count(end - start)
        self._header += data[start:end]

    def _take_value(self, data: bytes, start: int, end: int) -> None:
        self._count(end - start)
        self._value += data[start:end]

    def _end_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header = self._value = b""

    def _end_headers(self) -> None:
        _, options = parse_options_header(self._disposition)
        name = options.get(b"name", b"").decode("utf-8", "replace")
        self._in_file = name == FILE and b"filename" in options
        if self._in_file:
            if self.has_file:
                raise errors.Malformed("One file at a time.")
            self.has_file = True
            self.file_name = options[b"filename"].decode("utf-8", "replace").replace("\0", "")
        else:
            if len(self._names) >= MOST_FIELDS:
                raise errors.Malformed(f"The form has more than {MOST_FIELDS:,} fields.")
            self._names.append((name, bytearray()))

    def _take(self, data: bytes, start: int, end: int) -> None:
        if self._in_file:
            self._pieces.append(data[start:end])
            return
        self._count(end - start)
        self._names[-1][1].extend(data[start:end])

    def _end(self) -> None:
        self._is_whole = True

    def _count(self, size: int) -> None:
        self._kept += size
        if self._kept > self._limit:
            raise errors.TooLarge(f"The fields may have {self._limit:,} bytes at most.")
