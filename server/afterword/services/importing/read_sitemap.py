"""Which pages a site has, for the report of an import: read from its sitemap into the staging."""

from __future__ import annotations

from contextlib import contextmanager
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from afterword.core.errors import Invalid, NotFetched, UnknownOrigin, Unsupported
from afterword.core.page_key import PageClaim, identify
from afterword.delivery.guarded_client import Limits, Outgoing
from afterword.formats.opening import MalformedFile, open_bytes, open_import
from afterword.formats.sitemap import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.core.model import Site
    from afterword.formats.opening import Opened
    from afterword.formats.sitemap import Listed
    from afterword.services.context import Context
    from afterword.storage.staging import Staging

LIMITS = Limits(seconds=30.0, size=50 * 1024 * 1024, redirects=5)
"""Of one sitemap: the protocol allows 50 MB."""
MOST = 500
"""Sitemaps that a list may lead to."""
BATCH = 1000


async def read_sitemap(ctx: Context, staging: Staging, site: Site, source: str | Path) -> int:
    """How many addresses of the site it has; an address is fetched, and so is what a list leads to.

    Raises `NotFetched`, `MalformedFile`, and `Unsupported` where it is not of this site.
    """
    wanted: list[str | Path] = [source]
    count = 0
    for number, each in enumerate(wanted):
        if number >= MOST:
            raise Unsupported(f"The sitemap leads to more than {MOST} others.")
        body = await _fetched(ctx, each) if isinstance(each, str) else each
        with _named(str(each)), _opened(body) as opened:
            entries = listed(opened)
            while some := await ctx.in_thread(list, islice(entries, BATCH)):
                wanted += [entry.url for entry in some if entry.is_sitemap]
                keys = await ctx.in_thread(_keys, some, site)
                staging.know_addresses(keys)
                count += len(keys)
    if not count:
        raise Unsupported(f"The sitemap has no address of the site {site.name}.")
    return count


async def _fetched(ctx: Context, url: str) -> bytes:
    answer = await ctx.client.fetch(Outgoing(url), LIMITS)
    if answer.status != 200:
        raise NotFetched(f"{url} was answered with {answer.status}, not with a sitemap.")
    return answer.body


@contextmanager
def _opened(body: bytes | Path) -> Iterator[Opened]:
    if isinstance(body, Path):
        with open_import(body) as opened:
            yield opened
        return
    with open_bytes(BytesIO(body), len(body)) as opened:
        yield opened


@contextmanager
def _named(source: str) -> Iterator[None]:
    try:
        yield
    except MalformedFile as error:
        reason = f"In the sitemap {source}: {error.reason}"
        raise MalformedFile(reason, error.line, error.column) from error


def _keys(some: list[Listed], site: Site) -> list[str]:
    """Of those that are addresses of the site."""
    found: list[str] = []
    for each in some:
        if each.is_sitemap:
            continue
        try:
            found += identify(PageClaim(each.url), site).keys
        except (Invalid, UnknownOrigin):
            continue
    return found
