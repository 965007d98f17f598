"""Pages that are likely two halves of one thread: a page moved, and its comments did not."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from afterword.core.model import Page

COMMON = 3
"""What more pages than this have in common says nothing: it is a template's title, or a number."""


def likely_splits(recent: Sequence[Page], keys: Mapping[int, int]) -> list[tuple[Page, Page]]:
    """Pairs of the same title or last path segment, of which one at least has a single address.

    `recent` has the page that changed last first; so have the pairs. `keys` counts addresses by page id.
    """
    place = {page.id: number for number, page in enumerate(recent)}
    pairs: dict[tuple[int, int], tuple[Page, Page]] = {}
    for group in _groups(recent):
        for number, page in enumerate(group):
            for other in group[number + 1 :]:
                if page.url != other.url and 1 in (keys.get(page.id), keys.get(other.id)):
                    pairs.setdefault((page.id, other.id), (page, other))
    return sorted(pairs.values(), key=lambda pair: (place[pair[0].id], place[pair[1].id]))


def candidates(recent: Sequence[Page]) -> list[int]:
    """Ids of the pages that have a title or last path segment in common with some other."""
    return sorted({page.id for group in _groups(recent) for page in group})


def _groups(recent: Sequence[Page]) -> list[list[Page]]:
    groups: dict[tuple[str, str], list[Page]] = {}
    for page in recent:
        title, segment = page.title.strip().casefold(), _last_segment(page.url)
        for kind, text in (("title", title), ("segment", segment)):
            if text:
                groups.setdefault((kind, text), []).append(page)
    return [group for group in groups.values() if 1 < len(group) <= COMMON]


def _last_segment(url: str) -> str:
    """`weir` of `/notes/weir/` and of `/notes/weir.html`."""
    path = url.partition("://")[2].partition("/")[2].partition("?")[0].rstrip("/")
    return path.rpartition("/")[2].removesuffix(".html")
