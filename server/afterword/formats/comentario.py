"""What Comentario exports since its version 3: pages, then comments, then who wrote them.

The file is read twice, for its comments name authors and pages by number; of each some 400 bytes are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from afterword.core.model import Status
from afterword.formats.commento import MAX_AUTHORS, Author, by_score, too_many
from afterword.formats.iso_time import milliseconds
from afterword.formats.json_names import names
from afterword.formats.json_stream import Item, members, typed
from afterword.formats.opening import MalformedFile, Opened
from afterword.formats.record import CommentRecord, Html, Markdown, PageRecord, Passed, Record

_NOBODY = ("", "00000000-0000-0000-0000-000000000000")


class DomainPage(msgspec.Struct, rename="camel"):
    """A page; of which host it is, only its comments say."""

    id: str
    path: str
    title: str | None = None
    is_readonly: bool | None = None
    created_time: str | None = None


class Commenter(msgspec.Struct, rename="camel"):
    """Who wrote comments."""

    id: str
    name: str | None = None
    email: str | None = None
    website_url: str | None = None
    is_moderator: bool | None = None


class Comment(msgspec.Struct, rename="camel"):
    """A comment."""

    id: str
    page_id: str
    parent_id: str | None = None
    markdown: str | None = None
    html: str | None = None
    score: int | None = None
    is_sticky: bool | None = None
    is_approved: bool | None = None
    is_pending: bool | None = None
    is_deleted: bool | None = None
    created_time: str | None = None
    edited_time: str | None = None
    user_created: str | None = None
    author_name: str | None = None
    url: str | None = None


@dataclass(slots=True)
class _Known:
    """What comments name."""

    authors: dict[str, Author] = field(default_factory=dict)
    pages: dict[str, DomainPage] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    """Pages that stand among the records."""


def recognise(head: bytes) -> bool:
    """Whether a file that begins so is one."""
    found = names(head)
    return found.issuperset(("isApproved", "isSticky", "pageId")) or (
        found.issuperset(("version", "pages", "domainId", "isReadonly", "path"))
    )


def read(opened: Opened) -> Iterator[Record]:
    """Pages and comments. Raises `MalformedFile` with the place."""
    known = _Known()
    for item in members(opened):
        yield from _remember(item, known)
    opened.restart()
    for item in members(opened):
        if item.name == "comments" and item.value is not None:
            yield from _records(item, known)


def _remember(item: Item, known: _Known) -> Iterator[Passed]:
    if item.name == "version" and item.value != 3:
        raise MalformedFile(f"Its version is {item.value}, and 3 is read.", item.line, 1)
    if item.name not in ("pages", "commenters") or item.value is None:
        return
    found = typed(item, DomainPage if item.name == "pages" else Commenter)
    match found:
        case Passed():
            yield found
        case DomainPage():
            known.pages[found.id] = found
        case Commenter():
            staff = "" if found.is_moderator else None
            known.authors[found.id] = Author(
                found.name or "", found.email, found.website_url or None, staff
            )
    if max(len(known.pages), len(known.authors)) > MAX_AUTHORS:
        raise too_many(item)


def _records(item: Item, known: _Known) -> Iterator[Record]:
    found = typed(item, Comment)
    if isinstance(found, Passed):
        yield found
        return
    if found.page_id not in known.told:
        known.told.add(found.page_id)
        yield _page(found, known.pages.get(found.page_id))
    user = found.user_created or ""
    author = known.authors.get(user, Author(""))
    if user not in _NOBODY and user not in known.authors and not found.author_name:
        yield Passed(found.id, "An author who is not in the file: the comment has no name.")
    yield _comment(found, author)


def _page(comment: Comment, page: DomainPage | None) -> PageRecord:
    address = (comment.url or "").partition("#")[0]
    if page is None:
        return PageRecord(comment.page_id, address)
    return PageRecord(
        ref=page.id,
        url=address or page.path,
        title=page.title or "",
        closed=bool(page.is_readonly),
        created_at=milliseconds(page.created_time),
    )


def _comment(comment: Comment, author: Author) -> CommentRecord:
    up, down = by_score(comment.score)
    markdown, html = comment.markdown or "", comment.html or ""
    return CommentRecord(
        ref=comment.id,
        page=comment.page_id,
        parent=comment.parent_id if (comment.parent_id or "") not in _NOBODY else None,
        status=_status(comment),
        name=comment.author_name or author.name,
        body=Markdown(markdown) if markdown or not html else Html(html),
        created_at=milliseconds(comment.created_time),
        email=author.email,
        website=author.website,
        edited_at=milliseconds(comment.edited_time),
        up=up,
        down=down,
        pinned=bool(comment.is_sticky),
        staff=author.staff,
    )


def _status(comment: Comment) -> Status:
    if comment.is_deleted:
        return Status.REMOVED
    if comment.is_pending:
        return Status.PENDING
    # What is neither was refused by a moderator, who has no other word for spam.
    return Status.SPAM if comment.is_approved is False else Status.APPROVED
