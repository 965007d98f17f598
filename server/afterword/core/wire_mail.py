"""The JSON of the outbox, for owners of every site."""

from __future__ import annotations

from typing import Literal

import msgspec

from afterword.core.wire import Positive


class DeliveryTry(msgspec.Struct, frozen=True, kw_only=True):
    """One try to deliver a message."""

    at: int
    sent: bool
    answer: str


class OutboxMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message, with its tries, the newest first."""

    id: int
    channel: Literal["mail", "webhook"]
    purpose: str
    what: str
    """What it is, in words."""
    whom: str
    """For which kind of person."""
    state: Literal["waiting", "sent", "dropped", "failed"]
    created_at: int
    due_at: int
    tries: list[DeliveryTry]


class Outbox(msgspec.Struct, frozen=True, kw_only=True):
    """Messages of one state, the newest first."""

    counts: dict[str, int]
    """Of each state; no more than 1,000 are counted."""
    has_mail_server: bool
    messages: list[OutboxMessage]
    next: int | None
    """Give it as `before` for the next part."""


class Retry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be tried again."""

    id: Positive | None = None
    """A message; without it, all that failed."""


class Retried(msgspec.Struct, frozen=True, kw_only=True):
    """How many are tried now."""

    messages: int


class TestMail(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a test mail goes."""

    to: str


class TestedMail(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a test mail."""

    sent: bool
    answer: str
    """Of the mail server."""
    trouble: str | None
    advice: str
    """What to change, as sentences."""
