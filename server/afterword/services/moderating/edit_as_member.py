"""A moderator changes the text of a comment, say to take out a telephone number; it can be undone.

What it said before is kept beside the comment, where it goes with it when its author takes it back:
the audit log holds times alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.draft import clean_body
from afterword.core.errors import Conflict, FieldError, Invalid
from afterword.core.markdown import parse
from afterword.core.model import Comment, Member, Role, Site, Status
from afterword.services.acted_on import comment_for
from afterword.services.render import render
from afterword.storage import audit, comments, edits, sites

if TYPE_CHECKING:
    from afterword.services.context import Context
    from afterword.storage.store import Db, WriteDb

EDIT = "edit_comment"
"""The word of the audit log."""


@dataclass(frozen=True, slots=True)
class Edited:
    """The comment as it is now."""

    comment: Comment
    audit_id: int | None
    """None where the text was the same already: then nothing was written."""


async def edit_as_member(
    ctx: Context, member: Member, comment_id: int, body: str, *, now: int
) -> Edited:
    """The comment with another text and the same status; readers are told that it was edited.

    Raises `NotFound` where there is no such comment for this member, `Forbidden` for a viewer,
    `Conflict` for a removed one, and `Invalid` for `body`.
    """
    comment, site = await _there(ctx.store, member, comment_id)
    source = clean_body(body, site.policy)
    tree = await render(ctx, source, site.policy)
    if not tree:
        raise Invalid(FieldError("body", "missing", "Please write something that can be seen."))
    async with ctx.store.write() as db, comments.changing(db, [comment], now):
        # Read under the lock: its author may have changed it meanwhile.
        before, _ = await _there(db, member, comment_id)
        if before.source == source:
            return Edited(before, None)
        edits.add(db, comment_id, before.source, now=now, by_member=member.id or None)
        await comments.revise(
            db, comment_id, source=source, tree=tree, status=before.status, now=now
        )
        audit_id = await audit.add(
            db,
            member_id=member.id,
            act=EDIT,
            site_id=site.id,
            subject=[comment_id],
            before=before.edited_at,
            after=now,
            now=now,
        )
        after, _ = await _there(db, member, comment_id)
    return Edited(after, audit_id)


async def restore(db: WriteDb, member: Member, entry: audit.Entry, now: int) -> dict[int, str]:
    """Gives the comment the text that it had before, unless that has changed since.

    Raises `NotFound` where there is no such comment for this member, and `Forbidden` for a viewer.
    """
    (comment_id,) = entry.subject
    found, site = await _readable(db, member, comment_id)
    async with comments.changing(db, [found], now) as here:
        comment = here.get(comment_id)
        earlier = await edits.of(db, comment_id)
        if comment is None or not earlier or comment.edited_at != entry.after:
            return {}
        text = earlier[-1].source
        tree = parse(text, images=site.policy.allow_images)
        await comments.revise(
            db, comment_id, source=text, tree=tree, status=comment.status, now=now
        )
        await edits.take_back(db, comment_id, edited_at=entry.before, replaced_at=entry.after)
    return {comment_id: "edited"}


async def _there(db: Db, member: Member, comment_id: int) -> tuple[Comment, Site]:
    comment, site = await _readable(db, member, comment_id)
    if comment.status == Status.REMOVED:
        raise Conflict("This comment was removed. Approve or hold it before you change its text.")
    return comment, site


async def _readable(db: Db, member: Member, comment_id: int) -> tuple[Comment, Site]:
    comment, page = await comment_for(db, member, comment_id, Role.MODERATOR)
    site = await sites.get(db, page.site_id)
    assert site is not None, "a page is on a site"
    return comment, site
