"""What a webhook is told of an event, from what is so at this moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from afterword.core.hook_event import Told, ToldComment, ToldPage
from afterword.core.telling import EventKind
from afterword.core.tree import to_text
from afterword.core.webhook import STILL, shows
from afterword.storage import comments, pages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.core.model import Comment, Page, Site
    from afterword.core.telling import Message
    from afterword.core.webhook import Webhook
    from afterword.services.context import Context


async def told_of(ctx: Context, webhook: Webhook, message: Message) -> Told | None:
    """What the message says now; None where there is nothing to say any more.

    Programs hear of what happened with the comment as it is by now; people in a chat only of what
    still is so. Of what nobody may read, neither the text nor the author is there.
    """
    site = ctx.sites.by_id(message.site_id) if message.site_id else None
    if site is None:
        return None
    kind = EventKind(message.purpose)
    if message.comment_id is None:
        numbers = {name: value for name, value in message.data.items() if name != "at"}
        return _told(ctx, site, kind, message, numbers=numbers)
    comment = await comments.get(ctx.store, message.comment_id)
    page = await pages.get(ctx.store, comment.page_id) if comment else None
    if comment is None or page is None:
        return None
    if webhook.template != "events" and comment.status not in STILL[kind]:
        return None
    told = _comment(ctx, comment, is_shown=shows(kind, comment.status))
    return _told(ctx, site, kind, message, page=_page(page, kind, comment), comment=told)


def trial_of(ctx: Context, site: Site, message_id: str, *, now: int) -> Told:
    """What is sent to see that something arrives: nothing has happened, and it says so."""
    url = ctx.settings.public_url
    kind = EventKind.APPROVED
    return Told(message_id, kind, now, url, site.id, site.name, is_trial=True)


def _told(
    ctx: Context,
    site: Site,
    kind: EventKind,
    message: Message,
    *,
    page: ToldPage | None = None,
    comment: ToldComment | None = None,
    numbers: Mapping[str, Any] | None = None,
) -> Told:
    return Told(
        message_id=message.message_id,
        kind=kind,
        at=message.data.get("at", message.created_at),
        source=ctx.settings.public_url,
        site_id=site.id,
        site=site.name,
        page=page,
        comment=comment,
        numbers=numbers or {},
    )


def _page(page: Page, kind: EventKind, comment: Comment) -> ToldPage:
    """Where nothing is public, the title is the word of somebody who waits."""
    is_shown = page.comment_count > 0 or shows(kind, comment.status)
    return ToldPage(page.id, page.url, (page.title or None) if is_shown else None)


def _comment(ctx: Context, comment: Comment, *, is_shown: bool) -> ToldComment:
    url = ctx.settings.public_url
    return ToldComment(
        id=comment.id,
        parent_id=comment.parent_id,
        status=comment.status,
        created_at=comment.created_at,
        edited_at=comment.edited_at,
        author=comment.author.name if is_shown else None,
        is_staff=is_shown and comment.author.member_id is not None,
        text=to_text(comment.tree) if is_shown else None,
        permalink=f"{url}/c/{comment.id}",
        dashboard=f"{url}/dashboard/comments/{comment.id}",
    )
