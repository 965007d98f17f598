"""What Commento exports, and what Comentario did before its version 3: comments, then who wrote them.

The file is read twice, for its comments name their authors by number; of each author 400 bytes are kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from afterword.core.model import Status
from afterword.formats.iso_time import milliseconds
from afterword.formats.json_names import names
from afterword.formats.json_stream import Item, members, typed
from afterword.formats.opening import MalformedFile, Opened
from afterword.formats.record import CommentRecord, Html, Markdown, PageRecord, Passed, Record

MAX_AUTHORS = 300_000
_NOBODY = ("", "anonymous", "0" * 64)
_NOTHING = ("", "undefined")
"""What stands for no website: scripts wrote their own word for it."""
_STATUS = {"": Status.APPROVED, "approved": Status.APPROVED, "flagged": Status.SPAM}


class Commenter(msgspec.Struct, rename="camel"):
    """Who wrote comments; a row of it for each of them in some versions."""

    commenter_hex: str
    name: str | None = None
    email: str | None = None
    link: str | None = None
    website_url: str | None = None
    is_moderator: bool | None = None


class Comment(msgspec.Struct, rename="camel"):
    """A comment; Commento has `domain` and `url` for what Comentario calls `host` and `path`."""

    comment_hex: str
    commenter_hex: str | None = None
    parent_hex: str | None = None
    domain: str | None = None
    host: str | None = None
    url: str | None = None
    path: str | None = None
    markdown: str | None = None
    html: str | None = None
    score: int | None = None
    state: str | None = None
    creation_date: str | None = None
    deleted: bool | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """What is kept of a commenter."""

    name: str
    email: str | None = None
    website: str | None = None
    staff: str | None = None


def recognise(head: bytes) -> bool:
    """Whether a file that begins so is one."""
    return names(head).issuperset(("commentHex", "commenterHex", "parentHex"))


def read(opened: Opened) -> Iterator[Record]:
    """Pages and comments. Raises `MalformedFile` with the place."""
    authors: dict[str, Author] = {}
    for item in members(opened):
        if item.name == "version" and item.value != 1:
            raise MalformedFile(f"Its version is {item.value}, and 1 is read.", item.line, 1)
        if item.name == "commenters" and item.value is not None:
            yield from _remember(item, authors)
    opened.restart()
    pages: set[str] = set()
    for item in members(opened):
        if item.name == "comments" and item.value is not None:
            yield from _records(item, authors, pages)


def by_score(score: int | None) -> tuple[int, int]:
    """Votes for and against, as far as a score tells."""
    return max(score or 0, 0), max(-(score or 0), 0)


def too_many(item: Item) -> MalformedFile:
    """The refusal of a file whose authors would not fit into memory."""
    return MalformedFile(f"It has more than {MAX_AUTHORS:,} authors.", item.line, 1)


def _remember(item: Item, authors: dict[str, Author]) -> Iterator[Passed]:
    match typed(item, Commenter):
        case Passed() as passed:
            yield passed
        case found:
            website = found.link or found.website_url or ""
            authors[found.commenter_hex] = Author(
                found.name or "",
                found.email,
                None if website in _NOTHING else website,
                "" if found.is_moderator else None,
            )
    if len(authors) > MAX_AUTHORS:
        raise too_many(item)


def _records(item: Item, authors: Mapping[str, Author], pages: set[str]) -> Iterator[Record]:
    found = typed(item, Comment)
    if isinstance(found, Passed):
        yield found
        return
    url = _address(found)
    if url not in pages:
        pages.add(url)
        yield PageRecord(url, url)
    author = authors.get(found.commenter_hex or "")
    if author is None and (found.commenter_hex or "") not in _NOBODY:
        yield Passed(
            found.comment_hex, "An author who is not in the file: the comment has no name."
        )
    yield _comment(found, url, author or Author(""))


def _address(comment: Comment) -> str:
    host, path = comment.domain or comment.host or "", comment.path or comment.url or ""
    if "://" in path:
        return path
    path = "/" + path.removeprefix("/")
    return f"https://{host.partition('://')[2] or host}".rstrip("/") + path if host else path


def _comment(comment: Comment, page: str, author: Author) -> CommentRecord:
    up, down = by_score(comment.score)
    markdown, html = comment.markdown or "", comment.html or ""
    return CommentRecord(
        ref=comment.comment_hex,
        page=page,
        parent=None if comment.parent_hex in ("", "root") else comment.parent_hex,
        status=_status(comment),
        name=author.name,
        body=Markdown(markdown) if markdown or not html else Html(html),
        created_at=milliseconds(comment.creation_date),
        email=author.email,
        website=author.website,
        up=up,
        down=down,
        staff=author.staff,
    )


def _status(comment: Comment) -> Status:
    # Commento writes neither that a comment is deleted nor anything but this word in its place.
    gone = (comment.markdown or comment.html or "") in ("", "[deleted]")
    if comment.deleted or (gone and (comment.commenter_hex or "") in _NOBODY):
        return Status.REMOVED
    return _STATUS.get(comment.state or "", Status.PENDING)
