"""The one cookie, and what a member's pages leave behind."""

from __future__ import annotations

from http.cookies import SimpleCookie
from pathlib import Path

import pytest

from tests.support.serving import serving, settings_for


@pytest.mark.parametrize(
    ("public_url", "name", "path", "is_secure"),
    [
        ("http://localhost:8000", "afterword_session", "/", False),
        ("http://localhost:8000/comments", "afterword_session", "/comments", False),
        ("https://example.org", "__Host-afterword", "/", True),
        ("https://example.org/comments", "__Host-afterword", "/", True),
    ],
)
async def test_the_cookie_is_as_closed_as_the_address_allows(
    tmp_path: Path, ready_url: str, public_url: str, name: str, path: str, is_secure: bool
) -> None:
    settings = settings_for(tmp_path, ready_url, public_url=public_url)
    async with serving(settings) as served:
        # A proxy takes the prefix away.
        served.client.base_url = settings.public_origin
        answer = await served.sign_in()
        cookie = SimpleCookie(answer.headers["set-cookie"])[name]
        assert answer.headers["location"].startswith(settings.prefix + "/dashboard")
        assert cookie["httponly"] is True
        assert (cookie["secure"] is True) == is_secure
        assert cookie["samesite"].lower() == "lax"
        assert (cookie["path"], cookie["domain"]) == (path, "")
        assert int(cookie["max-age"]) == 7 * 24 * 3600
        headers = {"cookie": f"{name}={cookie.value}"}
        queue = await served.client.get("/dashboard/queue", headers=headers)
        assert queue.status_code == 200
        assert queue.headers["cache-control"] == "no-store"
        assert "lea@example.org" not in queue.headers.get("set-cookie", "")


async def test_without_a_session_a_page_of_the_dashboard_leads_to_signing_in(
    tmp_path: Path, ready_url: str
) -> None:
    settings = settings_for(tmp_path, ready_url, public_url="https://example.org/comments")
    async with serving(settings) as served:
        served.client.base_url = settings.public_origin
        page = {"accept": "text/html"}
        for path in ("/dashboard/queue?status=spam", "/dashboard/profile"):
            for cookie in ("", "__Host-afterword=x", "__Host-afterword=\xff", "a=b; =; ;;"):
                headers = page | {"cookie": cookie.encode("latin-1")}
                answer = await served.client.get(path, headers=headers)
                assert answer.status_code == 303
                assert answer.headers["location"].startswith("/comments/dashboard/sign-in?next=")
        posted = await served.client.post(
            "/dashboard/queue", data={"a": "b"}, headers=page | {"sec-fetch-site": "same-origin"}
        )
        assert posted.headers["location"] == "/comments/dashboard/sign-in"


async def test_links_of_ours_carry_the_prefix(tmp_path: Path, ready_url: str) -> None:
    settings = settings_for(tmp_path, ready_url, public_url="https://example.org/comments")
    async with serving(settings) as served:
        served.client.base_url = settings.public_origin
        docs = await served.client.get("/api/docs")
        document = (await served.client.get("/api/v1/openapi.json")).json()
        problem = (await served.client.get("/api/v1/thread")).json()
        slash = await served.client.get("/dashboard/")
        assert 'href="/comments/api/v1/openapi.json"' in docs.text
        assert document["servers"] == [{"url": "https://example.org/comments"}]
        assert problem["type"] == "https://example.org/comments/api/docs#invalid"
        assert slash.headers["location"] == "/comments/dashboard"
