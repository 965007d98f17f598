"""The JSON of the API of members, as msgspec structs, beside `wire`: what only they may see and do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from afterword.core.model import ReportReason
from afterword.core.wire import Positive

RoleName = Literal["viewer", "moderator", "owner"]


class RoleOn(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody may do on a site; `site_id` is null for every site."""

    site_id: int | None
    role: RoleName


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Whose token this is, with the roles that it has."""

    id: int
    name: str
    email: str
    roles: list[RoleOn]


class StaffMember(msgspec.Struct, frozen=True, kw_only=True):
    """A member, with the roles that concern the sites of whoever asks."""

    id: int
    name: str
    email: str
    roles: list[RoleOn]
    disabled: bool
    second_step: bool
    """Whether a code is asked for at sign-in."""
    bounced: bool
    """Whether mails to them come back, so that none are sent."""


class Staff(msgspec.Struct, frozen=True, kw_only=True):
    """The members of the sites that one owns."""

    members: list[StaffMember]


class HeldReason(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a score sheet; a positive weight speaks against publishing."""

    rule: str
    weight: float
    text: str


class HeldReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader said of a comment."""

    reason: ReportReason
    text: str
    at: int


class QueueComment(msgspec.Struct, frozen=True, kw_only=True):
    """A comment as moderators see it."""

    id: int
    status: Literal["approved", "pending", "spam", "removed"]
    site_id: int
    page_id: int
    page_title: str | None
    page_url: str
    parent_id: int | None
    author_name: str
    author_website: str | None
    author_email: str | None
    """Null for viewers too."""
    staff: bool
    verified: bool
    """Whether the site knew who it was: by a confirmed address, or by its own sign-in."""
    author_role: str | None
    """What the site's own sign-in calls them."""
    author_history: Mapping[str, int]
    """What became of this author's comments on the site, by status."""
    created_at: int
    edited_at: int | None
    source: str
    """Markdown as it was written; empty once scrubbed."""
    body: list[Any]
    reasons: list[HeldReason]
    reports: list[HeldReport]


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """A slice of the queue."""

    comments: list[QueueComment]
    counts: Mapping[str, int]
    """How many are pending, reported and spam."""
    next: str | None
    """Cursor of the next slice."""


class Decide(msgspec.Struct, frozen=True, kw_only=True):
    """An act on some comments; it happens to all of them or to none."""

    act: Literal["approve", "hold", "spam", "remove"]
    ids: Annotated[list[Positive], msgspec.Meta(min_length=1, max_length=200)]


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """What an act changed."""

    decision: int | None
    """Its number, by which it can be undone; null where nothing had to be changed."""
    changed: list[int]


class TakenBack(msgspec.Struct, frozen=True, kw_only=True):
    """What was undone; `changed` is as it was before."""

    decision: int
    act: str
    changed: list[int]
