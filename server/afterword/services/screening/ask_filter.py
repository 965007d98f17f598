"""What the site's learning filter makes of a comment that has just been written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.classifier import judge
from afterword.core.features import features
from afterword.storage import learnt

if TYPE_CHECKING:
    from afterword.core.classifier import Opinion
    from afterword.core.model import Site, Tree
    from afterword.services.context import Context


async def ask_filter(
    ctx: Context, site: Site, tree: Tree, *, name: str, website: str | None, page_url: str
) -> Opinion | None:
    """The opinion, by one query; None where the filter has no say, or nobody would hear it."""
    if not site.policy.learning or "learnt" in site.policy.quiet_rules:
        return None
    tokens = features(tree, name=name, website=website, page_url=page_url)
    return judge(tokens, await learnt.seen(ctx.store, site.id, tokens))
