"""A member's answer from the dashboard, which can approve what it answers in the same act."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from afterword.core.draft import RawDraft, clean
from afterword.core.errors import Conflict, FieldError, Invalid
from afterword.core.model import Act, Author, Comment, Draft, Member, Role, Site, Status, Tree
from afterword.services.acted_on import comment_for
from afterword.services.moderating import moderate_comment
from afterword.services.moderating.moderate_comment import Decision, decide
from afterword.services.permission import own_site
from afterword.services.render import render
from afterword.storage import audit, comments, pages
from afterword.storage.store import AlreadyThere

if TYPE_CHECKING:
    from afterword.services.context import Context
    from afterword.storage.store import WriteDb

REPLY = "reply"
"""The word of the audit log."""
# A member has a name and an address already.
_NOTHING_ELSE: dict[str, Any] = {"name": "hidden", "email": "hidden", "website": "hidden"}


@dataclass(frozen=True, slots=True)
class Replied:
    """The answer, and the approval that came with it if there was one."""

    comment: Comment
    decision: Decision | None
    audit_id: int | None = None
    """None where it was there already."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply that is ready to be published."""

    to: int
    """The comment that it answers."""
    site_id: int
    draft: Draft
    tree: Tree


async def reply_as_member(
    ctx: Context,
    member: Member,
    comment_id: int,
    body: str,
    *,
    client_id: str,
    approve: bool,
    now: int,
) -> Replied:
    """Publishes an answer; the same `client_id` again is answered with what is there.

    With `approve`, a comment that waits or was taken for spam is approved by the same act; without,
    `Conflict`. Raises `NotFound` and `Forbidden` as moderating does, and `Invalid` for `body`.
    """
    answer = await begin(ctx, member, comment_id, body, client_id=client_id)
    try:
        async with ctx.store.write() as db:
            return await publish(db, member, answer, approve=approve, now=now)
    except AlreadyThere:
        origin_key = f"client:{answer.draft.client_id}"
        async with ctx.store.write() as db:
            there = await comments.by_origin_key(db, answer.site_id, origin_key)
        if there is None:
            raise
        return Replied(there, None)


async def begin(
    ctx: Context, member: Member, comment_id: int, body: str, *, client_id: str
) -> Answer:
    """What is to be published, with all that can be wrong with the text itself."""
    site = await _site_of(ctx, member, comment_id)
    draft = clean(RawDraft(body, client_id), replace(site.policy, **_NOTHING_ELSE))
    tree = await render(ctx, draft.body, site.policy)
    if not tree:
        raise Invalid(FieldError("body", "missing", "Please write something that can be seen."))
    return Answer(comment_id, site.id, draft, tree)


async def publish(
    db: WriteDb, member: Member, answer: Answer, *, approve: bool, now: int
) -> Replied:
    """The second half of `reply_as_member`, as a part of a larger write."""
    decision = await _answerable(db, member, answer.to, approve=approve, now=now)
    reply = await _store(db, member, answer.to, answer.draft, answer.tree, now)
    audit_id = await audit.add(
        db,
        member_id=member.id,
        act=REPLY,
        site_id=answer.site_id,
        subject=[reply.id],
        before=decision.audit_id if decision else None,
        after=answer.to,
        now=now,
    )
    return Replied(reply, decision, audit_id)


async def restore(db: WriteDb, member: Member, entry: audit.Entry, now: int) -> dict[int, Status]:
    """Removes the answer, and takes back the approval that came with it.

    Raises `NotFound` where there is no such comment for this member, and `Forbidden` for a viewer.
    """
    await decide(db, member, Act.REMOVE, entry.subject, now)
    approval = await audit.get(db, entry.before) if entry.before else None
    if approval is None or not await audit.mark_undone(db, approval.id, now=now):
        return {}
    return await moderate_comment.restore(db, member, approval, now)


async def _site_of(ctx: Context, member: Member, comment_id: int) -> Site:
    _, page = await comment_for(ctx.store, member, comment_id, Role.MODERATOR)
    return own_site(ctx, member, page.site_id, Role.MODERATOR)


async def _answerable(
    db: WriteDb, member: Member, comment_id: int, *, approve: bool, now: int
) -> Decision | None:
    """Sees to it that the comment can be answered: that it is public."""
    parent = await comments.get(db, comment_id)
    if parent is None or parent.status == Status.REMOVED:
        raise Conflict("This comment was removed, so that nobody would see the answer.")
    if parent.status == Status.APPROVED:
        return None
    if not approve:
        raise Conflict("Approve this comment first: nobody would see the answer.")
    return await decide(db, member, Act.APPROVE, [comment_id], now)


async def _store(
    db: WriteDb, member: Member, parent_id: int, draft: Draft, tree: Tree, now: int
) -> Comment:
    parent = await comments.get(db, parent_id)
    assert parent is not None, "it was there in this transaction"
    async with comments.changing(db, [parent], now) as here:
        parent = here[parent_id]
        page = await pages.get(db, parent.page_id)
        assert page is not None, "its door is open"
        return await comments.insert(
            db,
            page,
            parent=parent,
            status=Status.APPROVED,
            author=Author(member.name, member_id=member.id),
            source=draft.body,
            tree=tree,
            origin_key=f"client:{draft.client_id}",
            now=now,
        )
