"""The demo, where it is asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from markupsafe import escape

from afterword.web.pages import demo_looks
from tests.support.forms import Visitor
from tests.support.serving import Served, serving, settings_for


async def test_the_demo_is_served_only_when_asked_for(app: Served) -> None:
    for path in ("/", "/notes", "/notes/weir", "/looks", "/looks/plain"):
        assert (await app.client.get(path)).status_code == 404


@pytest_asyncio.fixture
async def demo(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Served]:
    async with serving(settings_for(tmp_path / "data", sqlite_url), demo=True) as served:
        yield served


async def test_the_demo_has_an_article_with_the_tag_in_it(demo: Served) -> None:
    visitor, public = Visitor.of(demo), demo.settings.public_url
    page = await visitor.get("/")
    assert "What the river gauge told us" in page.text
    assert f'<script async src="{public}/embed.js"></script>' in page.html
    assert 'rel="preload" as="fetch" crossorigin' in page.html
    assert 'href="/dashboard"' in page.html
    thread = page.html.split("<noscript>")[1].split('href="')[1].split('"')[0]
    page = await visitor.get(thread.removeprefix(public).replace("&amp;", "&"))
    assert "replies on “What the river gauge told us”" in page.text
    assert "Staff" in page.text
    assert (await visitor.get("/notes")).html.count("<afterword-count") == 2
    assert (await visitor.get("/notes/weir")).status == 200
    assert (await visitor.get("/notes/other")).status == 404


async def test_the_gallery_shows_each_look_with_its_style_sheet(demo: Served) -> None:
    visitor = Visitor.of(demo)
    first = await visitor.client.get("/looks")
    assert (first.status_code, first.headers["location"]) == (302, "/looks/plain")
    for look in demo_looks.LOOKS:
        page = await visitor.get(f"/looks/{look.name}")
        assert page.status == 200
        assert str(escape(look.css)).strip() in page.html
        for each in demo_looks.LOOKS:
            assert f'href="/looks/{each.name}"' in page.html
    assert (await visitor.get("/looks/other")).status == 404
