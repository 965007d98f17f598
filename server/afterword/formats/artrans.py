"""Artrans, the JSON that Artalk exports and that its tools make of other systems' comments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from afterword.core.model import Status
from afterword.formats.json_names import names
from afterword.formats.json_stream import Item, documents
from afterword.formats.loose_fields import Fields, fields_of
from afterword.formats.named_page import named_page
from afterword.formats.opening import Opened
from afterword.formats.record import CommentRecord, Markdown, Passed, Record
from afterword.formats.widget_html import in_words


def recognise(head: bytes) -> bool:
    """Whether a file that begins so is one."""
    return {"page_key", "content", "nick"} <= names(head)


def read(opened: Opened) -> Iterator[Record]:
    """Its comments, each page before its first. Raises `MalformedFile` with the place."""
    known: set[str] = set()
    for item in documents(opened):
        fields = fields_of(item)
        if isinstance(fields, Passed):
            yield fields
            continue
        comment = _comment(fields, item)
        if isinstance(comment, CommentRecord) and comment.page not in known:
            known.add(comment.page)
            yield _page(fields, comment.page)
        yield comment


def _page(fields: Fields, ref: str) -> Record:
    page = named_page(
        fields.text("page_key"),
        ref=ref,
        base=fields.text("site_urls"),
        title=fields.text("page_title"),
    )
    return replace(page, closed=fields.is_so("page_admin_only"))


def _comment(fields: Fields, item: Item) -> CommentRecord | Passed:
    key, email = fields.text("page_key"), fields.text("email")
    if not key:
        return Passed(f"line {item.line}", "A comment without a page.")
    # Two sites of one file may each have a page of this name.
    return CommentRecord(
        ref=fields.id("id") or fields.made_up_id("page_key", "created_at", "nick", "content"),
        page=f"{fields.text('site_name')}\n{key}",
        parent=fields.id("rid") or None,
        status=Status.PENDING if fields.is_so("is_pending") else Status.APPROVED,
        name=fields.text("nick"),
        email=email or None,
        website=fields.text("link") or None,
        body=Markdown(in_words(fields.text("content")), html=True),
        created_at=fields.time("created_at", "date"),
        up=fields.count("vote_up"),
        down=fields.count("vote_down"),
        pinned=fields.is_so("is_pinned"),
        staff=email if fields.text("badge_name") else None,
    )
