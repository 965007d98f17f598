"""One comment with the thread around it, held or not: what it answers, what came next, what answers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.errors import NotFound
from afterword.services.moderating.review_queue import review_one
from afterword.storage import neighbours

if TYPE_CHECKING:
    from afterword.core.model import Comment, Member
    from afterword.services.context import Context
    from afterword.services.moderating.review_queue import QueueItem

ABOVE = 20
BESIDE = 5
"""Comments after it, and answers to it."""


@dataclass(frozen=True, slots=True)
class Around:
    """A comment and its neighbours, whatever their status."""

    item: QueueItem
    above: tuple[Comment, ...]
    """What it answers, from the top down."""
    below: tuple[Comment, ...]
    """The first answers to it."""
    beside: tuple[Comment, ...]
    """What came next at its height."""


async def comment_around(ctx: Context, member: Member, comment_id: int, *, now: int) -> Around:
    """Raises `NotFound` where there is no such comment for this member."""
    item = await review_one(ctx, member, comment_id, now=now)
    if item is None:
        raise NotFound("There is no such comment.")
    return Around(
        item,
        tuple(await neighbours.above(ctx.store, comment_id, limit=ABOVE)),
        tuple(await neighbours.below(ctx.store, item.comment, limit=BESIDE)),
        tuple(await neighbours.beside(ctx.store, item.comment, limit=BESIDE)),
    )
