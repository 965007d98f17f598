"""What the rules are told of a new comment, beside what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.rules import Facts
from afterword.storage import facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.core.model import Author, Page, Site
    from afterword.core.page_key import Identity
    from afterword.services.context import Context

SHORTLY = 24 * 60 * 60_000
"""Milliseconds within which the same text under the same page is a duplicate."""


async def gather_facts(
    ctx: Context,
    site: Site,
    identity: Identity,
    source: str,
    author: Author,
    *,
    seconds: float | None,
    now: int,
) -> tuple[Mapping[str, Page], Facts]:
    """The page by each of its keys that leads to one, and the facts."""
    found = await facts.look_up(
        ctx.store,
        site.id,
        identity.keys,
        author_key=author.key,
        source=source,
        since=now - SHORTLY,
    )
    page = page_of(identity, found.pages)
    return found.pages, Facts(
        known_author=found.known_author,
        recent_duplicate=page is not None and page.id in found.duplicated_on,
        seconds=seconds,
    )


def page_of(identity: Identity, leading: Mapping[str, Page]) -> Page | None:
    """The page of the first key that leads to one."""
    return next((leading[key] for key in identity.keys if key in leading), None)
