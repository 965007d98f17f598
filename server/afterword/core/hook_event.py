"""What a webhook is told, as plain data, and as the JSON of an event in the way of CloudEvents 1.0."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from afterword.core.model import Status
    from afterword.core.telling import EventKind

TYPE_PREFIX = "org.afterword."


@dataclass(frozen=True, slots=True)
class ToldPage:
    """The page that a comment is on."""

    id: int
    url: str
    title: str | None
    """None where nothing on it is public: then it is the word of somebody who waits."""


@dataclass(frozen=True, slots=True)
class ToldComment:
    """A comment as it is when it is told; without what it says and who wrote it where nobody shall see."""

    id: int
    parent_id: int | None
    status: Status
    created_at: int
    edited_at: int | None
    author: str | None
    is_staff: bool
    text: str | None
    """Plain text."""
    permalink: str
    """For everybody, once it is public."""
    dashboard: str
    """For moderators."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event, as one webhook is told of it."""

    message_id: str
    """The same at each try."""
    kind: EventKind
    at: int
    """When it happened."""
    source: str
    """The address of this server."""
    site_id: int
    site: str
    page: ToldPage | None = None
    comment: ToldComment | None = None
    numbers: Mapping[str, Any] = field(default_factory=dict)
    """Of what happened to a site."""
    is_trial: bool = False
    """Whether somebody wants to see that it arrives, and nothing has happened."""


def event_json(told: Told) -> dict[str, Any]:
    """The event for programs; what is not known is null, and nothing is left out."""
    data: dict[str, Any] = {"site": {"id": told.site_id, "name": told.site}}
    if told.page and told.comment:
        page, comment = told.page, told.comment
        data["page"] = {"id": page.id, "url": page.url, "title": page.title}
        data["comment"] = {
            "id": comment.id,
            "parent_id": comment.parent_id,
            "status": comment.status.value,
            "created_at": time_text(comment.created_at),
            "edited_at": comment.edited_at and time_text(comment.edited_at),
            "author": comment.author,
            "staff": comment.is_staff,
            "text": comment.text,
            "permalink": comment.permalink,
        }
    elif told.numbers:
        data["surge"] = dict(told.numbers)
    if told.is_trial:
        data["test"] = True
    subject = f"comments/{told.comment.id}" if told.comment else f"sites/{told.site_id}"
    return {
        "specversion": "1.0",
        "id": told.message_id,
        "source": told.source,
        "type": TYPE_PREFIX + told.kind.value,
        "time": time_text(told.at),
        "subject": subject,
        "datacontenttype": "application/json",
        "data": data,
    }


def time_text(at: int) -> str:
    """RFC 3339, UTC: `2026-03-12T14:05:00.000Z`."""
    date = datetime.fromtimestamp(at / 1000, UTC)
    return date.isoformat(timespec="milliseconds").replace("+00:00", "Z")
