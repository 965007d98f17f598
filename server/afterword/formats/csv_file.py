"""CSV with a header (RFC 4180), as spreadsheets and databases write it: a comment a row."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from hashlib import sha256

from afterword.core.model import Status
from afterword.formats.csv_columns import Columns, columns_of
from afterword.formats.iso_time import milliseconds
from afterword.formats.opening import MalformedFile, Opened
from afterword.formats.record import (
    Body,
    CommentRecord,
    Html,
    Markdown,
    PageRecord,
    Passed,
    Plain,
    Record,
)

MAX_CELL = 1024 * 1024
"""Characters of a cell."""
MAX_ROW = 8 * 1024 * 1024
"""Bytes of a row."""
_NO = ("", "0", "false", "f", "no", "n", "null", "none")
_YES = ("1", "true", "t", "yes", "y")
_STATUS = {
    **dict.fromkeys(("approved", "published", "public", "live", "visible", *_YES), Status.APPROVED),
    "spam": Status.SPAM,
    **dict.fromkeys(("removed", "deleted", "trash", "trashed"), Status.REMOVED),
}


def recognise(head: bytes) -> bool:
    """Whether a file that begins so is one."""
    line = head.partition(b"\n")[0]
    return len(line) < len(head) and columns_of(line.decode("utf-8-sig", "replace"), {}).is_enough


def read(opened: Opened, said: Mapping[str, str] | None = None) -> Iterator[Record]:
    """Comments, and pages as they come up; `said` gives fields by columns. Raises `MalformedFile`."""
    csv.field_size_limit(MAX_CELL)
    lines = _Lines(opened)
    columns = _columns(lines, said or {})
    for name in columns.untaken:
        yield Passed("line 1", f"The column {name[:50]!r}: nothing is known of it.")
    seen: set[int] = set()
    for line, cells in _rows(lines, columns):
        if len(cells) != len(columns.names):
            reason = f"A row of {len(cells)} cells, where the header has {len(columns.names)}."
            yield Passed(f"line {line}", reason)
            continue
        row = _Row(columns, cells)
        if not row["page"]:
            yield Passed(f"line {line}", "A row without a page.")
            continue
        if hash(row["page"]) not in seen:
            seen.add(hash(row["page"]))
            yield PageRecord(row["page"], row["page"], row["title"])
        yield _comment(row, columns)


def _columns(lines: _Lines, said: Mapping[str, str]) -> Columns:
    columns = columns_of(next(lines, ""), said)
    plain = {name.strip().lower() for name in columns.names}
    for name in said:
        if name.strip().lower() not in plain:
            raise MalformedFile(f"It has no column {name!r}, but {_listed(columns)}.", 1, 1)
    if not columns.is_enough:
        raise MalformedFile(
            "The first line has to name a column of pages and one of what comments say, and names "
            f"{_listed(columns)}. Say which they are: --csv-map 'Column=page'.",
            1,
            1,
        )
    return columns


def _listed(columns: Columns) -> str:
    return ", ".join(repr(name[:50]) for name in columns.names[:50]) or "none"


class _Lines:
    """The lines of the file as text, counted."""

    def __init__(self, opened: Opened) -> None:
        self._lines = opened.lines(MAX_ROW)
        self.number = 0
        self._size = 0

    def begin_row(self) -> None:
        self._size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number += 1
        self._size += len(line)
        if self._size > MAX_ROW:
            raise MalformedFile(f"A row is longer than {MAX_ROW:,} bytes.", self.number, 1)
        try:
            text = line.decode("utf-8-sig" if self.number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            reason = "This is no text in UTF-8: save it as CSV in UTF-8."
            raise MalformedFile(reason, self.number, error.start + 1) from error
        return f"{text}\n"


def _rows(lines: _Lines, columns: Columns) -> Iterator[tuple[int, list[str]]]:
    rows = csv.reader(lines, delimiter=columns.delimiter, strict=True)
    while True:
        lines.begin_row()
        number = lines.number + 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            raise MalformedFile(f"This is no CSV: {error}.", lines.number, 1) from error
        if any(cells):
            yield number, cells


class _Row:
    """The cells of a row by their fields; what is not there is empty."""

    def __init__(self, columns: Columns, cells: list[str]) -> None:
        self._columns = columns
        self._cells = cells

    def __getitem__(self, field: str) -> str:
        cell = self.written(field)
        return cell.strip()

    def written(self, field: str) -> str:
        """With the white space around it."""
        place = self._columns.places.get(field)
        cell = "" if place is None else self._cells[place]
        return cell.removeprefix("'") if self._columns.ours else cell


def _comment(row: _Row, columns: Columns) -> CommentRecord:
    ref = row["id"] or _made_up_id(row, columns)
    page = row["page"]
    up, down = _number(row["up"]), _number(row["down"])
    staff = row["staff"]
    return CommentRecord(
        ref=ref,
        page=page,
        parent=row["parent"] if row["parent"].lower() not in _NO else None,
        status=_status(row, columns),
        name=row["name"],
        body=_body(row, columns),
        created_at=_time(row["date"]),
        email=row["email"] or None,
        website=row["website"] or None,
        edited_at=_time(row["edited"]),
        up=max(up, 0),
        down=max(down, 0) or max(-up, 0),
        pinned=row["pinned"].lower() in _YES,
        staff=_staff(staff),
        # Ids are those of one table, and several may come to a site.
        origin_key=ref if columns.ours else f"csv:{ref}@{_digest(page)[:12]}",
    )


def _staff(cell: str) -> str | None:
    if cell.lower() in _NO:
        return None
    return "" if cell.lower() in _YES else cell


def _status(row: _Row, columns: Columns) -> Status:
    """Published where the file does not speak of it, and where it says so."""
    if "status" not in columns.places:
        return Status.APPROVED
    return _STATUS.get(row["status"].lower(), Status.PENDING)


def _body(row: _Row, columns: Columns) -> Body:
    kind = row["format"].lower() or columns.text
    text = row.written(columns.text or "")
    if kind in ("markdown", "md"):
        return Markdown(text)
    return Html(text) if kind == "html" else Plain(text)


def _made_up_id(row: _Row, columns: Columns) -> str:
    """The same in each file for a comment that has no number."""
    said = [row[field] for field in ("page", "parent", "name", "date", columns.text or "")]
    return f"unnumbered-{_digest(repr(said))[:20]}"


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()


def _number(cell: str) -> int:
    try:
        return int(float(cell))
    except (ValueError, OverflowError):
        return 0


def _time(cell: str) -> int | None:
    """Dates of ISO 8601, or seconds or milliseconds since 1970; of others nobody knows day from month."""
    if len(cell) < 20 and cell.replace(".", "", 1).isdecimal():
        number = _number(cell)
        return number * 1000 if number < 100_000_000_000 else number
    return milliseconds(cell.removesuffix(" UTC"))
