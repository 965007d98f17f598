"""Pages that are likely two halves of one thread: a page moved, and its comments did not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from afterword.core.model import Page

COMMON = 3
"""What more pages than this have in common says nothing: it is a template's title, or a number."""


_VARIANT_HOST = re.compile(r"^(?:www|m|mobile|amp)\.(?=[^.]+\.)")
_ENDINGS = re.compile(r"(?:/index\.(?:html?|php)|/amp|\.amp|\.html?|/)+$")
_NOISE = re.compile(r"(?:utm_.*|mc_.*|fbclid|gclid|msclkid|_ga|igshid|ref|amp|amp;.*)(?:=.*)?")


def likely_splits(recent: Sequence[Page], keys: Mapping[int, int]) -> list[tuple[Page, Page]]:
    """Pairs of the same title or last path segment, of which one at least has a single address; and
    pairs whose addresses are ways to write one. Parts of a page that its query tells apart are none.

    `recent` has the page that changed last first; so have the pairs. `keys` counts addresses by page id.
    """
    place = {page.id: number for number, page in enumerate(recent)}
    pairs: dict[tuple[int, int], tuple[Page, Page]] = {}
    for group in _groups(recent):
        for number, page in enumerate(group):
            for other in group[number + 1 :]:
                same = _folded(page.url), _folded(other.url)
                is_single = 1 in (keys.get(page.id), keys.get(other.id))
                if page.url == other.url or _are_parts(*same):
                    continue
                if is_single or same[0] == same[1]:
                    pairs.setdefault((page.id, other.id), (page, other))
    return sorted(pairs.values(), key=lambda pair: (place[pair[0].id], place[pair[1].id]))


def candidates(recent: Sequence[Page]) -> list[int]:
    """Ids of the pages that have a title or last path segment in common with some other."""
    return sorted({page.id for group in _groups(recent) for page in group})


def _groups(recent: Sequence[Page]) -> list[list[Page]]:
    groups: dict[tuple[str, str], list[Page]] = {}
    for page in recent:
        title, segment = page.title.strip().casefold(), _last_segment(page.url)
        path, query = _folded(page.url)
        for kind, text in (("title", title), ("segment", segment), ("address", f"{path}?{query}")):
            if text:
                groups.setdefault((kind, text), []).append(page)
    return [group for group in groups.values() if 1 < len(group) <= COMMON]


def _folded(url: str) -> tuple[str, str]:
    """Host and path, and the query, without what only says how somebody came: scheme, `www.`, a host
    or folder for phones or AMP, capitals, `index.html`, the last slash, tracking."""
    address, _, query = url.partition("://")[2].partition("#")[0].partition("?")
    host, _, path = address.casefold().partition("/")
    path = _ENDINGS.sub("", f"/{path}").removeprefix("/amp/").strip("/")
    kept = sorted(pair for pair in query.split("&") if pair and not _NOISE.fullmatch(pair))
    return f"{_VARIANT_HOST.sub('', host)}/{path}", "&".join(kept)


def _are_parts(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """The same page, and another query that tells: `?page=2`."""
    return one[0] == other[0] and one[1] != other[1]


def _last_segment(url: str) -> str:
    """`weir` of `/notes/weir/` and of `/notes/weir.html`."""
    path = url.partition("://")[2].partition("/")[2].partition("?")[0].rstrip("/")
    return path.rpartition("/")[2].removesuffix(".html")
