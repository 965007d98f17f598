"""A member's key for programs of theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from afterword.core.model import Role


@dataclass(frozen=True, slots=True)
class ApiToken:
    """What opens it is stored as a hash alone."""

    id: int
    member_id: int
    name: str
    role: Role
    """The most that it may do, wherever the member may do more."""
    created_at: int
    seen_at: int | None
    ends_at: int
    feed: bool = False
    """Opens the feed of the queue, and no more than that."""
