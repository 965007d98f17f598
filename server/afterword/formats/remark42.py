"""A backup of Remark42: what it knows of users and pages, then a comment a line.

Its first versions wrote one object, with what it knows at the end (read twice), or the comments alone.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

import msgspec

from afterword.core.html_body import text_of
from afterword.core.model import Status
from afterword.formats.iso_time import milliseconds
from afterword.formats.json_names import names
from afterword.formats.json_stream import Item, documents, members, typed
from afterword.formats.opening import MalformedFile, Opened
from afterword.formats.record import CommentRecord, Html, Markdown, PageRecord, Passed, Record

MOST_VOTES = 1_000_000
_KNOWN_FIRST = re.compile(rb'\s*\{\s*"version"\s*:\s*\d+\s*,\s*"users"\s*:')
_ONE_OBJECT = re.compile(rb'\s*\{\s*"version"\s*:\s*\d+\s*,\s*"comments"\s*:')
_WORD = re.compile(r"\w+")


class Details(msgspec.Struct):
    """How a user can be reached."""

    email: str | None = None


class KnownUser(msgspec.Struct):
    """What Remark42 knows of a user beside the comments."""

    id: str
    verified: bool | None = None
    details: Details | None = None


class KnownPage(msgspec.Struct):
    """What Remark42 knows of a page beside the comments."""

    url: str
    read_only: bool | None = None


class Known(msgspec.Struct):
    """The first line."""

    version: int
    users: list[KnownUser] | None = None
    posts: list[KnownPage] | None = None


class User(msgspec.Struct):
    """Who wrote a comment."""

    id: str | None = None
    name: str | None = None
    admin: bool | None = None
    verified: bool | None = None
    block: bool | None = None


class Locator(msgspec.Struct):
    """The page of a comment."""

    url: str


class Edit(msgspec.Struct):
    """When a comment was changed last."""

    time: str | None = None


class Comment(msgspec.Struct):
    """A comment."""

    id: str
    locator: Locator
    user: User
    pid: str | None = None
    text: str | None = None
    orig: str | None = None
    score: int | None = None
    votes: dict[str, bool] | None = None
    controversy: float | None = None
    time: str | None = None
    edit: Edit | None = None
    pin: bool | None = None
    delete: bool | None = None
    title: str | None = None


@dataclass(slots=True)
class _Reader:
    users: dict[str, KnownUser] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    """Pages that stand among the records."""

    def known(self, item: Item) -> Iterator[Passed]:
        found = typed(item, Known)
        if isinstance(found, Passed):
            yield found
        elif found.version not in (0, 1):
            raise MalformedFile(f"Its version is {found.version}, and 1 is read.", item.line, 1)
        else:
            for user in found.users or ():
                self.user(user)
            for page in found.posts or ():
                self.page(page)

    def user(self, user: KnownUser) -> None:
        self.users[user.id] = user

    def page(self, page: KnownPage) -> None:
        if page.read_only:
            self.closed.add(page.url)

    def comment(self, item: Item) -> Iterator[Record]:
        found = typed(item, Comment)
        if isinstance(found, Passed):
            yield found
            return
        url = found.locator.url
        if url not in self.told:
            self.told.add(url)
            yield PageRecord(url, url, found.title or "", closed=url in self.closed)
        yield _comment(found, self.users.get(found.user.id or ""))


def recognise(head: bytes) -> bool:
    """Whether a file that begins so is one."""
    return _KNOWN_FIRST.match(head) is not None or names(head).issuperset(
        ("locator", "pid", "user", "text")
    )


def read(opened: Opened) -> Iterator[Record]:
    """Pages and comments. Raises `MalformedFile` with the place."""
    reader = _Reader()
    if _ONE_OBJECT.match(opened.head):
        yield from _one_object(opened, reader)
        return
    for item in documents(opened):
        if isinstance(item.value, dict) and "version" in item.value:
            yield from reader.known(item)
        else:
            yield from reader.comment(item)


def _one_object(opened: Opened, reader: _Reader) -> Iterator[Record]:
    for item in members(opened, inside=("meta",)):
        found: KnownUser | KnownPage | Passed | None = None
        if item.name == "meta.users" and item.value is not None:
            found = typed(item, KnownUser)
        elif item.name == "meta.posts" and item.value is not None:
            found = typed(item, KnownPage)
        match found:
            case KnownUser():
                reader.user(found)
            case KnownPage():
                reader.page(found)
            case Passed():
                yield found
    opened.restart()
    for item in members(opened, inside=("meta",)):
        if item.name == "comments" and item.value is not None:
            yield from reader.comment(item)


def _comment(comment: Comment, known: KnownUser | None) -> CommentRecord:
    up, down = _votes(comment)
    details = known.details if known else None
    return CommentRecord(
        ref=comment.id,
        page=comment.locator.url,
        parent=comment.pid or None,
        status=_status(comment),
        name=unescape(comment.user.name or ""),
        body=_body(comment),
        created_at=milliseconds(comment.time),
        email=details.email if details else None,
        edited_at=milliseconds(comment.edit.time) if comment.edit else None,
        up=up,
        down=down,
        pinned=bool(comment.pin),
        staff="" if comment.user.admin else None,
        verified=bool(comment.user.verified or (known and known.verified)),
    )


def _status(comment: Comment) -> Status:
    if not comment.delete:
        return Status.APPROVED
    # Those of a blocked user were once marked as deleted in what readers saw, and kept.
    is_kept = comment.user.block and (comment.text or comment.orig)
    return Status.SPAM if is_kept else Status.REMOVED


def _body(comment: Comment) -> Markdown | Html:
    """What was written, where it is whole: of it Remark42 drops what looks like a tag, as `<T>` in code."""
    written, html = unescape(comment.orig or ""), comment.text or ""
    if not html or (written and set(_WORD.findall(text_of(html))) <= set(_WORD.findall(written))):
        return Markdown(written, html=True)
    return Html(html)


def _votes(comment: Comment) -> tuple[int, int]:
    """Votes for and against."""
    if comment.votes:
        up = sum(comment.votes.values())
        return up, len(comment.votes) - up
    score = comment.score or 0
    fewer, more = _split(abs(score), comment.controversy or 0.0)
    return (more, fewer) if score >= 0 else (fewer, more)


def _split(difference: int, controversy: float) -> tuple[int, int]:
    """How many voted for the weaker and the stronger side, where the backup hides who voted."""
    alone = (0, difference)
    if controversy < 1 or difference > MOST_VOTES:
        return alone

    def divided(fewer: int) -> float:
        more = fewer + difference
        return math.pow(fewer + more, fewer / more)

    nearly = controversy * (1 - 1e-9)
    fewer = bisect_left(range(1, MOST_VOTES), nearly, key=divided) + 1
    fits = nearly <= divided(fewer) <= controversy * (1 + 1e-9)
    return (fewer, fewer + difference) if fits else alone
