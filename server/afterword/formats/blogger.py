"""What Blogger exports: Atom, as its settings give it and as Google Takeout does (`feed.atom`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from afterword.core.model import Status
from afterword.formats.iso_time import milliseconds
from afterword.formats.opening import Opened
from afterword.formats.record import Body, CommentRecord, Html, PageRecord, Passed, Plain, Record
from afterword.formats.xml_stream import Element, Shape, elements

_PARTS = (
    *("id", "title", "content", "published", "category", "link", "app:control/app:draft"),
    *("author/name", "author/uri", "author/email", "author/blogger:type"),
    *("blogger:type", "blogger:status", "blogger:trashed", "blogger:filename"),
    *("blogger:parent", "blogger:inReplyTo", "thr:in-reply-to", "gd:extendedProperty"),
)
SHAPE = Shape(
    "an export of Blogger",
    "feed",
    {"feed/entry": frozenset(_PARTS)},
    (
        ("http://www.w3.org/2005/Atom", ""),
        ("http://schemas.google.com/blogger/", "blogger:"),
        ("http://schemas.google.com/g/", "gd:"),
        ("http://purl.org/syndication/thread/", "thr:"),
        ("http://purl.org/atom/app", "app:"),
        ("http://www.w3.org/2007/app", "app:"),
    ),
)
_KIND = "http://schemas.google.com/blogger/2008/kind#"
_STATUS = {
    "": Status.APPROVED,
    "live": Status.APPROVED,
    "spam": Status.SPAM,
    "emptied": Status.REMOVED,
    "deleted": Status.REMOVED,
    "trashed": Status.REMOVED,
    "soft_trashed": Status.REMOVED,
}
_NOBODY = "noreply@blogger.com"
"""What stands for the address of everybody."""
_ANSWERED = re.compile(r"/comments/default/(\d+)")


def recognise(head: bytes) -> bool:
    """Whether a file that begins so is one."""
    marks = (b"tag:blogger.com,1999:blog-", b"http://schemas.google.com/blogger/")
    return b"<feed" in head and any(mark in head for mark in marks)


def read(opened: Opened) -> Iterator[Record]:
    """Posts and pages as pages, comments. Raises `MalformedFile` with the place."""
    for entry in elements(opened, SHAPE):
        kind = _kind(entry)
        if kind == "comment":
            yield _comment(entry)
        elif kind in ("post", "page"):
            yield _page(entry)


def _kind(entry: Element) -> str:
    """What it is; templates and settings are entries too."""
    terms = (part.get("term", "") for path, part in entry.parts if path == "category")
    kinds = (term.removeprefix(_KIND) for term in terms if term.startswith(_KIND))
    return entry.text("blogger:type").lower() or next(kinds, "")


def _page(post: Element) -> Record:
    ref = _number(post.text("id"))
    url = _link(post, "alternate", "text/html") or post.text("blogger:filename")
    place = f"line {post.line}, post {ref}"
    if _is_hidden(post):
        return Passed(place, "A post that Blogger does not show.")
    if not ref or not url:
        return Passed(place, "A post without an address or a number.")
    return PageRecord(ref, url, post.text("title"), created_at=milliseconds(post.text("published")))


def _is_hidden(post: Element) -> bool:
    is_draft = post.text("app:control/app:draft") == "yes"
    is_live = post.text("blogger:status").lower() in ("", "live")
    return is_draft or not is_live or bool(post.text("blogger:trashed"))


def _comment(comment: Element) -> Record:
    ref = _number(comment.text("id"))
    place = f"line {comment.line}, comment {ref}"
    page = _number(comment.text("blogger:parent") or comment.attribute("thr:in-reply-to", "ref"))
    body = _body(comment)
    if not ref or not page:
        return Passed(place, "A comment without its post or a number.")
    if body is None:
        return Passed(
            place, "A comment whose text cannot be read, or has more than a million characters."
        )
    name, website = comment.text("author/name"), comment.text("author/uri")
    email = comment.text("author/email")
    is_anonymous = name == "Anonymous" and not website
    return CommentRecord(
        ref=ref,
        page=page,
        parent=_parent(comment),
        status=_status(comment),
        name="" if is_anonymous else name,
        body=body,
        created_at=milliseconds(comment.text("published")),
        email=email if email and email != _NOBODY else None,
        website=website or None,
    )


def _parent(comment: Element) -> str | None:
    answered = _number(comment.text("blogger:inReplyTo"))
    if answered:
        return answered
    found = _ANSWERED.search(_link(comment, "related"))
    return found[1] if found else None


def _status(comment: Element) -> Status:
    properties = (part for path, part in comment.parts if path == "gd:extendedProperty")
    removed = any(
        part.get("name") == "blogger.contentRemoved" and part.get("value") == "true"
        for part in properties
    )
    if removed or comment.text("blogger:trashed"):
        return Status.REMOVED
    return _STATUS.get(comment.text("blogger:status").lower(), Status.PENDING)


def _body(comment: Element) -> Body | None:
    kind = comment.attribute("content", "type")
    if comment.too_long or kind == "xhtml":
        return None
    text = comment.text("content")
    return Plain(text) if kind == "text" else Html(text)


def _link(entry: Element, rel: str, kind: str = "") -> str:
    """Where the first link of that relation leads; of that kind, where the link says its kind."""
    links = (part for path, part in entry.parts if path == "link" and part.get("rel") == rel)
    fitting = (part for part in links if not kind or part.get("type", kind) == kind)
    return next((part.get("href", "") for part in fitting), "").strip()


def _number(name: str) -> str:
    """The number at the end of a name like tag:blogger.com,1999:blog-1.post-2; all of it without one."""
    return name[len(name.rstrip("0123456789")) :] or name
