"""Which pages of a site are likely two halves of one thread, for owners to merge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.likely_splits import candidates, likely_splits
from afterword.core.model import Role
from afterword.services.permission import own_site
from afterword.storage import page_list

if TYPE_CHECKING:
    from afterword.core.model import Member, Page
    from afterword.services.context import Context

LOOKED_AT = 1_000
"""Pages of a site that changed last: of these, the pairs are found."""
MOST = 50
"""Pairs told at once."""


async def find_likely_splits(
    ctx: Context, member: Member, site_id: int, *, looked_at: int = LOOKED_AT
) -> tuple[tuple[Page, Page], ...]:
    """Pairs of pages, each with the one that changed last first; raises as moving pages does."""
    site = own_site(ctx, member, site_id, Role.OWNER)
    recent = await page_list.recent(ctx.store, site.id, looked_at)
    keys = await page_list.key_counts(ctx.store, candidates(recent))
    return tuple(likely_splits(recent, keys)[:MOST])
