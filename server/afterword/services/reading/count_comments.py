"""How many comments everybody can read under each of some addresses."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec

from afterword.core import wire
from afterword.core.errors import Forbidden, Invalid
from afterword.core.languages import ENGLISH
from afterword.core.page_key import PageClaim, identify
from afterword.services.reading.read_thread import SHAPE
from afterword.services.thread_cache import Built, Entry, key_tag, page_tag, site_tag
from afterword.storage import pages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.core.model import Site
    from afterword.services.context import Context

_PREFIX = b"counts?"


def cached(ctx: Context, raw_query: bytes) -> Entry | None:
    """The ready answer to a query, if there is one; asks nobody."""
    return ctx.cache.get(_PREFIX + raw_query)


async def count_comments(
    ctx: Context,
    raw_query: bytes,
    urls: Sequence[str],
    site: str | None,
    lang: str | None,
    *,
    now: int,
) -> Entry:
    """The counts of these addresses, in their order; `raw_query` is the key in the cache.

    The first address says which site is meant, and raises as a thread does; a later one that is
    nobody's, or another site's, has no comments.
    """
    return await ctx.cache.build(
        _PREFIX + raw_query, lambda: _count(ctx, urls, ctx.sites.for_url(urls[0], site), lang)
    )


async def _count(ctx: Context, urls: Sequence[str], site: Site, wish: str | None) -> Built:
    keys = [identify(PageClaim(urls[0]), site).key, *(_key(url, site) for url in urls[1:])]
    wanted = [key for key in dict.fromkeys(keys) if key is not None]
    found = await pages.find_each(ctx.store, site.id, wanted)
    counts = [found[key].comment_count if key in found else 0 for key in keys]
    versions = {site_tag(site.id): site.version}
    versions |= {key_tag(site.id, key): 0 for key in wanted if key not in found}
    versions |= {page_tag(page.id): page.version for page in found.values()}
    lang = ctx.languages.nearest([wish or ENGLISH])
    words = ctx.languages.to_send_one(lang, "replies", site.policy.words)
    answer = wire.Counts(counts=counts, lang=None if lang == ENGLISH else lang, words=words)
    return Built(_entry(site, msgspec.json.encode(answer)), versions)


def _key(url: str, site: Site) -> str | None:
    try:
        return identify(PageClaim(url), site).key
    except (Invalid, Forbidden):
        return None


def _entry(site: Site, body: bytes) -> Entry:
    digest = blake2b(body, digest_size=8).hexdigest()
    return Entry(
        etag=f'W/"{site.id}.{site.version}.{digest}.{SHAPE}"'.encode(),
        identity=body,
        origins=frozenset(origin.encode() for origin in site.origins),
    )
