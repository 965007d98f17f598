"""Deciding about comments: approve, hold, mark as spam, remove; one at a time or many.

An act is one transaction and one audit row, whatever the number of comments and pages: it happens as
a whole or not at all. Pages are locked in the order of their ids, so that two acts never wait for each
other. What the audit row holds of before is what undo restores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.errors import FieldError, Invalid, NotFound
from afterword.core.model import Act, Comment, Member, Role, Status
from afterword.services.permission import require
from afterword.services.screening.ask_akismet import tell_akismet
from afterword.services.screening.learn_from_decisions import learn, unlearn
from afterword.storage import audit, comments, pages, reports

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from afterword.services.context import Context
    from afterword.storage.store import Db, WriteDb

MOST = 200
"""Comments in one act."""
BECOMES = {
    Act.APPROVE: Status.APPROVED,
    Act.HOLD: Status.PENDING,
    Act.SPAM: Status.SPAM,
    Act.REMOVE: Status.REMOVED,
}
SETTLES = (Act.APPROVE, Act.SPAM, Act.REMOVE)
"""Acts that answer what readers reported; approving what is public already is to keep it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What an act changed."""

    audit_id: int | None
    """None where nothing had to be changed: then nothing was written."""
    act: Act
    changed: tuple[int, ...]
    """Ids of comments, in their order."""


async def moderate(
    ctx: Context, member: Member, act: Act, ids: Sequence[int], *, now: int
) -> Decision:
    """Does it to all of these comments, or raises and does nothing.

    Raises `NotFound` where there is no such comment for this member, and `Forbidden` for a viewer.
    Comments that are so already, and those that their author took back, stay as they are.
    """
    if len(ids) > MOST:
        message = f"Please choose at most {MOST} comments at once."
        raise Invalid(FieldError("ids", "too_many", message))
    async with ctx.store.write() as db:
        decision = await decide(db, member, act, ids, now)
    tell_akismet(ctx, act, decision.changed)
    return decision


async def decide(db: WriteDb, member: Member, act: Act, ids: Sequence[int], now: int) -> Decision:
    """`moderate`, as a part of a larger write."""
    found = await comments.get_many(db, ids)
    if set(ids) - set(found):
        raise NotFound("There is no such comment.")
    site_id = await _check(db, member, found)
    if not _to_change(found, act):
        return Decision(None, act, ())
    async with comments.changing(db, found.values(), now) as locked:
        # As they are under the lock: somebody may have decided meanwhile.
        before = _to_change(locked, act)
        if not before:
            return Decision(None, act, ())
        changed = [each for each in before if before[each] != BECOMES[act]]
        await comments.set_status(db, changed, BECOMES[act], by_member=member.id, now=now)
        if act in SETTLES:
            await reports.close(db, list(before), now=now)
        audit_id = await audit.add(
            db,
            member_id=member.id,
            act=act,
            site_id=site_id,
            subject=list(before),
            before=list(before.values()),
            after=BECOMES[act],
            now=now,
        )
        await learn(db, act, [locked[each] for each in before], audit_id=audit_id, now=now)
    return Decision(audit_id, act, tuple(before))


async def restore(db: WriteDb, member: Member, entry: audit.Entry, now: int) -> dict[int, Status]:
    """Gives the comments of an act the status that they had before, unless it has changed since.

    What `undo_act` does with an entry of an `Act`; returns the status of each that is as it was.
    Raises `NotFound` where there is no such act for this member, and `Forbidden` for a viewer.
    """
    found = await comments.get_many(db, entry.subject)
    await _check(db, member, found)
    async with comments.changing(db, found.values(), now) as locked:
        restored = _to_restore(entry, locked)
        for status in sorted(set(restored.values())):
            ids = [each for each in restored if restored[each] == status != _after(entry)]
            await comments.set_status(db, ids, status, by_member=member.id, now=now)
        await reports.reopen(db, list(restored), closed_at=entry.at)
        await unlearn(db, list(restored), audit_id=entry.id)
    return restored


async def _check(db: Db, member: Member, found: Mapping[int, Comment]) -> int | None:
    """The one site that the comments are of, or None where they are of several."""
    on = await pages.get_many(db, sorted({each.page_id for each in found.values()}))
    site_ids = {page.site_id for page in on.values()}
    if not site_ids:
        raise NotFound("There is no such comment.")
    require(member, site_ids, Role.MODERATOR)
    return site_ids.pop() if len(site_ids) == 1 else None


def _to_change(found: Mapping[int, Comment], act: Act) -> dict[int, Status]:
    """By id, the status that comments will have had before an act."""
    return {
        comment_id: comment.status
        for comment_id, comment in sorted(found.items())
        if not is_scrubbed(comment)
        and (comment.status != BECOMES[act] or (act in SETTLES and comment.reports))
    }


def _to_restore(entry: audit.Entry, found: Mapping[int, Comment]) -> dict[int, Status]:
    """By id, the status to give back to comments that are still as the act left them."""
    before = zip(entry.subject, map(Status, entry.before), strict=True)
    return {
        comment_id: status
        for comment_id, status in before
        if comment_id in found
        and found[comment_id].status == _after(entry)
        and not is_scrubbed(found[comment_id])
    }


def _after(entry: audit.Entry) -> Status:
    return BECOMES[Act(entry.act)]


def is_scrubbed(comment: Comment) -> bool:
    """Whether its author took it back, or it was removed long ago: nothing is left to show."""
    return comment.status == Status.REMOVED and not comment.source
