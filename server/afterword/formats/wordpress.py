"""What WordPress exports (WXR 1.0 to 1.2): RSS whose items hold their comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import msgspec

from afterword.core.model import Status
from afterword.formats.iso_time import milliseconds
from afterword.formats.opening import Opened
from afterword.formats.record import CommentRecord, Html, PageRecord, Passed, Record
from afterword.formats.xml_stream import Element, Shape, elements

MAX_AUTHORS = 10_000
OURS = "_afterword"
"""Under this name a comment of ours has what WordPress has no place for."""
_AUTHOR, _ITEM = "rss/channel/wp:author", "rss/channel/item"
_COMMENT = f"{_ITEM}/wp:comment"
_META = f"{_COMMENT}/wp:commentmeta"
_ITEM_PARTS = (
    "title",
    "link",
    "wp:post_date_gmt",
    "wp:post_date",
    "wp:comment_status",
    "wp:status",
)
_COMMENT_PARTS = (
    *("id", "author", "author_email", "author_url", "date_gmt", "date", "content", "approved"),
    *("type", "parent", "user_id"),
)
SHAPE = Shape(
    "an export of WordPress",
    "rss",
    {
        _AUTHOR: frozenset(("wp:author_id", "wp:author_email")),
        _ITEM: frozenset((*_ITEM_PARTS, "wp:post_password", "dsq:thread_identifier")),
        _COMMENT: frozenset(f"wp:comment_{part}" for part in _COMMENT_PARTS),
        _META: frozenset(("wp:meta_key", "wp:meta_value")),
    },
    (("http://wordpress.org/export/", "wp:"), ("http://www.disqus.com", "dsq:")),
)
_WORDS = ("", "comment", "review")
"""Types of comments that people wrote for all to read."""
_UNPUBLISHED = ("draft", "pending", "auto-draft", "future", "trash", "private")
_STATUS = {
    "1": Status.APPROVED,
    "approve": Status.APPROVED,
    "approved": Status.APPROVED,
    "spam": Status.SPAM,
    "trash": Status.REMOVED,
    "post-trashed": Status.REMOVED,
}
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


class Ours(msgspec.Struct, omit_defaults=True, kw_only=True):
    """What we write into our own exports beside what WordPress has."""

    key: str | None = None
    """Its origin key: the same comment does not come twice."""
    staff: str | None = None
    created_at: int | None = None
    """To the millisecond."""
    edited_at: int | None = None
    up: int = 0
    down: int = 0
    pinned: bool = False


_ours = msgspec.json.Decoder(Ours)


def recognise(head: bytes) -> bool:
    """Whether a file that begins so is one."""
    return b"<rss" in head and b"http://wordpress.org/export/" in head


def read(opened: Opened) -> Iterator[Record]:
    """Comments, and after them the item that holds them as their page. Raises `MalformedFile`."""
    authors: dict[str, str] = {}
    number, has_comments = 1, False
    for element in elements(opened, SHAPE):
        if element.path == _ITEM:
            if has_comments:
                yield _page(element, str(number))
            number, has_comments = number + 1, False
        elif element.path == _COMMENT:
            found = _comment(element, str(number), authors)
            has_comments = has_comments or isinstance(found, CommentRecord)
            yield found
        elif element.path == _META:
            _keep_ours(element)
        elif len(authors) < MAX_AUTHORS:
            authors[element.text("wp:author_id")] = element.text("wp:author_email")


def _page(item: Element, ref: str) -> Record:
    thread_id = item.text("dsq:thread_identifier")
    return PageRecord(
        ref=ref,
        url=item.text("link"),
        title=_words(item.text("title")),
        closed=item.text("wp:comment_status") == "closed",
        created_at=_time(item, "wp:post_date"),
        keys=(f"id:{thread_id}",) if thread_id else (),
    )


def _comment(comment: Element, page: str, authors: dict[str, str]) -> Record:
    """Ids are those of one blog, and several may come to a site: the date makes the key another."""
    number, date = _of(comment, "id"), _of(comment, "date_gmt")
    reason = _why_not(comment)
    if reason is not None:
        return Passed(f"line {comment.line}, comment {number}", reason)
    ours = _ours_of(comment)
    parent = _of(comment, "parent")
    user = _of(comment, "user_id")
    website = _of(comment, "author_url")
    return CommentRecord(
        ref=f"{page}/{number}",
        page=page,
        parent=f"{page}/{parent}" if parent not in ("", "0") else None,
        status=_STATUS.get(_of(comment, "approved"), Status.PENDING),
        name=unescape(_of(comment, "author")),
        email=_of(comment, "author_email") or None,
        website=None if website in ("http://", "https://") else website or None,
        body=Html(_of(comment, "content"), newlines=True),
        created_at=ours.created_at if ours.key else _time(comment, "wp:comment_date"),
        edited_at=ours.edited_at,
        up=ours.up,
        down=ours.down,
        pinned=ours.pinned,
        staff=ours.staff if ours.key else authors.get(user) if user != "0" else None,
        origin_key=ours.key or f"wordpress:{number}-{''.join(filter(str.isdigit, date))}",
    )


def _why_not(comment: Element) -> str | None:
    """Why the comment is not taken."""
    kind, item = _of(comment, "type"), comment.outer
    if not _of(comment, "id"):
        return "A comment without a number."
    if comment.too_long:
        return "A comment whose text has more than a million characters."
    if kind not in _WORDS:
        return f"A {kind[:20]}, which is no comment of a reader."
    if item is not None and (
        item.text("wp:status") in _UNPUBLISHED or item.text("wp:post_password")
    ):
        return "A comment on a page that WordPress does not show to everybody."
    return None


def _keep_ours(meta: Element) -> None:
    if meta.outer is not None and meta.text("wp:meta_key") == OURS:
        meta.outer.texts[OURS] = meta.text("wp:meta_value")


def _ours_of(comment: Element) -> Ours:
    try:
        return _ours.decode(comment.text(OURS) or "{}")
    except msgspec.MsgspecError:
        return Ours()


def _of(comment: Element, part: str) -> str:
    path = f"wp:comment_{part}"
    return comment.text(path)


def _words(title: str) -> str:
    """A title without its markup."""
    return unescape(_TAG.sub("", title))


def _time(element: Element, path: str) -> int | None:
    """In Greenwich; old drafts and imported comments have only the date of their blog."""
    in_greenwich = f"{path}_gmt"
    at = milliseconds(element.text(in_greenwich))
    return milliseconds(element.text(path)) if at is None else at
