"""Isso's database: threads and comments.

Its Markdown was for years shown with the HTML in it, which comments that Isso itself imported consist of.
Names and websites are kept there as HTML has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from afterword.core.model import Status
from afterword.formats.named_page import named_page
from afterword.formats.opening import Opened
from afterword.formats.record import CommentRecord, Markdown, Passed, Record
from afterword.formats.sqlite_file import (
    Row,
    Table,
    Value,
    count,
    mentions,
    number,
    open_tables,
    text,
)

THREADS = Table("threads", frozenset(("id", "uri")), "SELECT * FROM threads NOT INDEXED")
COMMENTS = Table(
    "comments",
    frozenset(("id", "tid", "parent", "created", "mode", "text", "author")),
    "SELECT * FROM comments NOT INDEXED",
)
TABLES = (THREADS, COMMENTS)
_WORDS = (b"threads", b"comments", b"remote_addr", b"voters")
_STATUS = {1: Status.APPROVED, 2: Status.PENDING, 4: Status.REMOVED}
_ESCAPED = re.compile(r"&(?:amp|lt|gt|quot|#x27|#39);")


def recognise(head: bytes) -> bool:
    """Whether a file that begins so is one."""
    return mentions(head, _WORDS)


def read(opened: Opened) -> Iterator[Record]:
    """Threads as pages, then comments. Raises `MalformedFile`."""
    with open_tables(opened, *TABLES) as database:
        for row in database.rows(THREADS):
            yield _page(row)
        for row in database.rows(COMMENTS):
            yield _comment(row)


def unescaped(value: str) -> str:
    """The text as it was typed: Isso escaped it before it was kept."""
    return _ESCAPED.sub(lambda found: unescape(found[0]), value)


def _page(row: Row) -> Record:
    name, ref = text(row["uri"]).strip(), text(row["id"])
    if not name:
        return Passed(f"thread {ref}", "A thread without an address.")
    return named_page(name, ref=ref, title=text(row.get("title")))


def _comment(row: Row) -> CommentRecord:
    return CommentRecord(
        ref=text(row["id"]),
        page=text(row["tid"]),
        parent=text(row["parent"]) or None,
        status=_STATUS.get(count(row["mode"]), Status.PENDING),
        name=unescaped(text(row["author"])),
        body=Markdown(text(row["text"]), html=True),
        created_at=_time(row["created"]),
        email=unescaped(text(row.get("email"))) or None,
        website=unescaped(text(row.get("website"))) or None,
        edited_at=_time(row.get("modified")),
        up=count(row.get("likes")),
        down=count(row.get("dislikes")),
    )


def _time(value: Value) -> int | None:
    """Isso counts seconds."""
    seconds = number(value)
    return None if seconds is None else round(seconds * 1000)
