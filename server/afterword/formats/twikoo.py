"""Comments as Twikoo exports them, and as its databases do: an array, or a line each."""

from __future__ import annotations

from collections.abc import Iterator

from afterword.core.model import Status
from afterword.formats.json_names import names
from afterword.formats.json_stream import documents
from afterword.formats.loose_fields import Fields, fields_of
from afterword.formats.lost_parents import LostParents
from afterword.formats.named_page import named_page
from afterword.formats.opening import Opened
from afterword.formats.record import CommentRecord, Html, Passed, Record
from afterword.formats.widget_html import in_words


def recognise(head: bytes) -> bool:
    """Whether a file that begins so is one."""
    return {"_id", "comment", "url", "created"} <= names(head)


def read(opened: Opened) -> Iterator[Record]:
    """Its comments, each page before its first. Raises `MalformedFile` with the place."""
    known: set[str] = set()
    lost = LostParents()
    for item in documents(opened):
        fields = fields_of(item)
        if isinstance(fields, Passed):
            yield fields
            continue
        page = fields.text("url", "href")
        if not page:
            yield Passed(f"line {item.line}", "A comment without a page.")
            continue
        if page not in known:
            known.add(page)
            yield named_page(page, stood_at=fields.text("href"))
        yield lost.hear(_comment(fields, page), fields.id("rid"))
    yield from lost.places()


def _comment(fields: Fields, page: str) -> CommentRecord:
    email = fields.text("mail")
    return CommentRecord(
        ref=fields.id("_id") or fields.made_up_id("url", "created", "nick", "comment"),
        page=page,
        parent=fields.id("pid") or None,
        status=Status.SPAM if fields.is_so("isSpam") else Status.APPROVED,
        name=fields.text("nick"),
        email=email or None,
        website=fields.text("link") or None,
        body=Html(in_words(fields.text("comment"))),
        created_at=fields.time("created"),
        # `ups` since votes can be against a comment too.
        up=max(fields.count("ups"), fields.count("like")),
        down=fields.count("downs"),
        pinned=fields.is_so("top"),
        staff=email if fields.is_so("master") else None,
    )
