"""The JSON of the API of members about one comment and its author."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from afterword.core.model import BanKind
from afterword.core.wire import Positive
from afterword.core.wire_pages import Written


class EditComment(msgspec.Struct, frozen=True, kw_only=True):
    """Another text of a comment."""

    body: str


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """A member's answer; the same `client_id` again is stored once."""

    body: str
    client_id: str
    """A random UUID."""
    approve: bool = False
    """Whether to approve what is answered, where it is not public."""


class Replied(msgspec.Struct, frozen=True, kw_only=True):
    """The answer, as it is stored."""

    comment_id: int
    decision: int | None
    """The number of the act, by which it can be undone; null where the answer was there already."""


class SetPinned(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a top-level comment stands before all others."""

    pinned: bool


class SetTrusted(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the author of a comment is never held for being new."""

    trusted: bool


class Ban(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may not write on a site."""

    id: int
    site_id: int
    by: BanKind
    label: str
    """Of whom it is, without telling an address."""
    reason: str
    shadow: bool
    """Whether the author is not told."""
    created_at: int
    ends_at: int | None
    """Null for a ban without an end."""


class BanTerms(msgspec.Struct, frozen=True, kw_only=True):
    """How somebody is banned."""

    by: BanKind
    ends_at: Positive | None = None
    shadow: bool = False
    reason: str = ""
    """For the other moderators."""


class BanAuthor(BanTerms, frozen=True, kw_only=True):
    """A ban of whoever wrote a comment."""

    spam: bool = False
    """Whether their newest comments go to the spam."""


class BanTyped(BanTerms, frozen=True, kw_only=True):
    """A ban of whoever has this email, name or network address."""

    site_id: Positive
    text: str


class Banned(msgspec.Struct, frozen=True, kw_only=True):
    """A new ban."""

    ban: Ban
    decision: int
    """The number of the act, by which it can be undone."""
    spam_decision: int | None
    """That of marking comments as spam, where that was asked for."""
    changed: list[int]
    """Those comments."""


class Bans(msgspec.Struct, frozen=True, kw_only=True):
    """Bans of a site that are not over, the newest first."""

    bans: list[Ban]
    next: int | None
    """`before` of the next slice."""


class ListedAuthor(msgspec.Struct, frozen=True, kw_only=True):
    """An author, as the newest comment tells."""

    comment_id: int
    """Their newest comment, by which the author is asked for."""
    name: str
    website: str | None
    number: int
    """Comments among those that were looked at."""
    trusted: bool
    last_at: int


class Authors(msgspec.Struct, frozen=True, kw_only=True):
    """Who wrote last on a site."""

    authors: list[ListedAuthor]


class WholeAuthor(msgspec.Struct, frozen=True, kw_only=True):
    """The author of a comment, with what is known of them on its site."""

    comment_id: int
    site_id: int
    name: str
    names: list[str]
    email: str | None
    """Null for viewers too."""
    since: int
    counts: Mapping[Literal["approved", "pending", "spam", "removed"], int]
    trusted: bool
    bans: list[Ban]
    """None of them for viewers."""
    history: list[Written]
    """What they wrote, the newest first."""
    next: str | None
    """`after` of the next slice of it."""
