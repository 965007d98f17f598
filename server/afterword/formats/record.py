"""What every format is read into: pages, comments, and what cannot be taken.

Nothing here is checked: `services.importing.stage_import` is the gate. A `ref` is the file's own name of a
page or comment; a parent may come later in the file than who answers it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from afterword.core.model import Status, Tree


@dataclass(frozen=True, slots=True)
class Markdown:
    """A body in Markdown."""

    source: str
    html: bool = False
    """Whether HTML in it was shown as such, and not as text."""


@dataclass(frozen=True, slots=True)
class Html:
    """A body in HTML."""

    html: str
    newlines: bool = False
    """Whether a line end in it is one on screen, and an empty line ends a paragraph."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A body without any markup."""

    text: str


@dataclass(frozen=True, slots=True)
class Own:
    """A body as we keep it."""

    source: str
    tree: Tree


Body: TypeAlias = Markdown | Html | Plain | Own


@dataclass(frozen=True, slots=True)
class PageRecord:
    """A page of the file."""

    ref: str
    url: str
    title: str = ""
    closed: bool = False
    note: str = ""
    created_at: int | None = None
    keys: tuple[str, ...] = ()
    """More page keys that lead to it: `id:…`, `url:…`."""
    slow: int = 0
    opened_at: int | None = None
    reactions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EditRecord:
    """A text that a comment once had, and when it was replaced."""

    source: str
    edited_at: int


@dataclass(frozen=True, slots=True)
class CommentRecord:
    """A comment of the file."""

    ref: str
    page: str
    """The ref of its page."""
    parent: str | None
    status: Status
    name: str
    body: Body
    created_at: int | None
    """None where the file does not say, or nobody can read it."""
    email: str | None = None
    website: str | None = None
    edited_at: int | None = None
    up: int = 0
    down: int = 0
    pinned: bool = False
    edits: tuple[EditRecord, ...] = ()
    staff: str | None = None
    """By which address of a member it was written; empty where the file only says that it was one."""
    origin_key: str | None = None
    """None for `<format>:<ref>`."""
    verified: bool = False
    role: str | None = None
    avatar: str | None = None


@dataclass(frozen=True, slots=True)
class Passed:
    """What the file holds and we cannot take: where, and why not."""

    place: str
    reason: str


Record: TypeAlias = PageRecord | CommentRecord | Passed
