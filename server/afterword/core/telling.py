"""What people are told, as plain data: what happened, and what is to be sent to whom about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, TypeAlias, get_args

from afterword.core.model import Status

Channel: TypeAlias = Literal["mail", "webhook"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)
MessageState: TypeAlias = Literal["waiting", "sent", "dropped", "failed"]
"""`dropped` was never sent, because there is nothing to tell any more or it is not wanted; `failed` was
given up after a day of tries, and can be tried again by hand."""
STATES: tuple[MessageState, ...] = get_args(MessageState)
Notify: TypeAlias = Literal["replies", "thread"]
"""What an author wants to be told of by mail: replies to the comment, or all that comes on its page."""
NOTIFY: tuple[Notify, ...] = get_args(Notify)
Notices: TypeAlias = Literal["none", "waiting", "all", "hourly", "daily"]
"""How much a member hears of a site: nothing, each comment that waits, every comment, or what waits as
a digest."""
NOTICES: tuple[Notices, ...] = get_args(Notices)


class EventKind(StrEnum):
    """What happened; webhooks name their events by these words."""

    CREATED = "comment.created"
    APPROVED = "comment.approved"
    HELD = "comment.held"
    SPAM = "comment.spam"
    REMOVED = "comment.removed"
    EDITED = "comment.edited"
    REPORTED = "comment.reported"
    SURGE_BEGAN = "surge.began"
    SURGE_ENDED = "surge.ended"


BECAME: Mapping[Status, EventKind] = {
    Status.APPROVED: EventKind.APPROVED,
    Status.PENDING: EventKind.HELD,
    Status.SPAM: EventKind.SPAM,
    Status.REMOVED: EventKind.REMOVED,
}
"""The event of a comment whose status has become this one."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a site, written in the transaction in which it happened."""

    id: int
    site_id: int
    comment_id: int | None
    kind: EventKind
    status: Status | None
    """That the comment had after it. It may have another one by now: look before you tell."""
    data: Mapping[str, Any]
    at: int
    by_member: int | None = None
    """Who changed the status of the comment; None where nobody of the dashboard did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """One thing to be told to one recipient; what it says is made when it is sent, from what is so then."""

    channel: Channel
    purpose: str
    """Which mail it is: a key of `services.mails.MAILS`; of a webhook, the kind of the event."""
    once: str | None = None
    """With another message of this key there, nothing is added: nobody is told twice."""
    site_id: int | None = None
    comment_id: int | None = None
    mailbox_id: int | None = None
    member_id: int | None = None
    webhook_id: int | None = None
    event_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    """JSON; holds no text of a comment and no address of a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(NewMessage):
    """A message in the outbox."""

    id: int
    message_id: str
    """Random, and the same at each try, so that a repeated one can be dropped by who gets it."""
    created_at: int
    due_at: int
    tries: int
    state: MessageState


@dataclass(frozen=True, slots=True)
class Try:
    """One try to deliver a message."""

    at: int
    sent: bool
    answer: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A message as the owner sees it."""

    message: Message
    to: str
    """A name, an address, the host of a webhook; nothing where it is for nobody that we know."""
    tries: tuple[Try, ...]
    """Newest first."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one try, or of none."""

    state: MessageState
    """`waiting` is tried again after a while, until it is given up as `failed`."""
    answer: str = ""
    """What the other side said; nothing where it was not asked, which is no try."""
    bounced: bool = False
    """Whether there is no such mailbox."""
    asked: int | None = None
    """Milliseconds after which the other side wants it tried again."""
    of_all: bool = False
    """Whether it is so for every message of this channel, so that others need not be tried now."""


DROPPED = Outcome("dropped")
