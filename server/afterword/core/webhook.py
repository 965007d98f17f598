"""Webhooks: where events go by HTTP, which of them, and when one is left alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from afterword.core.backoff import after
from afterword.core.model import Status
from afterword.core.telling import BECAME, Event, EventKind

Template: TypeAlias = Literal["events", "text", "slack", "discord", "telegram", "matrix"]
"""What is sent: events as JSON for programs, plain text, or what that chat takes."""
TEMPLATES: tuple[Template, ...] = get_args(Template)
PauseReason: TypeAlias = Literal["hand", "gone", "failing"]

TOPICS: Mapping[EventKind, str] = {
    EventKind.APPROVED: "A comment is published",
    EventKind.EDITED: "A published comment is edited",
    EventKind.REMOVED: "A comment is removed",
    EventKind.HELD: "A comment waits for a decision",
    EventKind.SPAM: "A comment is marked as spam",
    EventKind.REPORTED: "A reader reports a comment",
    EventKind.SURGE_BEGAN: "Surge mode begins",
    EventKind.SURGE_ENDED: "Surge mode is over",
}
"""What an owner can choose from. A new comment is told by what became of it."""
MODERATION = frozenset((EventKind.HELD, EventKind.SPAM, EventKind.REPORTED))
"""Who chooses one of these is shown what is not public, in messages about that alone."""
STILL: Mapping[EventKind, frozenset[Status]] = {
    EventKind.APPROVED: frozenset((Status.APPROVED,)),
    EventKind.EDITED: frozenset((Status.APPROVED,)),
    EventKind.REMOVED: frozenset((Status.REMOVED,)),
    EventKind.HELD: frozenset((Status.PENDING,)),
    EventKind.SPAM: frozenset((Status.SPAM,)),
    EventKind.REPORTED: frozenset((Status.APPROVED, Status.PENDING)),
}
"""The statuses in which it is still worth a line in a chat that this has happened to a comment."""

FIRST_REST = 30_000
LONGEST_REST = 60 * 60_000
"""Milliseconds for which a webhook is left alone after a failure: each time twice as long."""
ENOUGH_FAILURES = 10
ENOUGH_TIME = 24 * 60 * 60_000
"""So many in a row, over so many milliseconds, pause a webhook until somebody looks after it."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that wants to hear of events."""

    id: int
    site_id: int | None
    """None for every site."""
    url: str
    """May hold a password of the service that it leads to: for owners alone, and in no log."""
    template: Template
    events: tuple[EventKind, ...]
    """Those of `TOPICS` that it is told."""
    seed: str
    """The secret of its signatures is made from this and the installation's."""
    created_at: int
    paused_at: int | None = None
    paused_why: PauseReason | None = None
    failures: int = 0
    """In a row."""
    failing_since: int | None = None
    rests_until: int = 0
    """Nothing is sent before, because it failed a moment ago."""


@dataclass(frozen=True, slots=True)
class Try:
    """One time that something was sent to a webhook."""

    at: int
    sent: bool
    answer: str
    kind: str
    comment_id: int | None


def topic(event: Event) -> EventKind | None:
    """As what a webhook is told of an event; None where no webhook is."""
    if event.kind is EventKind.CREATED:
        return BECAME[event.status] if event.status else None
    return event.kind


def shows(kind: EventKind, status: Status) -> bool:
    """Whether a message about this holds what a comment of that status says, and who wrote it."""
    if status is Status.APPROVED:
        return kind is not EventKind.REMOVED
    return kind in MODERATION and status is not Status.REMOVED


def rest(failures: int, asked: int | None = None) -> int:
    """Milliseconds for which a webhook is left alone that failed so many times in a row, the last time
    with this wish."""
    return after(FIRST_REST * 2 ** min(failures - 1, 30), failures, asked, LONGEST_REST)


def is_given_up(failures: int, failing_since: int, now: int) -> bool:
    """Whether it has failed often and long enough to be paused."""
    return failures >= ENOUGH_FAILURES and now - failing_since >= ENOUGH_TIME
