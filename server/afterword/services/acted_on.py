"""What a member acts on: it is there, and the member has the role that the act takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.errors import NotFound
from afterword.services.permission import require
from afterword.storage import comments, pages

if TYPE_CHECKING:
    from afterword.core.model import Comment, Member, Page, Role
    from afterword.storage.store import Db


async def comment_for(db: Db, member: Member, comment_id: int, role: Role) -> tuple[Comment, Page]:
    """The comment and its page, for a member with this role there; raises `NotFound` and `Forbidden`."""
    comment = await comments.get(db, comment_id)
    page = await pages.get(db, comment.page_id) if comment else None
    if comment is None or page is None:
        raise NotFound("There is no such comment.")
    require(member, [page.site_id], role)
    return comment, page


async def page_for(db: Db, member: Member, page_id: int, role: Role) -> Page:
    """The page, for a member with this role there; one that was merged away is gone, too."""
    page = await pages.get(db, page_id)
    if page is None or page.merged_into is not None:
        raise NotFound("There is no such page.")
    require(member, [page.site_id], role, subject="page")
    return page
