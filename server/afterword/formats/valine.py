"""Valine's comments as LeanCloud exports them: an array, an object with `results`, or a line each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from afterword.core.model import Status
from afterword.formats.json_names import names
from afterword.formats.json_stream import Item, documents, members
from afterword.formats.loose_fields import Fields, fields_of
from afterword.formats.lost_parents import LostParents
from afterword.formats.named_page import named_page
from afterword.formats.opening import Opened
from afterword.formats.record import Body, CommentRecord, Html, Markdown, Passed, Record
from afterword.formats.widget_html import in_words

_FIRST_LINE = re.compile(rb'#filetype:JSON-streaming[^\n]*"class" ?: ?"Comment"[^\n]*\n')
_RESULTS = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"results"')
_FIELDS = {"objectId", "comment", "url"}


def recognise(head: bytes) -> bool:
    """Whether a file that begins so is one."""
    first = _FIRST_LINE.match(head)
    found = names(head[first.end() :] if first else head)
    return found >= _FIELDS and not found & {"tables", "_id"}


def read(opened: Opened) -> Iterator[Record]:
    """Its comments, each page before its first. Raises `MalformedFile` with the place."""
    comments = Comments(html=True)
    for item in _items(opened):
        yield from comments.take(item)
    yield from comments.lost.places()


def _items(opened: Opened) -> Iterator[Item]:
    first = _FIRST_LINE.match(opened.head)
    if first:
        opened.read(first.end())
        yield from documents(opened, line=2)
    elif _RESULTS.match(opened.head):
        yield from (item for item in members(opened) if item.name == "results")
    else:
        yield from documents(opened)


class Comments:
    """Comments as Valine and Waline keep them, made into records one by one."""

    def __init__(self, *, html: bool) -> None:
        self._html = html
        self._known: set[str] = set()
        self.lost = LostParents()

    def take(self, item: Item) -> Iterator[Record]:
        """The comment, before it its page where that is new; or why it cannot be taken."""
        fields = fields_of(item)
        if isinstance(fields, Passed):
            yield fields
            return
        page = fields.text("url")
        if not page:
            yield Passed(f"line {item.line}", "A comment without a page.")
            return
        if page not in self._known:
            self._known.add(page)
            yield named_page(page)
        yield self.lost.hear(self._comment(fields, page), fields.id("rid"))

    def _comment(self, fields: Fields, page: str) -> CommentRecord:
        return CommentRecord(
            ref=fields.id("objectId") or fields.made_up_id("url", "insertedAt", "nick", "comment"),
            page=page,
            parent=fields.id("pid") or None,
            status=_status(fields),
            name=fields.text("nick"),
            email=fields.text("mail") or None,
            website=fields.text("link") or None,
            body=self._body(fields.text("comment")),
            created_at=fields.time("insertedAt", "createdAt"),
            up=fields.count("like"),
            pinned=fields.is_so("sticky"),
        )

    def _body(self, text: str) -> Body:
        text = in_words(text)
        return Html(text) if self._html else Markdown(text, html=True)


def _status(fields: Fields) -> Status:
    if fields.is_so("isSpam") or fields.text("status") == "spam":
        return Status.SPAM
    return Status.PENDING if fields.text("status") == "waiting" else Status.APPROVED
