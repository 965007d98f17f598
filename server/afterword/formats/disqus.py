"""What Disqus exports: XML of threads and posts."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from afterword.core.model import Status
from afterword.formats.iso_time import milliseconds
from afterword.formats.opening import Opened
from afterword.formats.record import CommentRecord, Html, PageRecord, Passed, Record
from afterword.formats.xml_stream import Element, Shape, elements

_THREAD, _POST = "disqus/thread", "disqus/post"
_PAGE_PARTS = ("id", "link", "title", "createdAt", "isClosed", "isDeleted")
_COMMENT_PARTS = (
    "id",
    "message",
    "createdAt",
    "isDeleted",
    "isSpam",
    "isApproved",
    "thread",
    "parent",
)
_AUTHOR_PARTS = ("author/name", "author/username", "author/email")
SHAPE = Shape(
    "an export of Disqus",
    "disqus",
    {_THREAD: frozenset(_PAGE_PARTS), _POST: frozenset((*_COMMENT_PARTS, *_AUTHOR_PARTS))},
    (("http://disqus.com", ""),),
)


def recognise(head: bytes) -> bool:
    """Whether a file that begins so is one."""
    return b"<disqus" in head and b"http://disqus.com" in head


def read(opened: Opened) -> Iterator[Record]:
    """Threads as pages, posts as comments. Raises `MalformedFile` with the place."""
    for element in elements(opened, SHAPE):
        yield _page(element) if element.path == _THREAD else _comment(element)


def _page(thread: Element) -> Record:
    number = thread.attributes.get("id", "").strip()
    url, thread_id = thread.text("link"), thread.text("id")
    place = f"line {thread.line}, thread {number}"
    if not number or not url:
        return Passed(place, "A thread without an address or a number.")
    if _is_so(thread, "isDeleted"):
        return Passed(place, "A thread that was deleted at Disqus.")
    return PageRecord(
        ref=number,
        url=url,
        title=thread.text("title"),
        closed=_is_so(thread, "isClosed"),
        created_at=milliseconds(thread.text("createdAt")),
        keys=(f"id:{thread_id}",) if thread_id and "://" not in thread_id else (),
    )


def _comment(post: Element) -> Record:
    number, page = post.attributes.get("id", "").strip(), post.attribute("thread", "id")
    place = f"line {post.line}, post {number}"
    if not page:
        return Passed(place, "A post without a thread.")
    if post.too_long:
        return Passed(place, "A post whose text has more than a million characters.")
    return CommentRecord(
        ref=number or _made_up_id(post, page),
        page=page,
        parent=post.attribute("parent", "id") or None,
        status=_status(post),
        name=post.text("author/name") or post.text("author/username"),
        email=post.text("author/email") or None,
        body=Html(post.text("message"), newlines=True),
        created_at=milliseconds(post.text("createdAt")),
    )


def _is_so(element: Element, path: str) -> bool:
    return element.text(path).lower() in ("true", "1")


def _status(post: Element) -> Status:
    if _is_so(post, "isDeleted"):
        return Status.REMOVED
    if _is_so(post, "isSpam"):
        return Status.SPAM
    return Status.PENDING if post.text("isApproved") == "false" else Status.APPROVED


def _made_up_id(post: Element, page: str) -> str:
    """The same in each export for a post that has no number."""
    said = (post.text(path) for path in ("id", "createdAt", "author/name", "message"))
    return f"unnumbered-{sha256(repr((page, *said)).encode()).hexdigest()[:20]}"
