"""What the site's learning filter makes of a comment that has just been written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.classifier import ENOUGH, judge
from afterword.core.features import features
from afterword.storage import learnt

if TYPE_CHECKING:
    from afterword.core.classifier import Opinion
    from afterword.core.model import Site, Tree
    from afterword.storage.store import Db


async def ask_filter(
    db: Db,
    site: Site,
    tree: Tree,
    *,
    name: str,
    website: str | None,
    page_url: str,
    lessons: int = ENOUGH,
) -> Opinion | None:
    """The opinion, by one query; None where the filter has no say, or nobody would hear it.

    `lessons` is what it was taught of the kind that it was taught less of, where that is known already:
    what a long comment looks like to a filter takes a quarter of the time that storing it takes.
    """
    if not site.policy.learning or "learnt" in site.policy.quiet_rules or lessons < ENOUGH:
        return None
    tokens = features(tree, name=name, website=website, page_url=page_url)
    return judge(tokens, await learnt.seen(db, site.id, tokens))
