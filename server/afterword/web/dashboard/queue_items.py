"""A waiting comment as its card shows it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from afterword.core.errors import Invalid
from afterword.core.markdown import parse
from afterword.core.model import Act, Role, Status, Tab
from afterword.core.tree import excerpt, to_text
from afterword.services.permission import may
from afterword.web import wording

if TYPE_CHECKING:
    from afterword.core.model import Comment, Member, Page, Reason, Site
    from afterword.services.review_queue import Earlier, QueueItem

Button = tuple[Act, str, str, str]
"""Act, word, look, key."""
APPROVE: Button = (Act.APPROVE, "Approve", "ok", "a")
HOLD: Button = (Act.HOLD, "Hold", "", "")
SPAM: Button = (Act.SPAM, "Spam", "bad", "s")
REMOVE: Button = (Act.REMOVE, "Remove", "bad", "d")
KEEP: Button = (Act.APPROVE, "Keep", "ok", "a")

ACTS: dict[Tab, tuple[Button, ...]] = {
    Tab.PENDING: (APPROVE, SPAM, REMOVE),
    Tab.REPORTED: (KEEP, SPAM, REMOVE, HOLD),
    Tab.SPAM: (APPROVE, REMOVE),
    Tab.REMOVED: (APPROVE, SPAM),
    Tab.APPROVED: (HOLD, SPAM, REMOVE),
}
BULK = {tab: (KEEP if tab is Tab.REPORTED else APPROVE, SPAM, REMOVE) for tab in Tab}
"""What can be done to many at once."""
PARENT = 160
"""Characters shown of what a comment answers."""
QUOTES = 10
"""Readers of whose reports the own words are shown."""
LONG = 1_500
"""Characters from which a comment scrolls in its card, so that the next one is not far away."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply that was refused, as it was typed."""

    comment_id: int
    body: str
    refused: str
    client_id: str


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
    why: str
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
    reply: Reply | None
    client_id: str


def card(item: QueueItem, tab: Tab, member: Member, reply: Reply | None) -> Card:
    """The card of an item of this tab for this member; `reply` is a refused one, of whichever comment."""
    comment = item.comment
    # Of a comment that its author took back, nothing is left to decide about.
    allowed = may(member, item.site.id, Role.MODERATOR) and bool(comment.source)
    mine = reply if reply and reply.comment_id == comment.id else None
    return Card(
        comment=comment,
        page=item.page,
        site=item.site,
        email=item.email,
        reasons=item.reasons,
        parent=_parent(item),
        history=_history(item),
        why="Held because" if comment.status is Status.PENDING else "What the rules said",
        reported=_reported(item),
        quotes=tuple(each.text for each in item.reports if each.text)[:QUOTES],
        earlier=item.earlier,
        address=_address(item),
        acts=ACTS[tab],
        may_act=allowed,
        may_reply=allowed and comment.status in (Status.PENDING, Status.APPROVED),
        is_long=len(to_text(comment.tree)) > LONG,
        reply=mine,
        client_id=mine.client_id if mine else str(uuid4()),
    )


def _reported(item: QueueItem) -> tuple[str, ...]:
    """The reason that most readers gave comes first."""
    numbers = Counter(report.reason for report in item.reports)
    return tuple(wording.reported(reason, number) for reason, number in numbers.most_common())


def _parent(item: QueueItem) -> str | None:
    if item.parent_excerpt is None:
        return None
    try:
        said = excerpt(parse(item.parent_excerpt), PARENT)
    except Invalid:  # a beginning may be harder to read than the whole
        said = item.parent_excerpt[:PARENT]
    return f"{item.parent_author or 'Anonymous'}: {said}"


def _history(item: QueueItem) -> str:
    """`first comment`, or what became of the author's others; empty where nobody is recognised."""
    if not item.author_history:
        return ""
    others = dict(item.author_history)
    others[item.comment.status] = others.get(item.comment.status, 1) - 1
    parts = [f"{number:,} {status}" for status, number in others.items() if number > 0]
    return f"also here: {', '.join(parts)}" if parts else "first comment"


def _address(item: QueueItem) -> str:
    """The comment on its page where readers can see it, else the page."""
    public = item.comment.status is Status.APPROVED
    return f"{item.page.url}#comment-{item.comment.id}" if public else item.page.url
