"""A short way from written bytes to records."""

from __future__ import annotations

from io import BytesIO

from afterword.formats.formats import format_of
from afterword.formats.opening import Opened
from afterword.formats.record import CommentRecord, PageRecord, Passed, Record


def read(written: bytes, name: str) -> list[Record]:
    """Its records, by the format of this name."""
    raw = BytesIO(written)
    opened = Opened(raw, raw, len(written))
    return list(format_of(opened, name).read(opened))


def pages(records: list[Record]) -> list[PageRecord]:
    return [each for each in records if isinstance(each, PageRecord)]


def comments(records: list[Record]) -> list[CommentRecord]:
    return [each for each in records if isinstance(each, CommentRecord)]


def passed(records: list[Record]) -> list[Passed]:
    return [each for each in records if isinstance(each, Passed)]
