"""What Isso calls its generic format: threads in JSON, which people make to move to Isso."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from afterword.core.model import Status
from afterword.formats.iso_time import milliseconds
from afterword.formats.json_names import names
from afterword.formats.json_stream import Item, documents, typed
from afterword.formats.named_page import named_page
from afterword.formats.opening import Opened
from afterword.formats.record import CommentRecord, Markdown, Passed, Record


class Thread(msgspec.Struct):
    """A page with its comments."""

    id: str
    title: str | None = None
    comments: list[Any] = []


class Comment(msgspec.Struct):
    """A comment; its number is its place in the thread, and may stand in others too."""

    id: int | str
    text: str | None = None
    author: str | None = None
    email: str | None = None
    website: str | None = None
    created: str | None = None


def recognise(head: bytes) -> bool:
    """Whether a file that begins so is one."""
    return names(head).issuperset(("id", "comments", "remote_addr", "text", "created"))


def read(opened: Opened) -> Iterator[Record]:
    """Each thread, with its comments. Raises `MalformedFile` with the place."""
    for item in documents(opened):
        thread = typed(item, Thread)
        if isinstance(thread, Passed):
            yield thread
        else:
            yield from _thread(thread, item)


def _thread(thread: Thread, item: Item) -> Iterator[Record]:
    if not thread.id.strip():
        yield Passed(f"line {item.line}", "A thread without an address.")
        return
    yield named_page(thread.id.strip(), ref=thread.id, title=thread.title or "")
    numbers: Counter[str] = Counter()
    for value in thread.comments:
        comment = typed(Item(value, item.line), Comment)
        if isinstance(comment, Passed):
            yield comment
            continue
        number = str(comment.id)
        numbers[number] += 1
        again = f"-{numbers[number]}" if numbers[number] > 1 else ""
        yield _comment(comment, thread.id, f"{thread.id}#{number}{again}")


def _comment(comment: Comment, page: str, ref: str) -> CommentRecord:
    return CommentRecord(
        ref=ref,
        page=page,
        parent=None,
        status=Status.APPROVED,
        name=comment.author or "",
        body=Markdown(comment.text or "", html=True),
        created_at=milliseconds(comment.created),
        email=comment.email or None,
        website=comment.website or None,
    )
