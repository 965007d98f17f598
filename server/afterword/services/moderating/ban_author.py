"""Banning: who may not write on a site, by what they are known again, and until when.

A ban is refused with a sentence, or, as a shadow ban, answered as if the comment were held. What
somebody is known by is kept as a hash; moderators see a label.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from afterword.core.anonymity import tells_apart
from afterword.core.dates import day_text
from afterword.core.errors import Conflict, FieldError, Invalid, NotFound
from afterword.core.mail_address import mail_address, masked
from afterword.core.model import Act, Ban, BanKind, Role, Status
from afterword.core.names import name_shapes
from afterword.core.text import one_line
from afterword.services.acted_on import comment_for
from afterword.services.moderating.moderate_comment import MOST, Decision, decide
from afterword.services.permission import own_site, require
from afterword.storage import audit, bans, comments, contacts, senders

if TYPE_CHECKING:
    from afterword.core.model import Comment, Member
    from afterword.services.context import Context
    from afterword.storage.store import Db, WriteDb

BAN = "ban"
LIFT_BAN = "lift_ban"
"""Words of the audit log."""
MAX_REASON = 200


@dataclass(frozen=True, slots=True)
class Terms:
    """How somebody is banned."""

    ends_at: int | None = None
    """None for a ban without an end."""
    shadow: bool = False
    """Whether the author is not told."""
    reason: str = ""
    """For the other moderators."""


@dataclass(frozen=True, slots=True)
class Banned:
    """A new ban, and what was done with the author's comments where that was asked for."""

    ban: Ban
    audit_id: int
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """What somebody is known by."""

    value: str
    label: str
    salted_at: int | None = None


async def ban_author(
    ctx: Context,
    member: Member,
    comment_id: int,
    kind: BanKind,
    terms: Terms = Terms(),
    *,
    spam: bool = False,
    now: int,
) -> Banned:
    """Bans whoever wrote a comment; with `spam`, the newest comments of the same author go there.

    Raises `NotFound` and `Forbidden` as moderating does, and `Invalid` for `kind` where the comment
    does not tell what that asks for.
    """
    async with ctx.store.write() as db:
        return await ban(ctx, db, member, comment_id, kind, terms, spam=spam, now=now)


async def ban(
    ctx: Context,
    db: WriteDb,
    member: Member,
    comment_id: int,
    kind: BanKind,
    terms: Terms,
    *,
    spam: bool,
    now: int,
) -> Banned:
    """`ban_author`, as a part of a larger write."""
    comment, site_id = await _comment(db, member, comment_id)
    known = await _known_by(ctx, db, comment, site_id, kind)
    banned = await _ban(db, member, site_id, kind, known, terms, now)
    if not spam:
        return banned
    ids = await _to_spam(db, site_id, comment)
    decision = await decide(db, member, Act.SPAM, ids, now) if ids else None
    return replace(banned, decision=decision)


async def ban_typed(
    ctx: Context,
    member: Member,
    site_id: int,
    kind: BanKind,
    text: str,
    terms: Terms = Terms(),
    *,
    now: int,
) -> Banned:
    """Bans whoever has this email, name or network address; the address itself is not kept.

    Raises `Invalid` for `kind` and for `text`.
    """
    own_site(ctx, member, site_id, Role.MODERATOR)
    known = _typed(ctx, site_id, kind, text, now)
    async with ctx.store.write() as db:
        return await _ban(db, member, site_id, kind, known, terms, now)


async def list_bans(
    ctx: Context,
    member: Member,
    site_id: int,
    *,
    before_id: int | None = None,
    limit: int = 50,
    now: int,
) -> list[Ban]:
    """Bans of the site that are not over, the newest first; `before_id` of the last one reads on."""
    require(member, [site_id], Role.MODERATOR)
    return await bans.active(ctx.store, site_id, before_id=before_id, limit=limit, now=now)


async def lift_ban(ctx: Context, member: Member, ban_id: int, *, now: int) -> int:
    """Ends a ban now; the number of the act, by which it can be undone.

    Raises `NotFound` where there is none for this member, or it is over.
    """
    async with ctx.store.write() as db:
        ban = await bans.get(db, ban_id)
        if ban is None or (ban.ends_at is not None and ban.ends_at <= now):
            raise NotFound("There is no such ban any more.")
        require(member, [ban.site_id], Role.MODERATOR)
        await bans.end(db, ban_id, now)
        return await audit.add(
            db,
            member_id=member.id,
            act=LIFT_BAN,
            site_id=ban.site_id,
            subject=[ban_id],
            before=ban.ends_at,
            after=now,
            now=now,
        )


async def restore(db: WriteDb, member: Member, entry: audit.Entry, now: int) -> dict[int, str]:
    """What undo does with a ban, which ends, and with one that was lifted, which holds again."""
    restored: dict[int, str] = {}
    for ban in [each for ban_id in entry.subject if (each := await bans.get(db, ban_id))]:
        require(member, [ban.site_id], Role.MODERATOR)
        # Whoever has changed it since then has the last word.
        if entry.act == BAN and (ban.ends_at is None or ban.ends_at > now):
            await bans.end(db, ban.id, now)
            restored[ban.id] = LIFT_BAN
        elif entry.act == LIFT_BAN and ban.ends_at == entry.after:
            await bans.end(db, ban.id, entry.before)
            restored[ban.id] = BAN
    return restored


async def _comment(db: Db, member: Member, comment_id: int) -> tuple[Comment, int]:
    comment, page = await comment_for(db, member, comment_id, Role.MODERATOR)
    if comment.author.member_id is not None:
        raise Conflict("A member of this site wrote that. Take away their role instead.")
    return comment, page.site_id


async def _ban(
    db: WriteDb,
    member: Member,
    site_id: int,
    kind: BanKind,
    known: _Known,
    terms: Terms,
    now: int,
) -> Banned:
    reason = _checked(terms, now)
    is_salted = known.salted_at is not None
    if is_salted and await bans.count_salted(db, site_id, now=now) >= bans.MOST_SALTED:
        message = f"A site has at most {bans.MOST_SALTED} bans by address at once. Lift some first."
        raise Conflict(message)
    ban = await bans.add(
        db,
        site_id,
        kind,
        known.value,
        label=known.label,
        reason=reason,
        shadow=terms.shadow,
        salted_at=known.salted_at,
        ends_at=terms.ends_at,
        member_id=member.id,
        now=now,
    )
    audit_id = await audit.add(
        db,
        member_id=member.id,
        act=BAN,
        site_id=site_id,
        subject=[ban.id],
        before=None,
        after={"kind": kind, "shadow": ban.shadow, "ends_at": ban.ends_at},
        now=now,
    )
    return Banned(ban, audit_id)


def _checked(terms: Terms, now: int) -> str:
    if terms.ends_at is not None and terms.ends_at <= now:
        raise _wrong("ends_at", "over", "Choose an end that is still to come, or none.")
    reason = one_line(terms.reason)
    if len(reason) > MAX_REASON:
        raise _wrong("reason", "too_long", f"A reason has at most {MAX_REASON} characters.")
    return reason


async def _known_by(ctx: Context, db: Db, comment: Comment, site_id: int, kind: BanKind) -> _Known:
    """What the comment tells of its author."""
    match kind:
        case "author":
            if comment.author.key is None:
                raise _unknown("This comment does not tell which browser it came from.")
            return _Known(comment.author.key, f"browser of {comment.author.name or 'no name'}")
        case "email":
            contact = await contacts.of(db, comment.id)
            if contact is None:
                raise _unknown("The author of this comment gave no email.")
            return _by_email(ctx, site_id, contact.email)
        case "name":
            return _by_name(comment.author.name)
        case "address" | "network":
            sender = await senders.of(db, comment.id)
            if sender is None:
                raise _unknown("Nobody knows any more which address this comment came from.")
            value = sender.address if kind == "address" else sender.network
            return _Known(value, f"{kind} of {day_text(sender.at)}", sender.at)


def _typed(ctx: Context, site_id: int, kind: BanKind, text: str, now: int) -> _Known:
    text = one_line(text)
    match kind:
        case "author":
            raise _unknown("Choose a comment to ban the browser that it came from.")
        case "email":
            address = mail_address(text)
            if address is None:
                message = "Please give one email address, like mira@example.org."
                raise _wrong("text", "not_an_address", message)
            return _by_email(ctx, site_id, address)
        case "name":
            return _by_name(text)
        case "address" | "network":
            if not tells_apart(text):
                message = "Please give one network address, like 192.0.2.7 or 2001:db8::7."
                raise _wrong("text", "not_an_address", message)
            hashed = ctx.hashes.address if kind == "address" else ctx.hashes.network
            return _Known(hashed(text, now=now), f"{kind} given on {day_text(now)}", now)


def _by_email(ctx: Context, site_id: int, email: str) -> _Known:
    return _Known(ctx.hashes.banned_email(site_id, email), masked(email))


def _by_name(name: str) -> _Known:
    shapes = sorted(name_shapes(name))
    if not shapes:
        raise _unknown("A name without letters cannot be banned.")
    return _Known(shapes[0], f"name {one_line(name)}")


async def _to_spam(db: Db, site_id: int, comment: Comment) -> list[int]:
    """The comment, and the newest others of the same author that are public or wait."""
    key = comment.author.key
    others = await comments.newest_of(db, site_id, key, limit=MOST - 1) if key else []
    own = [comment.id] if comment.status in (Status.APPROVED, Status.PENDING) else []
    return sorted({*own, *others})


def _unknown(message: str) -> Invalid:
    return _wrong("kind", "unknown", message)


def _wrong(field: str, code: str, message: str) -> Invalid:
    return Invalid(FieldError(field, code, message))
