"""Permalinks, our own files, the demo, and what goes wrong."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest_asyncio
from markupsafe import escape

from afterword.web.pages import demo_looks
from afterword.web.static_files import FILES
from tests.support.forms import Visitor, new_member
from tests.support.serving import PASSWORD, Served, serving, settings_for

DASHBOARD = [f"/dashboard/{name}" for name in ("queue", "audit", "sites", "profile")]


async def test_a_permalink_leads_to_the_comment_on_its_page(blog: Served, page_url: str) -> None:
    number = (await blog.comment(page_url)).json()["comment"]["id"]
    response = await blog.client.get(f"/c/{number}")
    assert response.status_code == 302
    assert response.headers["location"] == f"{page_url}#comment-{number}"


async def test_there_is_no_permalink_to_what_is_not_public(app: Served, page_url: str) -> None:
    await app.add_site("blog", "https://blog.example.org", hold="all")
    number = (await app.comment(page_url)).json()["comment"]["id"]
    for name in (str(number), str(number + 1), "0", "x", "9" * 30):
        assert (await app.client.get(f"/c/{name}")).status_code == 404


async def test_own_files_have_their_hash_in_the_name_and_never_change(app: Served) -> None:
    for file in FILES.values():
        response = await app.client.get(f"/static/{file.name}")
        assert response.status_code == 200
        assert hashlib.sha256(response.content).hexdigest()[:8] in file.name
        assert "immutable" in response.headers["cache-control"]
        assert response.headers["content-type"] == file.kind
    assert (await app.client.get("/static/base.css")).status_code == 404
    assert (await app.client.get("/static/..%2fapp.py")).status_code == 404


async def test_an_address_with_nothing_says_so_on_a_page(app: Served) -> None:
    page = await Visitor.of(app).get("/nothing/here")
    assert page.status == 404
    assert "There is nothing at this address." in page.text


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


async def test_behind_a_prefix_every_link_of_ours_carries_it(
    tmp_path: Path, sqlite_url: str
) -> None:
    settings = settings_for(
        tmp_path / "data", sqlite_url, public_url="https://example.org/comments"
    )
    async with serving(settings, demo=True) as served:
        await new_member(served, "jonas@example.org")
        visitor = Visitor.of(served)
        form = (await visitor.get("/dashboard/sign-in")).form("/comments/dashboard/sign-in")
        sent = {"email": "jonas@example.org", "password": PASSWORD, "next": "/dashboard/sites"}
        response = await visitor.client.post("/dashboard/sign-in", data=sent)
        assert response.headers["location"] == "/comments/dashboard/sites"
        assert form.fields["next"] == ["/dashboard/queue"]
        thread = f"/thread?url={quote(settings.public_origin)}/"
        for path in ("/", "/notes", thread, *DASHBOARD):
            page = await visitor.get(path)
            assert page.status == 200, path
            local = re.findall(r'(?:href|src|action|formaction)="(/[^"]*)"', page.html)
            assert local, path
            assert [link for link in local if not link.startswith("/comments/")] == [], path
