"""Cusdis' database on SQLite: pages of all its projects, and their comments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from afterword.core.model import Status
from afterword.formats.iso_time import milliseconds
from afterword.formats.named_page import named_page
from afterword.formats.opening import Opened
from afterword.formats.record import CommentRecord, Markdown, Passed, Record
from afterword.formats.sqlite_file import Row, Table, Value, mentions, number, open_tables, text

PROJECTS = Table("projects", frozenset(("id",)), "SELECT * FROM projects NOT INDEXED")
PAGES = Table(
    "pages", frozenset(("id", "slug", "url", "projectId")), "SELECT * FROM pages NOT INDEXED"
)
COMMENTS = Table(
    "comments",
    frozenset(("id", "pageId", "created_at", "by_nickname", "content", "approved", "parentId")),
    "SELECT * FROM comments NOT INDEXED",
)
TABLES = (PROJECTS, PAGES, COMMENTS)
_WORDS = (b"projects", b"pages", b"comments", b"projectId", b"by_nickname")


def recognise(head: bytes) -> bool:
    """Whether a file that begins so is one."""
    return mentions(head, _WORDS)


def read(opened: Opened) -> Iterator[Record]:
    """Pages, then comments. Raises `MalformedFile`."""
    with open_tables(opened, *TABLES) as database:
        deleted = {
            text(row["id"]) for row in database.rows(PROJECTS) if row.get("deleted_at") is not None
        }
        for row in database.rows(PAGES):
            yield _page(row, deleted)
        for row in database.rows(COMMENTS):
            yield _comment(row)


def _page(row: Row, deleted: set[str]) -> Record:
    name, url = text(row["slug"]).strip(), text(row["url"]).strip()
    if not (name or url):
        return Passed(f"page {text(row['id'])}", "A page without an address.")
    if text(row["projectId"]) in deleted:
        return Passed(url or name, "A page of a project that was deleted.")
    page = named_page(name or url, ref=text(row["id"]), title=text(row.get("title")))
    return replace(page, url=url or page.url, created_at=_time(row.get("created_at")))


def _comment(row: Row) -> CommentRecord:
    email = text(row.get("by_email")) or None
    return CommentRecord(
        ref=text(row["id"]),
        page=text(row["pageId"]),
        parent=text(row["parentId"]) or None,
        status=_status(row),
        name=text(row["by_nickname"]),
        body=Markdown(text(row["content"])),
        created_at=_time(row["created_at"]),
        email=email,
        staff=None if row.get("moderatorId") is None else email or "",
    )


def _status(row: Row) -> Status:
    if row.get("deletedAt") is not None:
        return Status.REMOVED
    return Status.APPROVED if number(row["approved"]) else Status.PENDING


def _time(value: Value) -> int | None:
    """Prisma keeps milliseconds, or text; its defaults are text."""
    at = number(value)
    return milliseconds(text(value)) if at is None else int(at)
