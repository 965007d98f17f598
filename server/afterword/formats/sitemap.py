"""Which pages a site has, as it tells search engines: a sitemap, a list of sitemaps, or bare addresses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from afterword.formats.opening import MalformedFile, Opened
from afterword.formats.xml_stream import Shape, elements

MAX_LINE = 64 * 1024
_NAMESPACES = (("http://www.sitemaps.org/schemas/sitemap/", ""),)
_LOC = frozenset({"loc"})
_PAGES = Shape("a sitemap", "urlset", {"urlset/url": _LOC}, _NAMESPACES)
_MAPS = Shape("a list of sitemaps", "sitemapindex", {"sitemapindex/sitemap": _LOC}, _NAMESPACES)


@dataclass(frozen=True, slots=True)
class Listed:
    """One address of it."""

    url: str
    is_sitemap: bool
    """Whether it is that of another sitemap."""


def listed(opened: Opened) -> Iterator[Listed]:
    """What it lists, in its order. Raises `MalformedFile` for what is neither XML nor text."""
    if opened.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        shape = _MAPS if b"<sitemapindex" in opened.head else _PAGES
        for element in elements(opened, shape):
            yield Listed(element.text("loc"), shape is _MAPS)
        return
    for number, line in enumerate(opened.lines(MAX_LINE), 1):
        try:
            url = line.decode("utf-8-sig").strip()
        except UnicodeDecodeError as error:
            raise MalformedFile("This is no text in UTF-8.", number, error.start + 1) from error
        if url:
            yield Listed(url, is_sitemap=False)
