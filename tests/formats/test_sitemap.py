"""Sitemaps, lists of them, and bare addresses."""

from __future__ import annotations

import gzip
from io import BytesIO

import pytest

from afterword.formats.opening import MalformedFile, open_bytes
from afterword.formats.sitemap import Listed, listed

NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def read(text: str | bytes) -> list[Listed]:
    body = text.encode() if isinstance(text, str) else text
    with open_bytes(BytesIO(body), len(body)) as opened:
        return list(listed(opened))


def urls(text: str | bytes) -> list[str]:
    return [each.url for each in read(text)]


@pytest.mark.parametrize("namespace", [NAMESPACE, ""])
def test_a_sitemap_lists_its_pages(namespace: str) -> None:
    text = (
        f'<?xml version="1.0"?>\n<urlset {namespace} xmlns:image="http://i.example/">'
        "<url><loc> https://a.example/x?a=1&amp;b=2 </loc><lastmod>2026-01-01</lastmod>"
        "<image:image><image:loc>https://a.example/i.png</image:loc></image:image></url>"
        "<url><loc>https://a.example/y</loc></url></urlset>"
    )
    assert urls(text) == ["https://a.example/x?a=1&b=2", "https://a.example/y"]
    assert urls(gzip.compress(text.encode())) == urls(text)
    assert not any(each.is_sitemap for each in read(text))


def test_a_list_of_sitemaps_leads_to_others() -> None:
    text = f"<sitemapindex {NAMESPACE}><sitemap><loc>https://a.example/1.xml</loc></sitemap></sitemapindex>"
    assert read(text) == [Listed("https://a.example/1.xml", True)]


def test_a_list_of_addresses_is_one_too() -> None:
    assert urls("\ufeffhttps://a.example/x\r\n\n https://a.example/y\n") == [
        "https://a.example/x",
        "https://a.example/y",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "<html><body>404</body></html>",
        f"<urlset {NAMESPACE}><url>",
        '<!DOCTYPE urlset [<!ENTITY a "b">]><urlset/>',
        b"https://a.example/\xff\n",
    ],
)
def test_what_is_none_is_refused_with_its_place(text: str | bytes) -> None:
    with pytest.raises(MalformedFile) as refusal:
        read(text)
    assert refusal.value.line == 1
