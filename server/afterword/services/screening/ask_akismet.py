"""Showing comments to Akismet, for sites whose owner wants that: new ones, and where it was wrong.

Nothing of it holds a transaction: a new comment is shown before it is stored, what moderators say of it
afterwards is told in the background, and lost if the server stops meanwhile.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from afterword.core.errors import NotFetched
from afterword.core.model import Act
from afterword.delivery.akismet import Shown
from afterword.storage import comments, pages, verdicts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.core.model import Comment, Page, Site, Verdict
    from afterword.core.rules import AkismetSays
    from afterword.delivery.akismet import Akismet
    from afterword.services.context import Context

RULE = "akismet"

log = logging.getLogger(__name__)


async def ask_akismet(ctx: Context, site: Site, shown: Shown, *, now: int) -> AkismetSays | None:
    """What it thinks of a comment, `silent` where it does not say so; None where nobody asks it."""
    if ctx.akismet is None or not is_asked(ctx, site):
        return None
    try:
        return await ctx.akismet.check(shown, now=now)
    except NotFetched as error:
        log.warning("Akismet was asked about a comment on %s in vain: %s", site.name, error.message)
        return "silent"


def is_asked(ctx: Context, site: Site) -> bool:
    """Whether comments of this site are shown to it."""
    wanted = site.policy.akismet and RULE not in site.policy.quiet_rules
    return wanted and ctx.akismet is not None


def tell_akismet(ctx: Context, act: Act, ids: Sequence[int]) -> None:
    """After an act on comments: tells it, some time soon, which of them it had taken for something else."""
    if ctx.akismet is not None and act in (Act.APPROVE, Act.SPAM) and ids:
        ctx.errands.begin("Telling Akismet", _tell(ctx, ctx.akismet, act, ids))


async def _tell(ctx: Context, akismet: Akismet, act: Act, ids: Sequence[int]) -> None:
    found = await comments.get_many(ctx.store, ids)
    sheets = await verdicts.of(ctx.store, ids)
    on = await pages.get_many(ctx.store, sorted({each.page_id for each in found.values()}))
    is_spam = act is Act.SPAM
    for comment in found.values():
        page = on.get(comment.page_id)
        site = ctx.sites.by_id(page.site_id) if page else None
        if page is None or site is None or not is_asked(ctx, site) or comment.author.member_id:
            continue
        if comment.source and _called_spam(sheets.get(comment.id)) is not is_spam:
            await akismet.teach(_shown_again(site, page, comment), is_spam=is_spam)


def _called_spam(sheet: Verdict | None) -> bool:
    return sheet is not None and any(reason.rule == RULE for reason in sheet.reasons)


def _shown_again(site: Site, page: Page, comment: Comment) -> Shown:
    """As far as it is kept: the address and the browser of its author are not."""
    return Shown(
        blog=site.origins[0],
        permalink=page.url,
        text=comment.source,
        name=comment.author.name,
        website=comment.author.website,
        is_reply=comment.parent_id is not None,
    )
