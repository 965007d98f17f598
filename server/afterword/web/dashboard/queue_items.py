"""A waiting comment as its card shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from afterword.core.model import Act, Role, Status, Tab
from afterword.core.report_words import reported
from afterword.core.tree import excerpt, to_text
from afterword.services.permission import may
from afterword.web.dashboard.cures import cure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.core.model import Comment, Member, Page, Reason, Site
    from afterword.services.moderating.review_queue import Earlier, QueueItem

Button = tuple[Act, str, str, str]
"""Act, word, look, key."""
APPROVE: Button = (Act.APPROVE, "Approve", "ok", "a")
HOLD: Button = (Act.HOLD, "Hold", "", "h")
SPAM: Button = (Act.SPAM, "Spam", "bad", "s")
REMOVE: Button = (Act.REMOVE, "Remove", "bad", "d")
KEEP: Button = (Act.APPROVE, "Keep", "ok", "a")

_ALL = (APPROVE, SPAM, REMOVE, HOLD)
_NOTHING_NEW = {
    Tab.PENDING: Act.HOLD,
    Tab.SPAM: Act.SPAM,
    Tab.REMOVED: Act.REMOVE,
    Tab.APPROVED: Act.APPROVE,
}
"""What comments of a tab are already."""
ACTS: dict[Tab, tuple[Button, ...]] = {
    tab: tuple(button for button in _ALL if button[0] is not _NOTHING_NEW.get(tab)) for tab in Tab
} | {Tab.REPORTED: (KEEP, SPAM, REMOVE, HOLD)}
"""What can be done to a comment of a tab, or to many at once: it can get every other status."""
TABS = {
    Status.PENDING: Tab.PENDING,
    Status.SPAM: Tab.SPAM,
    Status.REMOVED: Tab.REMOVED,
    Status.APPROVED: Tab.APPROVED,
}
PARENT = 160
"""Characters shown of what a comment answers."""
QUOTES = 10
"""Readers of whose reports the own words are shown."""
LONG = 1_500
"""Characters from which a comment scrolls in its card, so that the next one is not far away."""


SAID = 120
"""Characters shown of what an author wrote elsewhere."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A reply or another text that was refused, as it was typed."""

    comment_id: int
    body: str
    refused: str
    client_id: str = ""
    """Of a reply."""
    is_edit: bool = False


@dataclass(frozen=True, slots=True)
class Glance:
    """What is shown of an author beside one comment."""

    since: int
    trusted: bool
    banned: bool
    last: tuple[tuple[int, Status, int, str], ...]
    """Id, status, time and beginning of other comments, the newest first."""


@dataclass(frozen=True, slots=True)
class Card:
    """One item of the queue with what its member may do to it."""

    comment: Comment
    page: Page
    site: Site
    email: str | None
    reasons: tuple[Reason, ...]
    parent: str | None
    """Who said what before, shortened."""
    history: str
    author: Glance | None
    why: str
    score: float
    """The sum of the reasons' weights."""
    cures: Mapping[str, str]
    """By rule, what *never hold for this again* would do; empty where that is nothing."""
    reported: tuple[str, ...]
    """What readers say of it, a sentence a reason."""
    quotes: tuple[str, ...]
    """What they added in their own words."""
    earlier: tuple[Earlier, ...]
    address: str
    acts: tuple[Button, ...]
    may_act: bool
    may_reply: bool
    is_long: bool
    may_edit: bool
    reply: Typed | None
    edit: Typed | None
    client_id: str


def card(item: QueueItem, tab: Tab, member: Member, typed: Typed | None) -> Card:
    """The card of an item of this tab for this member; `typed` was refused, at whichever comment."""
    comment = item.comment
    # Of a comment that its author took back, nothing is left to decide about.
    allowed = may(member, item.site.id, Role.MODERATOR) and bool(comment.source)
    mine = typed if typed and typed.comment_id == comment.id else None
    reply = mine if mine and not mine.is_edit else None
    return Card(
        comment=comment,
        page=item.page,
        site=item.site,
        email=item.email,
        reasons=item.reasons,
        parent=_parent(item),
        history=_history(item),
        author=_glance(item),
        why="Held because" if comment.status is Status.PENDING else "What the rules said",
        score=sum(reason.weight for reason in item.reasons),
        cures={each.rule: cure(each, member, item.site.id) for each in item.reasons if allowed},
        reported=reported(each.reason for each in item.reports),
        quotes=tuple(each.text for each in item.reports if each.text)[:QUOTES],
        earlier=item.earlier,
        address=_address(item),
        acts=ACTS[tab],
        may_act=allowed,
        may_reply=allowed and comment.status in (Status.PENDING, Status.APPROVED),
        is_long=len(to_text(comment.tree)) > LONG,
        may_edit=allowed and comment.status is not Status.REMOVED,
        reply=reply,
        edit=mine if mine and mine.is_edit else None,
        client_id=reply.client_id if reply else str(uuid4()),
    )


def _parent(item: QueueItem) -> str | None:
    if item.parent_tree is None:
        return None
    return f"{item.parent_author or 'Anonymous'}: {excerpt(item.parent_tree, PARENT)}"


def _history(item: QueueItem) -> str:
    """`first comment`, or what became of the author's others; empty where nobody is recognised."""
    if not item.author_history:
        return ""
    others = dict(item.author_history)
    others[item.comment.status] = others.get(item.comment.status, 1) - 1
    parts = [f"{number:,} {status}" for status, number in others.items() if number > 0]
    return f"also here: {', '.join(parts)}" if parts else "first comment"


def _glance(item: QueueItem) -> Glance | None:
    known = item.author
    if known is None:
        return None
    last = (
        (each.comment_id, each.status, each.created_at, excerpt(each.tree, SAID))
        for each in known.last
    )
    return Glance(known.since, known.trusted, known.banned, tuple(last))


def _address(item: QueueItem) -> str:
    """The comment on its page where readers can see it, else the page."""
    public = item.comment.status is Status.APPROVED
    return f"{item.page.url}#comment-{item.comment.id}" if public else item.page.url
