"""Markdown as it would look; nothing is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.draft import clean_body
from afterword.core.model import Policy
from afterword.services.render import render

if TYPE_CHECKING:
    from afterword.core.model import Tree
    from afterword.services.context import Context


async def preview_comment(
    ctx: Context, body: str, *, url: str | None = None, site: str | None = None
) -> Tree:
    """The tree of a body by the rules of the site, or by the usual ones where no page is named."""
    policy = ctx.sites.for_url(url, site).policy if url else _policy_of(ctx, site)
    return await render(ctx, clean_body(body, policy), policy)


def _policy_of(ctx: Context, site: str | None) -> Policy:
    found = ctx.sites.by_name(site) if site else None
    return found.policy if found else Policy()
