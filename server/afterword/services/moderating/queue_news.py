"""What came into the queue since somebody looked: cheap enough to be asked every few seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.services.moderating.find_in_queue import QueueFilter, count_new
from afterword.services.moderating.review_queue import counts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.core.model import Member, Tab
    from afterword.services.context import Context

MOST_NEW = 100
"""What is counted: whoever has more than that before them looks anew."""


@dataclass(frozen=True, slots=True)
class QueueNews:
    """How much is new."""

    new: int
    counts: Mapping[Tab, int]


async def queue_news(ctx: Context, member: Member, wanted: QueueFilter) -> QueueNews:
    """How many comments that match came, or were reported, after `wanted.newer`."""
    new = await count_new(ctx, member, wanted, limit=MOST_NEW) if wanted.newer else 0
    return QueueNews(new, await counts(ctx, member, wanted.site_id))
