"""The mails to members: one comment with a link that decides about it, and the digest of what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.mail import Action, Mail, Paragraph, Quote, Small
from afterword.core.mail_address import masked
from afterword.core.model import Role, Status, Tab
from afterword.core.notices import AT_ONCE, DIGESTS
from afterword.core.report_words import reported
from afterword.core.tokens import DecisionClaim
from afterword.core.tree import excerpt, to_text
from afterword.services.moderating.review_queue import review_one
from afterword.services.permission import may
from afterword.services.telling.stop_notices import quiet_link
from afterword.storage import members, notices, review
from afterword.storage.review_query import Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from afterword.core.mail import Block
    from afterword.core.model import Comment, Member
    from afterword.core.notices import Rhythm, Told
    from afterword.core.telling import Message, Notices
    from afterword.services.context import Context
    from afterword.services.moderating.review_queue import QueueItem
    from afterword.storage.review import Held

DAY = 24 * 60 * 60_000
STALE = 2 * DAY
"""Milliseconds after which a mail is no news, such as what waited until a mail server was set up."""
GOOD_FOR = 7 * DAY
"""Milliseconds for which a link decides."""
PATH = "/moderate?token="
SETTINGS = "/dashboard/profile#notices"
LISTED = 10
"""Comments in a digest."""
LINE = 200
"""Characters of one of them."""
_INTRO: Mapping[Told, str] = {
    "waiting": "A comment on “{page}” ({site}) waits for a decision.",
    "reported": "Readers have reported a comment on “{page}” ({site}).",
    "published": "A comment on “{page}” ({site}) is published.",
}
_SUBJECT: Mapping[Told, str] = {
    "waiting": "Waiting: {name} on {page}",
    "reported": "Reported: {name} on {page}",
    "published": "Published: {name} on {page}",
}
_WHY: Mapping[Notices, str] = {
    "waiting": "You hear of what waits on {site}, as one of those who decide.",
    "all": "You hear of every comment on {site}.",
}


async def comment_mail(ctx: Context, message: Message, now: int) -> Mail | None:
    """One comment; None where it is decided, or the member may or wants to hear of it no more."""
    told: Told = message.data["told"]
    member = await _recipient(ctx, message, now)
    if member is None or message.comment_id is None:
        return None
    item = await review_one(ctx, member, message.comment_id, now=now)
    if item is None or not may(member, item.site.id, Role.MODERATOR):
        return None
    wants = heard_on(await notices.of_member(ctx.store, member.id), item.site.id)
    if told not in AT_ONCE[wants] or not is_open(told, item.comment):
        return None
    names = {
        "name": item.comment.author.name or "Anonymous",
        "page": item.page.title or item.page.url,
        "site": item.site.name,
    }
    link = _link(ctx, member, item.comment, item.site.id, told, message.message_id, now)
    return Mail(
        to=member.email,
        subject=_SUBJECT[told].format_map(names),
        blocks=(
            Paragraph(_INTRO[told].format_map(names)),
            *_comment(item),
            Action("Decide about it" if told != "published" else "Look at it", link),
            Small(
                "The link is yours alone, decides once, and is good for seven days."
                " Nothing happens before you press a button there."
            ),
            Small(_WHY[wants].format_map(names), ctx.settings.public_url + SETTINGS),
        ),
        unsubscribe=quiet_link(ctx, member.id, item.site.id),
        thread=f"comment {item.comment.id}",
    )


async def digest_mail(ctx: Context, message: Message, now: int) -> Mail | None:
    """What waits on the sites of which the member wants digests; None where that is nothing."""
    every: Rhythm = message.data["every"]
    member = await _recipient(ctx, message, now)
    if member is None:
        return None
    site_ids = await _digested(ctx, member, every)
    counts = await review.counts(ctx.store, site_ids) if site_ids else {}
    waiting, reports = counts.get(Tab.PENDING, 0), counts.get(Tab.REPORTED, 0)
    if not waiting and not reports:
        return None
    shown = await _newest(ctx, site_ids, Tab.PENDING, LISTED)
    shown += await _newest(ctx, site_ids, Tab.REPORTED, LISTED - len(shown))
    where = ", ".join(site.name for site in ctx.sites if site.id in site_ids)
    return Mail(
        to=member.email,
        subject=f"{_summary(waiting, reports)} on {where if len(site_ids) == 1 else 'your sites'}",
        blocks=(
            Paragraph(f"{_summary(waiting, reports)}. The newest:"),
            *(block for held in shown for block in _line(ctx, member, held, message, now)),
            Action("All in the queue", f"{ctx.settings.public_url}/dashboard/queue"),
            Small(
                f"You get this {'hour' if every == 'hour' else 'day'}'s digest of {where}.",
                ctx.settings.public_url + SETTINGS,
            ),
        ),
        unsubscribe=quiet_link(ctx, member.id, every),
    )


def is_open(told: str, comment: Comment) -> bool:
    """Whether the comment is still what the mail said of it."""
    if told == "waiting":
        return comment.status is Status.PENDING
    return comment.status is Status.APPROVED and (told != "reported" or comment.reports > 0)


def heard_on(wants: Mapping[int | None, Notices], site_id: int) -> Notices:
    """What a member wants to hear of the site: by the role on it, else by that on every site."""
    return wants.get(site_id) or wants.get(None) or "none"


async def _recipient(ctx: Context, message: Message, now: int) -> Member | None:
    """Whom it is to; None for somebody who can sign in no more, when mails there come back, or it is late."""
    if message.member_id is None or now - message.due_at > STALE:
        return None
    if await members.has_bounced(ctx.store, message.member_id):
        return None
    return await members.get(ctx.store, message.member_id)


async def _digested(ctx: Context, member: Member, every: Rhythm) -> list[int]:
    wants = await notices.of_member(ctx.store, member.id)
    return [
        site.id
        for site in ctx.sites
        if may(member, site.id, Role.MODERATOR) and heard_on(wants, site.id) in DIGESTS[every]
    ]


async def _newest(ctx: Context, site_ids: Sequence[int], tab: Tab, limit: int) -> list[Held]:
    wanted = Wanted(tab, site_ids)
    spots = await review.find(ctx.store, wanted, order="newest", limit=limit) if limit > 0 else []
    return await review.get_held(ctx.store, [spot[2] for spot in spots])


def _comment(item: QueueItem) -> list[Block]:
    comment = item.comment
    blocks: list[Block] = [Quote(comment.author.name or "Anonymous", to_text(comment.tree))]
    if item.email:
        blocks.append(Paragraph(f"Email: {masked(item.email)}"))
    if item.parent_tree is not None:
        said = excerpt(item.parent_tree, LINE)
        blocks.append(Paragraph(f"In reply to {item.parent_author or 'Anonymous'}: {said}"))
    if sentences := reported(each.reason for each in item.reports):
        blocks.append(Paragraph(f"Reported: {'; '.join(sentences)}."))
    if item.reasons:
        why = "Why it waits" if comment.status is Status.PENDING else "What the rules said"
        blocks.append(Paragraph(f"{why}: {'; '.join(each.text for each in item.reasons)}."))
    return blocks


def _line(ctx: Context, member: Member, held: Held, message: Message, now: int) -> list[Block]:
    comment, on = held.comment, held.page_title or held.page_url
    told: Told = "waiting" if comment.status is Status.PENDING else "reported"
    nonce = f"{message.message_id}.{comment.id}"
    name = f"{comment.author.name or 'Anonymous'} on “{on}”"
    if told == "reported":
        name += ", reported"
    link = _link(ctx, member, comment, held.site_id, told, nonce, now)
    return [Quote(name, excerpt(comment.tree, LINE)), Action("Decide about it", link)]


def _link(
    ctx: Context, member: Member, comment: Comment, site_id: int, told: Told, nonce: str, now: int
) -> str:
    claim = DecisionClaim(member.id, comment.id, site_id, told, nonce, now + GOOD_FOR)
    return f"{ctx.settings.public_url}{PATH}{ctx.tokens.decisions.sign(claim)}"


def _summary(waiting: int, reports: int) -> str:
    """`3 comments wait, 1 is reported`."""
    parts = []
    if waiting:
        parts.append(f"{waiting:,} {'comment waits' if waiting == 1 else 'comments wait'}")
    if reports:
        noun = "" if waiting else ("comment " if reports == 1 else "comments ")
        parts.append(f"{reports:,} {noun}{'is' if reports == 1 else 'are'} reported")
    return ", ".join(parts)
