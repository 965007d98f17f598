"""Where a comment can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.errors import NotFound
from afterword.core.model import Status
from afterword.storage import comments, pages

if TYPE_CHECKING:
    from afterword.services.context import Context


async def find_permalink(ctx: Context, comment_id: int) -> str:
    """The address of the comment on its page; raises `NotFound` unless everybody may read it."""
    comment = await comments.get(ctx.store, comment_id)
    page = None
    if comment is not None and comment.status == Status.APPROVED:
        page = await pages.get(ctx.store, comment.page_id)
    if page is None:
        raise NotFound("There is no such comment, or it is not public.")
    return f"{page.url}#comment-{comment_id}"
