"""Deciding about a comment by a link of a mail, without signing in: one decision a link.

The link says who, about what and until when, and is signed; looking at it changes nothing. It ends
with the decision, after seven days, with the member's role, and when the comment is no more what the
mail said of it, whoever has changed that.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from afterword.core.errors import Conflict, Forbidden, NotFound
from afterword.core.model import Act, Role
from afterword.services.audit.undo_act import put_back
from afterword.services.moderating import reply_as_member
from afterword.services.moderating.ban_author import Terms, ban
from afterword.services.moderating.moderate_comment import decide, is_scrubbed
from afterword.services.moderating.reply_as_member import REPLY
from afterword.services.moderating.review_queue import review_one
from afterword.services.permission import may
from afterword.services.screening.ask_akismet import tell_akismet
from afterword.services.telling.staff_mails import DAY, GOOD_FOR, is_open
from afterword.storage import audit, comments, contacts, members, pages, spent_tokens

if TYPE_CHECKING:
    from afterword.core.model import BanKind, Comment, Member
    from afterword.core.tokens import DecisionClaim
    from afterword.services.context import Context
    from afterword.services.moderating.reply_as_member import Answer
    from afterword.services.moderating.review_queue import QueueItem
    from afterword.storage.store import Db, WriteDb

UNDO_FOR = 60 * 60_000
"""Milliseconds in which the page that says what was done can take it back."""
LOOKED_BACK = 200
"""Acts of the site among which the last one about the comment is looked for."""


class Standing(StrEnum):
    """What a link is worth now."""

    OPEN = "open"
    UNREADABLE = "unreadable"
    NOT_YOURS = "not-yours"
    """Its member may decide no more."""
    OVER = "over"
    GONE = "gone"
    USED = "used"
    DECIDED = "decided"
    """The comment is not what the mail said of it any more."""


class MailAct(StrEnum):
    """What a link lets somebody do."""

    APPROVE = "approve"
    SPAM = "spam"
    REMOVE = "remove"
    REPLY = "reply"
    """Which approves what it answers."""
    BAN = "ban"
    """For some days, with what the author wrote going to the spam."""


DECIDES = {MailAct.APPROVE: Act.APPROVE, MailAct.SPAM: Act.SPAM, MailAct.REMOVE: Act.REMOVE}


@dataclass(frozen=True, slots=True)
class Happened:
    """The last act about the comment."""

    act: str
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Link:
    """What a link leads to; nothing of the comment where it is not for its bearer's eyes any more."""

    standing: Standing
    told: str = ""
    member: Member | None = None
    comment_id: int | None = None
    item: QueueItem | None = None
    happened: Happened | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What the bearer pressed."""

    act: MailAct
    seen: int | None
    """When the text that was shown had been edited."""
    body: str = ""
    days: int = 7
    """Of a ban."""


@dataclass(frozen=True, slots=True)
class Done:
    """What was done."""

    act: MailAct
    undo: str
    """Takes it back, for an hour."""


async def look_at(ctx: Context, token: str, *, now: int) -> Link:
    """What the link leads to; changes nothing."""
    claim = ctx.tokens.decisions.read(token)
    if claim is None:
        return Link(Standing.UNREADABLE)
    member = await members.get(ctx.store, claim.member_id)
    if member is None or not may(member, claim.site_id, Role.MODERATOR):
        return Link(Standing.NOT_YOURS)
    item = await review_one(ctx, member, claim.comment_id, now=now)
    if item is None or item.site.id != claim.site_id:
        return Link(Standing.GONE, member=member)
    standing = await _standing(ctx.store, claim, item.comment, now)
    return Link(
        standing,
        claim.told,
        member,
        claim.comment_id,
        item if standing is Standing.OPEN else None,
        await _happened(ctx.store, claim)
        if standing in (Standing.USED, Standing.DECIDED)
        else None,
    )


async def decide_by_mail(ctx: Context, token: str, wish: Wish, *, now: int) -> Done:
    """Does it, once; raises `Conflict` where the link is worth nothing any more or its text has changed.

    Raises `Invalid` for a reply that cannot be published: then the link stays good.
    """
    claim = ctx.tokens.decisions.read(token)
    if claim is None:
        raise NotFound("This link cannot be read.")
    answer = await _answer(ctx, claim, wish)
    async with ctx.store.write() as db:
        if not await spent_tokens.spend(db, _key(claim), ends_at=claim.ends_at + GOOD_FOR):
            raise Conflict("This link has decided already.")
        member = await _check(db, claim, wish, now)
        entries = await _act(ctx, db, member, claim, wish, answer, now)
        await audit.came_by_mail(db, entries)
    if wish.act in DECIDES:
        tell_akismet(ctx, DECIDES[wish.act], (claim.comment_id,))
    undo = ctx.tokens.decisions.sign_undo(member.id, entries, ends_at=now + UNDO_FOR)
    return Done(wish.act, undo)


async def undo_by_mail(ctx: Context, ticket: str, *, now: int) -> None:
    """Takes back what a link has led to; raises `Conflict` where that is over or has happened."""
    found = ctx.tokens.decisions.read_undo(ticket, now=now)
    if found is None:
        raise Conflict("The hour in which this page takes it back is over. Sign in to undo it.")
    member_id, entries = found
    async with ctx.store.write() as db:
        member = await members.get(db, member_id)
        if member is None:
            raise Forbidden("You can sign in no more.")
        noted = [(await put_back(db, member, each, now))[1] for each in reversed(entries)]
        await audit.came_by_mail(db, noted)


async def _answer(ctx: Context, claim: DecisionClaim, wish: Wish) -> Answer | None:
    """The reply, ready to be published: parsing it takes no time of the writer."""
    member = await members.get(ctx.store, claim.member_id)
    if wish.act is not MailAct.REPLY or member is None:
        return None
    client_id = str(uuid5(NAMESPACE_URL, claim.nonce))
    return await reply_as_member.begin(
        ctx, member, claim.comment_id, wish.body, client_id=client_id
    )


async def _check(db: WriteDb, claim: DecisionClaim, wish: Wish, now: int) -> Member:
    """Looks again, while nobody else can change the comment."""
    member = await members.get(db, claim.member_id)
    if member is None or not may(member, claim.site_id, Role.MODERATOR):
        raise Forbidden("You may no longer decide about comments of this site.")
    found = await comments.get_many(db, [claim.comment_id])
    async with comments.changing(db, found.values(), now) as here:
        comment = here.get(claim.comment_id)
        page = await pages.get(db, comment.page_id) if comment else None
    if comment is None or page is None or page.site_id != claim.site_id:
        raise Conflict("This comment is not there any more.")
    if now >= claim.ends_at or not is_open(claim.told, comment) or is_scrubbed(comment):
        raise Conflict("This link is worth nothing any more.")
    if comment.edited_at != wish.seen:
        raise Conflict("The text was changed meanwhile. Look at what it says now.")
    return member


async def _act(
    ctx: Context,
    db: WriteDb,
    member: Member,
    claim: DecisionClaim,
    wish: Wish,
    answer: Answer | None,
    now: int,
) -> list[int]:
    """The numbers of the acts in the audit log, in their order."""
    if wish.act is MailAct.BAN:
        terms = Terms(ends_at=now + wish.days * DAY)
        kind = await ban_kind(db, claim.comment_id)
        if kind is None:
            raise Conflict("Nothing is known of the author by which they could be banned.")
        banned = await ban(ctx, db, member, claim.comment_id, kind, terms, spam=True, now=now)
        decision = banned.decision.audit_id if banned.decision else None
        return [banned.audit_id, *([decision] if decision else [])]
    if answer is not None:
        done = (await reply_as_member.publish(db, member, answer, approve=True, now=now)).audit_id
    else:
        done = (await decide(db, member, DECIDES[wish.act], [claim.comment_id], now)).audit_id
    if done is None:
        raise Conflict("Nothing was left to change.")
    return [done]


async def ban_kind(db: Db, comment_id: int) -> BanKind | None:
    """What the author would be banned by: the browser, else the email; None where neither is known.

    Network addresses and names are no business of a link: they hit others too.
    """
    comment = await comments.get(db, comment_id)
    if comment is None or comment.author.member_id is not None:
        return None
    if comment.author.key is not None:
        return "author"
    return "email" if await contacts.of(db, comment_id) else None


async def _standing(db: Db, claim: DecisionClaim, comment: Comment, now: int) -> Standing:
    if now >= claim.ends_at:
        return Standing.OVER
    if await spent_tokens.is_spent(db, _key(claim)):
        return Standing.USED
    is_there = is_open(claim.told, comment) and not is_scrubbed(comment)
    return Standing.OPEN if is_there else Standing.DECIDED


async def _happened(db: Db, claim: DecisionClaim) -> Happened | None:
    """The last act about the comment that stands."""
    entries = await audit.find(db, audit.Wanted(site_id=claim.site_id), LOOKED_BACK)
    for entry in entries:
        about = (entry.after,) if entry.act == REPLY else entry.subject
        if entry.act in (*Act, REPLY) and claim.comment_id in about and entry.undone_at is None:
            names = await members.every_name(db)
            by = names.get(entry.member_id, "") if entry.member_id else "The command line"
            return Happened(entry.act, by or "A former member", entry.at)
    return None


def _key(claim: DecisionClaim) -> str:
    return f"decide:{claim.nonce}"
