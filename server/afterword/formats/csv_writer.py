"""Comments as CSV for spreadsheets: a row each, in UTF-8 with the mark by which spreadsheets know it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from afterword.formats.csv_columns import OURS
from afterword.formats.iso_time import written
from afterword.formats.record import CommentRecord, Own, PageRecord
from afterword.formats.writing import Leaving, Writer

FORMULAS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
"""A cell that begins so may be a formula to a spreadsheet, also in their wide forms."""


class Rows(Writer):
    """Writes them; pages without comments are not in it."""

    def __init__(self, leaving: Leaving) -> None:
        super().__init__(leaving)
        self._page_record: PageRecord | None = None

    def start(self) -> bytes:
        """The header."""
        return b"\xef\xbb\xbf" + _row(OURS)

    def _page(self, page: PageRecord) -> bytes:
        self._page_record = page
        return b""

    def _comment(self, comment: CommentRecord) -> bytes:
        page, body = self._page_record, comment.body
        assert page is not None, "a page comes before its comments"
        assert isinstance(body, Own), "our own comments have a tree"
        cells = {
            "page": page.url,
            "title": page.title,
            "id": comment.ref,
            "parent": comment.parent,
            "status": comment.status.value,
            "name": comment.name,
            "email": comment.email,
            "website": comment.website,
            "staff": None if comment.staff is None else comment.staff or "yes",
            "date": written(comment.created_at),
            "edited": written(comment.edited_at),
            "up": str(comment.up),
            "down": str(comment.down),
            "pinned": "yes" if comment.pinned else None,
            "markdown": body.source,
        }
        return _row(cells[name] for name in OURS)


def _row(cells: Iterable[str | None]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([_safe(cell or "") for cell in cells])
    return out.getvalue().encode("utf-8", "replace")


def _safe(cell: str) -> str:
    """With an apostrophe before what could be a formula, or is one, so that it can be taken off again."""
    return f"'{cell}" if cell.startswith((*FORMULAS, "'")) else cell
