"""Every kind of file that is exported, a line each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from afterword.formats import csv_writer, native, wordpress_writer
from afterword.formats.writing import Leaving, Writer


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file."""

    name: str
    """For `--format`."""
    title: str
    suffix: str
    media_type: str
    writer: Callable[[Leaving], Writer]


KINDS = (
    Kind("jsonl", "JSON Lines, with everything", ".jsonl", "application/jsonl", native.Lines),
    Kind("wxr", "WXR, as WordPress exports", ".xml", "application/rss+xml", wordpress_writer.Items),
    Kind("csv", "CSV, for spreadsheets", ".csv", "text/csv; charset=utf-8", csv_writer.Rows),
)
BY_NAME = {kind.name: kind for kind in KINDS}
