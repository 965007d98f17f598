"""Our own export: a line of JSON for the site, one for each page followed by those of its comments, and one
that says that this was all.

Nothing in it depends on the database, its ids or the time of exporting: what is exported, imported and
exported again is the same bytes. docs/importing.md describes it; `SCHEMA` is kept in docs/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from afterword.core.model import Status
from afterword.core.tree import is_valid
from afterword.formats.opening import MalformedFile, Opened
from afterword.formats.record import (
    CommentRecord,
    EditRecord,
    Markdown,
    Own,
    PageRecord,
    Passed,
    Record,
)
from afterword.formats.writing import Writer

NAME = "afterword"
VERSION = 1
MAX_LINE = 8 * 1024 * 1024
"""Bytes of a line: a comment with every earlier text."""
_BYTE = re.compile(r"\s*\(byte (\d+)\)")


class Start(msgspec.Struct, frozen=True):
    """The first line: which version of this format it is, and whose comments they are."""

    afterword_export: int
    site: str
    origins: list[str]
    private: bool
    """Whether email addresses and earlier texts are in it."""


class PageLine(
    msgspec.Struct, frozen=True, tag_field="type", tag="page", omit_defaults=True, kw_only=True
):
    """A page; the comments after it are on it."""

    ref: str
    url: str
    title: str
    keys: list[str] = []
    """What leads to it, in the order of their bytes."""
    created_at: int
    """Milliseconds since 1970-01-01 UTC, as all times."""
    closed: bool = False
    opened_at: int | None = None
    slow: int = 0
    note: str = ""
    reactions: dict[str, int] = {}


class EditLine(msgspec.Struct, frozen=True):
    """An earlier text, and when it was replaced."""

    source: str
    edited_at: int


class CommentLine(
    msgspec.Struct, frozen=True, tag_field="type", tag="comment", omit_defaults=True, kw_only=True
):
    """A comment; of a removed one there is only its place."""

    ref: str
    """Its origin key: the same thing never enters a site twice."""
    page: str
    parent: str | None = None
    status: Status
    name: str = ""
    verified: bool = False
    role: str | None = None
    avatar: str | None = None
    website: str | None = None
    created_at: int
    edited_at: int | None = None
    source: str = ""
    """Markdown as written."""
    tree: list[Any] = []
    """What it became: see the description of the API."""
    up: int = 0
    down: int = 0
    pinned: bool = False
    email: str | None = None
    staff: str | None = None
    """The address of the member who wrote it; empty where addresses are left out."""
    edits: list[EditLine] = []


class EndLine(msgspec.Struct, frozen=True, tag_field="type", tag="end"):
    """The last line; a file without it was cut off."""

    pages: int
    comments: int


_start = msgspec.json.Decoder(Start)
_line = msgspec.json.Decoder(PageLine | CommentLine | EndLine)
_encoder = msgspec.json.Encoder()


def schema() -> dict[str, Any]:
    """JSON Schema of every line."""
    lines, parts = msgspec.json.schema_components(
        [Start, PageLine, CommentLine, EndLine], ref_template="#/$defs/{name}"
    )
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, "anyOf": list(lines), "$defs": parts}


def recognise(head: bytes) -> bool:
    """Whether a file that begins so is one."""
    return head.startswith(b'{"afterword_export":')


def read(opened: Opened) -> Iterator[Record]:
    """Its pages and comments. Raises `MalformedFile` with the place."""
    lines = enumerate(opened.lines(MAX_LINE), start=1)
    first = next(lines, (1, b""))[1]
    start = _decoded(_start, first, 1)
    if start.afterword_export != VERSION:
        version = start.afterword_export
        raise MalformedFile(f"Its version is {version}, and this program reads {VERSION}.", 1, 1)
    yield from _records(lines)


def _records(lines: Iterator[tuple[int, bytes]]) -> Iterator[Record]:
    pages = comments = 0
    number, end = 1, None
    for number, text in lines:
        if not text.strip():
            raise MalformedFile("It is empty.", number, 1)
        line = _decoded(_line, text, number)
        if end is not None:
            raise MalformedFile("Something follows the line that says the end.", number, 1)
        if isinstance(line, EndLine):
            end = line
            continue
        pages, comments = (
            pages + isinstance(line, PageLine),
            comments + isinstance(line, CommentLine),
        )
        yield _record(line, number)
    if end is None:
        raise MalformedFile("It was cut off: the line that says the end is missing.", number + 1, 1)
    if (end.pages, end.comments) != (pages, comments):
        was = f"{end.pages:,} pages and {end.comments:,} comments"
        reason = f"It had {was}, of which {pages:,} and {comments:,} are left."
        raise MalformedFile(reason, number, 1)


class Lines(Writer):
    """Writes them."""

    def start(self) -> bytes:
        """The first line."""
        leaving = self.leaving
        return start_line(leaving.site, leaving.origins, private=leaving.private)

    def end(self) -> bytes:
        """The last line."""
        return end_line(self.pages, self.comments)

    def _page(self, page: PageRecord) -> bytes:
        return line_of(page)

    def _comment(self, comment: CommentRecord) -> bytes:
        return line_of(comment)


def line_of(record: Record) -> bytes:
    """One page or comment as its line."""
    if isinstance(record, PageRecord):
        return _encoder.encode(_page_line(record)) + b"\n"
    assert isinstance(record, CommentRecord), "nothing of ours is passed over"
    return _encoder.encode(_comment_line(record)) + b"\n"


def start_line(site: str, origins: Sequence[str], *, private: bool) -> bytes:
    """The first line of an export."""
    return _encoder.encode(Start(VERSION, site, list(origins), private)) + b"\n"


def end_line(pages: int, comments: int) -> bytes:
    """The last line of an export."""
    return _encoder.encode(EndLine(pages, comments)) + b"\n"


def _decoded(decoder: msgspec.json.Decoder[Any], line: bytes, number: int) -> Any:
    try:
        return decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        found = _BYTE.search(str(error))
        ended = len(line) if "truncated" in str(error) else 0
        column = (int(found[1]) if found else ended) + 1
        reason = _BYTE.sub("", str(error)).rstrip(".")
        raise MalformedFile(f"This is no line of an export: {reason}.", number, column) from error


def _page_line(page: PageRecord) -> PageLine:
    return PageLine(
        ref=page.ref,
        url=page.url,
        title=page.title,
        keys=list(page.keys),
        created_at=page.created_at or 0,
        closed=page.closed,
        opened_at=page.opened_at,
        slow=page.slow,
        note=page.note,
        reactions=dict(sorted(page.reactions.items())),
    )


def _comment_line(comment: CommentRecord) -> CommentLine:
    assert isinstance(comment.body, Own), "our own comments have a tree"
    return CommentLine(
        ref=comment.ref,
        page=comment.page,
        parent=comment.parent,
        status=comment.status,
        name=comment.name,
        verified=comment.verified,
        role=comment.role,
        avatar=comment.avatar,
        website=comment.website,
        created_at=comment.created_at or 0,
        edited_at=comment.edited_at,
        source=comment.body.source,
        tree=comment.body.tree,
        up=comment.up,
        down=comment.down,
        pinned=comment.pinned,
        email=comment.email,
        staff=comment.staff,
        edits=[EditLine(each.source, each.edited_at) for each in comment.edits],
    )


def _record(line: PageLine | CommentLine, number: int) -> Record:
    if isinstance(line, PageLine):
        return PageRecord(
            ref=line.ref,
            url=line.url,
            title=line.title,
            closed=line.closed,
            note=line.note,
            created_at=line.created_at,
            keys=tuple(line.keys),
            slow=line.slow,
            opened_at=line.opened_at,
            reactions=line.reactions,
        )
    if not line.ref:
        return Passed(f"line {number}", "A comment without a name of its own.")
    return _comment(line)


def _comment(line: CommentLine) -> CommentRecord:
    tree = line.tree
    return CommentRecord(
        ref=line.ref,
        page=line.page,
        parent=line.parent,
        status=line.status,
        name=line.name,
        # A tree that we would never make is made anew.
        body=Own(line.source, tree) if is_valid(tree) else Markdown(line.source),
        created_at=line.created_at,
        email=line.email,
        website=line.website,
        edited_at=line.edited_at,
        up=line.up,
        down=line.down,
        pinned=line.pinned,
        edits=tuple(EditRecord(each.source, each.edited_at) for each in line.edits),
        staff=line.staff,
        origin_key=line.ref,
        verified=line.verified,
        role=line.role,
        avatar=line.avatar,
    )
