from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from afterword.core.model import Role
from tests.support.elsewhere import Elsewhere, answer, elsewhere
from tests.support.forms import Page, Visitor, new_member, signed_in
from tests.support.serving import Served, serving, settings_for

Look = Callable[..., AbstractAsyncContextManager[Page]]


@pytest.fixture
def look(tmp_path: Path, sqlite_url: str) -> Look:
    """Looks at a page of a site that answers with this body and these headers."""

    @asynccontextmanager
    async def of(body: str, **headers: str) -> AsyncIterator[Page]:
        kinds = {"content_type": "text/html", **headers}
        async with elsewhere(answer(body.encode(), **kinds)) as other:
            settings = settings_for(tmp_path / "data", sqlite_url, allow_hosts=(other.authority,))
            async with serving(settings) as app:
                yield await _look(app, other)

    return of


async def _look(app: Served, other: Elsewhere) -> Page:
    site = await app.add_site("blog", f"http://{other.authority}")
    await new_member(app, "lea@example.org", role=Role.OWNER)
    lea = await signed_in(app, "lea@example.org")
    address = f"/dashboard/sites/{site.id}/install"
    return await lea.send((await lea.get(address)).form(address), url=f"{other.url}weir")


TAG = '<body><script async src="http://localhost:8000/embed.js"></script>'


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (TAG, "The tag is there and names this server."),
        ("<body>", "The tag is not on this page."),
        (f"<!-- {TAG} -->", "The tag is not on this page."),
        ('<script src="https://x.example/embed.js">', "The tag asks https://x.example/embed.js"),
        (TAG * 2, "The tag is there 2 times"),
        (TAG.replace(" async", ""), "The tag has no async"),
        (TAG.replace("<body>", ""), "The tag is in the head"),
        (f'<link rel="canonical" href="https://evil.example/">{TAG}', "of no origin of this site"),
        (f'<link rel="canonical" href="/other">{TAG}', "belong to its canonical address"),
        (f'<link rel="canonical" href="http://[">{TAG}', "of no origin of this site"),
        (f'{TAG}<script src="/_next/a.js"></script>', "made by Next.js"),
        (
            f"<meta http-equiv=Content-Security-Policy content=\"connect-src 'self'\">{TAG}",
            "forbids the thread. Add to it: connect-src http://localhost:8000",
        ),
    ],
)
async def test_a_look_at_a_page_says_what_is_so(look: Look, body: str, said: str) -> None:
    async with look(body) as page:
        assert said in page.text


async def test_a_policy_in_a_header_counts(look: Look) -> None:
    async with look(TAG, content_security_policy="default-src 'self'") as page:
        assert "forbids the script. Add to it: script-src http://localhost:8000" in page.text


async def test_what_is_no_page_is_told(look: Look) -> None:
    async with look("{}", content_type="application/json") as page:
        assert "That is no HTML page, but application/json." in page.text


@pytest_asyncio.fixture
async def owner(app: Served) -> Visitor:
    await app.add_site("blog", "https://blog.example.org")
    await new_member(app, "lea@example.org", role=Role.OWNER)
    return await signed_in(app, "lea@example.org")


@pytest.mark.parametrize(
    "url", ["https://evil.example/", "http://127.0.0.1/", "file:///etc/passwd", "", "https://["]
)
async def test_only_pages_of_the_site_are_looked_at(owner: Visitor, url: str) -> None:
    address = "/dashboard/sites/1/install"
    page = await owner.send((await owner.get(address)).form(address), url=url)
    assert page.status == 422
    assert 'id="url-wrong"' in page.html


async def test_every_variant_of_the_tag_stands_there(app: Served, owner: Visitor) -> None:
    page = await owner.get("/dashboard/sites/1/install")
    server = app.settings.public_url
    assert f'<script async src="{server}/embed.js"></script>' in page.text
    pinned = page.text.partition(f"{server}/embed/")[2].partition('"')[0]
    script = await app.client.get(f"/embed/{pinned}")
    assert script.status_code == 200
    assert 'integrity="sha384-' in page.text
    assert "afterword-count" in page.text
    assert f"connect-src {server};" in page.text


async def test_the_tag_page_is_for_owners(app: Served, owner: Visitor) -> None:
    await new_member(app, "mo@example.org", role=Role.MODERATOR)
    mo = await signed_in(app, "mo@example.org")
    assert (await mo.get("/dashboard/sites/1/install")).status == 403
