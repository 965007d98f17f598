"""What the widget says to those who write: it asks for it when somebody begins to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core import wire
from afterword.core.languages import ENGLISH

if TYPE_CHECKING:
    from afterword.services.context import Context


def read_words(ctx: Context, url: str, site_name: str | None, lang: str | None) -> wire.Words:
    """The writers' words in the nearest language that there is, with the site's own in place.

    Raises `UnknownOrigin` for an address of no site.
    """
    site = ctx.sites.for_url(url, site_name)
    nearest = ctx.languages.nearest([lang or ENGLISH])
    words = ctx.languages.to_send_writers(nearest, site.policy.words)
    return wire.Words(lang=nearest, words=words)
