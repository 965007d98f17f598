"""The JSON of the API of members about webhooks."""

from __future__ import annotations

from typing import Literal

import msgspec

TopicName = Literal[
    "comment.approved",
    "comment.edited",
    "comment.removed",
    "comment.held",
    "comment.spam",
    "comment.reported",
    "surge.began",
    "surge.ended",
]
TemplateName = Literal["events", "text", "slack", "discord", "telegram", "matrix"]


class WebhookState(msgspec.Struct, frozen=True, kw_only=True):
    """Where events go, and how it goes there."""

    id: int
    site_id: int | None
    """Null for every site."""
    host: str
    """Where it leads; the whole address may hold a key, and is for the dashboard alone."""
    template: TemplateName
    events: list[TopicName]
    created_at: int
    paused_at: int | None
    paused_why: Literal["hand", "gone", "failing"] | None
    """By a member, because it answered 410, or because it took nothing for a day."""
    failures: int
    """In a row."""


class Webhooks(msgspec.Struct, frozen=True, kw_only=True):
    """The webhooks of the sites that a member owns."""

    webhooks: list[WebhookState]


class SetPaused(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a webhook is told nothing."""

    paused: bool


class WebhookAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a test."""

    sent: bool
    answer: str


class WebhookTry(msgspec.Struct, frozen=True, kw_only=True):
    """One time that something was sent."""

    at: int
    sent: bool
    answer: str
    event: TopicName
    comment_id: int | None


class WebhookTries(msgspec.Struct, frozen=True, kw_only=True):
    """The last times that something was sent, the newest first."""

    tries: list[WebhookTry]
