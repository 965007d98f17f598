"""Discussions of GitHub, as giscus shows them, in answers of its GraphQL API; docs/importing.md has a query.

An answer has at most 100 comments and 100 replies to each. What lacks is said; more answers may bring it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import msgspec

from afterword.core.model import Status
from afterword.formats.iso_time import milliseconds
from afterword.formats.json_names import names
from afterword.formats.json_stream import Item, documents, typed
from afterword.formats.opening import Opened
from afterword.formats.record import CommentRecord, Html, Markdown, PageRecord, Passed, Record

_LONE_ADDRESS = re.compile(r"^[ \t]*<?(https?://[^\s<>]+)>?[ \t]*\r?$", re.MULTILINE)
_PATH = re.compile(r"[^\s?#:]*/[^\s?#:]*")
_STAFF = ("OWNER", "MEMBER", "COLLABORATOR")
_EMOJI = {
    "THUMBS_UP": "👍", "THUMBS_DOWN": "👎", "LAUGH": "😄", "HOORAY": "🎉", "CONFUSED": "😕", "HEART": "❤️",
    "ROCKET": "🚀", "EYES": "👀",
}  # fmt: skip


class PageInfo(msgspec.Struct, rename="camel"):
    """Whether an answer has all of something."""

    has_next_page: bool | None = None


class Some(msgspec.Struct, rename="camel"):
    """Things of a kind, and how many there are."""

    nodes: list[Any] | None = None
    total_count: int | None = None
    page_info: PageInfo | None = None


class ReactionGroup(msgspec.Struct):
    """How many reacted in one way."""

    content: str
    users: Some | None = None
    reactors: Some | None = None
    """Their newer name."""


class Author(msgspec.Struct):
    """Who wrote something."""

    login: str | None = None
    url: str | None = None


class Comment(msgspec.Struct, rename="camel"):
    """A comment or a reply."""

    id: str
    author: Author | None = None
    author_association: str | None = None
    body: str | None = None
    body_html: str | None = msgspec.field(default=None, name="bodyHTML")
    created_at: str | None = None
    last_edited_at: str | None = None
    deleted_at: str | None = None
    is_minimized: bool | None = None
    minimized_reason: str | None = None
    upvote_count: int | None = None
    reaction_groups: list[ReactionGroup] | None = None
    replies: Some | None = None


class Discussion(msgspec.Struct, rename="camel"):
    """The comments on a page."""

    url: str
    title: str | None = None
    body: str | None = None
    created_at: str | None = None
    locked: bool | None = None
    reaction_groups: list[ReactionGroup] | None = None
    comments: Some | None = None


class Repository(msgspec.Struct):
    """Where discussions are."""

    discussions: Some | None = None
    discussion: Any = None


class Data(msgspec.Struct):
    """What was asked for."""

    repository: Repository | None = None


class Refusal(msgspec.Struct):
    """Why something was not answered."""

    message: str | None = None


class Answer(msgspec.Struct):
    """What GitHub says to one request."""

    data: Data | None = None
    errors: list[Refusal] | None = None
    message: str | None = None


def recognise(head: bytes) -> bool:
    """Whether a file that begins so is one."""
    found = names(head)
    return found.issuperset(("data", "repository")) and bool(found & {"discussions", "discussion"})


def read(opened: Opened) -> Iterator[Record]:
    """Pages and comments. Raises `MalformedFile` with the place."""
    reader = _Reader()
    for item in documents(opened):
        yield from reader.answer(item)
    yield from reader.missing()


@dataclass(slots=True)
class _Part:
    """Comments of a discussion, or replies to a comment, of which an answer had not all."""

    total: int
    ids: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Reader:
    pages: set[str] = field(default_factory=set)
    """Discussions that stand among the records."""
    parts: dict[str, _Part] = field(default_factory=dict)
    """By the address of the discussion, and the number of the comment that is replied to."""
    goes_on: bool = False
    """Whether the last answer with several discussions said that there are more."""

    def answer(self, item: Item) -> Iterator[Record]:
        found = typed(item, Answer)
        if isinstance(found, Passed):
            yield found
            return
        for refusal in (*(found.errors or ()), Refusal(found.message)):
            if refusal.message:
                yield Passed(f"line {item.line}", f"GitHub says: {refusal.message[:200]}")
        repository = (found.data and found.data.repository) or Repository()
        several = repository.discussions or Some()
        if repository.discussions is not None:
            self.goes_on = bool(several.page_info and several.page_info.has_next_page)
        for node in (*(several.nodes or ()), repository.discussion):
            if node is not None:
                yield from self._discussion(Item(node, item.line))

    def missing(self) -> Iterator[Passed]:
        """What no answer had."""
        if self.goes_on:
            yield Passed("the end", "Discussions that the file lacks: ask with --paginate.")
        for place, part in self.parts.items():
            if count := max(part.total - len(part.ids), 0):
                reason = "Comments that the file lacks: GitHub gives 100 at once, so ask on."
                yield Passed(f"{place}: {count} of {part.total}", reason)

    def _discussion(self, item: Item) -> Iterator[Record]:
        found = typed(item, Discussion)
        if isinstance(found, Passed):
            yield found
            return
        if found.url not in self.pages:
            self.pages.add(found.url)
            yield from _page(found)
        yield from self._comments(found.url, found.url, found.comments, None)

    def _comments(
        self, key: str, page: str, some: Some | None, parent: str | None
    ) -> Iterator[Record]:
        for node in self._new(key, some or Some()):
            found = typed(Item(node, 0), Comment)
            if isinstance(found, Passed):
                yield Passed(key, found.reason)
                continue
            yield from _comment(found, page, parent)
            if parent is None:  # nobody can reply to a reply
                yield from self._comments(f"{page} {found.id}", page, found.replies, found.id)

    def _new(self, key: str, some: Some) -> list[Any]:
        """Those that no answer had before."""
        found = [node for node in some.nodes or () if node is not None]
        if key not in self.parts and (some.total_count or 0) <= len(found):
            return found
        part = self.parts.setdefault(key, _Part(some.total_count or 0))
        fresh = [node for node in found if _id(node) not in part.ids]
        part.ids.update(map(_id, found))
        return fresh


def _id(node: Any) -> str:
    return str(node.get("id")) if isinstance(node, dict) else ""


def _page(discussion: Discussion) -> Iterator[Record]:
    title, body = discussion.title or "", discussion.body or ""
    url = _address(title, body)
    path = unquote(url or "")
    by_path = title.strip("/") in path or (title == "index" and path.endswith("/"))
    counts = _reactions(discussion.reaction_groups)
    yield PageRecord(
        # Without an address it is that of the discussion, which --map may lead to its page.
        ref=discussion.url,
        url=url or discussion.url,
        title="" if url and by_path else title,
        closed=bool(discussion.locked),
        created_at=milliseconds(discussion.created_at),
        reactions={_EMOJI[name]: count for name, count in counts.items() if name in _EMOJI},
    )
    if body.strip() and not _LONE_ADDRESS.search(body):
        yield Passed(discussion.url, "The text of a discussion itself, which is no comment.")


def _address(title: str, body: str) -> str | None:
    """Of the page: giscus ends the text of a discussion with it; else what the title says by itself."""
    if found := _LONE_ADDRESS.findall(body):
        return str(found[-1])
    if title.startswith(("https://", "http://")):
        return title
    if title == "index":
        return "/"
    return f"/{title.removeprefix('/')}" if _PATH.fullmatch(title) else None


def _comment(comment: Comment, page: str, parent: str | None) -> Iterator[Record]:
    counts = _reactions(comment.reaction_groups)
    author = comment.author or Author()
    body, html = comment.body or "", comment.body_html or ""
    yield CommentRecord(
        ref=comment.id,
        page=page,
        parent=parent,
        status=_status(comment),
        name=author.login or "",
        body=Markdown(body, html=True) if body or not html else Html(html),
        created_at=milliseconds(comment.created_at),
        website=author.url,
        edited_at=milliseconds(comment.last_edited_at),
        # Who does both is one person.
        up=max(comment.upvote_count or 0, counts.pop("THUMBS_UP", 0)),
        down=counts.pop("THUMBS_DOWN", 0),
        staff="" if comment.author_association in _STAFF else None,
    )
    for name, count in counts.items():
        if count:
            yield Passed(
                f"{page}, {comment.id}", f"A comment has no {_EMOJI.get(name, name[:20])} here."
            )


def _status(comment: Comment) -> Status:
    if comment.deleted_at:
        return Status.REMOVED
    if not comment.is_minimized:
        return Status.APPROVED
    is_spam = (comment.minimized_reason or "").lower() in ("spam", "abuse")
    return Status.SPAM if is_spam else Status.PENDING


def _reactions(groups: list[ReactionGroup] | None) -> dict[str, int]:
    counts = ((each.content, each.reactors or each.users or Some()) for each in groups or ())
    return {name: count for name, some in counts if (count := some.total_count or 0) > 0}
