"""Every answer of every address carries what protects its reader."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio

from afterword.web.routes import all_routes
from tests.support.serving import Served, serving, settings_for

ROUTES = all_routes(demo=True)
ADDRESSES = sorted(
    {route.path.replace("{id}", "1").replace("{name}", "x") for route in ROUTES}
    | {"/nowhere", "/dashboard/x.css", "/api/v1/nowhere", "/embed/x.js", "/static/x.css"}
    | {"/thread?url=https://blog.example.org/a", "/api/v1/thread?url=https://blog.example.org/a"}
    | {"/api/v1/counts?url=https://blog.example.org/a"}
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@pytest_asyncio.fixture
async def secure(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Served]:
    """The demo as a reader behind https sees it."""
    settings = settings_for(tmp_path, sqlite_url, public_url="https://comments.example.org")
    async with serving(settings, demo=True) as served:
        await served.add_site("blog", "https://blog.example.org")
        yield served


@pytest.fixture
def engine() -> str:
    """No rule of this file asks the database: one engine is enough."""
    return "sqlite"


async def _crawl(served: Served) -> AsyncIterator[tuple[str, httpx2.Response]]:
    for address in ADDRESSES:
        for method in METHODS:
            for accept in ("*/*", "text/html"):
                answer = await served.client.request(method, address, headers={"accept": accept})
                yield f"{method} {address} {accept}", answer


async def test_every_answer_says_how_it_may_be_kept_read_and_framed(secure: Served) -> None:
    async for where, answer in _crawl(secure):
        headers = answer.headers
        assert answer.status_code < 500, where
        assert headers["x-content-type-options"] == "nosniff", where
        assert headers["strict-transport-security"] == "max-age=31536000", where
        assert "cache-control" in headers, where
        assert "default-src 'none'" in headers["content-security-policy"], where
        assert "cross-origin-resource-policy" in headers, where
        assert "server" not in headers, where
        assert "x-powered-by" not in headers, where
        assert "access-control-allow-credentials" not in headers, where
        assert "unsafe" not in headers["content-security-policy"], where
        for name in headers:
            assert len(headers.get_list(name)) == 1 or name == "set-cookie", (where, name)


async def test_every_page_is_shut_against_frames_and_other_windows(secure: Served) -> None:
    async for where, answer in _crawl(secure):
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        headers = answer.headers
        assert "base-uri 'none'" in headers["content-security-policy"], where
        assert "form-action" in headers["content-security-policy"], where
        assert "frame-ancestors" in headers["content-security-policy"], where
        may_be_framed = "frame-ancestors 'none'" not in headers["content-security-policy"]
        assert may_be_framed == ("x-frame-options" not in headers), where
        assert not may_be_framed or "/thread" in where, where
        assert headers["cross-origin-opener-policy"] == "same-origin", where
        assert headers["cross-origin-resource-policy"] == "same-origin", where
        assert headers["referrer-policy"] in ("same-origin", "no-referrer"), where
        assert "camera=()" in headers["permissions-policy"], where


async def test_nothing_but_what_is_everybodys_may_be_kept(secure: Served) -> None:
    for_all = ("/api/", "/embed", "/feeds/site", "/feeds/thread", "/feeds/replies/", "/static/")
    async for where, answer in _crawl(secure):
        if not where.split()[1].startswith(for_all) or answer.status_code >= 400:
            assert answer.headers["cache-control"] in ("no-store", "no-cache"), where


async def test_json_can_run_nothing_even_when_it_is_opened(secure: Served) -> None:
    answer = await secure.client.get("/api/v1/counts?url=https://blog.example.org/a")
    policy = answer.headers["content-security-policy"]
    assert policy == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


async def test_readers_get_no_cookie(secure: Served) -> None:
    async for where, answer in _crawl(secure):
        assert "set-cookie" not in answer.headers, where


async def test_over_plain_http_nothing_is_said_of_https(app: Served) -> None:
    for path in ("/healthz", "/dashboard/sign-in", "/api/v1/openapi.json"):
        assert "strict-transport-security" not in (await app.client.get(path)).headers


@pytest.mark.parametrize(
    "host", ["evil.example", "[", "a b", "", "x:99999999", "comments@evil", "é"]
)
async def test_no_answer_repeats_the_host_that_was_asked_for(secure: Served, host: str) -> None:
    for address in ADDRESSES:
        answer = await secure.client.get(
            address,
            headers={
                "host": host.encode(),
                "x-forwarded-host": "evil.example",
                "forwarded": "host=evil.example",
                "accept": "text/html",
            },
        )
        assert answer.status_code < 500, address
        assert "evil" not in answer.text, address
        assert "evil" not in str(answer.headers), address


async def test_no_refusal_tells_of_the_inside(secure: Served) -> None:
    inside = ("/server/", "site-packages", "Traceback", "sqlite", "select ", "afterword.", "Error")
    async for where, answer in _crawl(secure):
        if answer.status_code >= 400:
            assert not [word for word in inside if word in answer.text], where
