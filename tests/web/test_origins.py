"""Which pages of other origins may use the API, and that the others change nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.serving import Served

ALLOWED = "https://blog.example.org"
STRANGERS = {
    "null": "null",
    "suffix": "https://blog.example.org.evil.example",
    "prefix": "https://evilblog.example.org",
    "subdomain": "https://a.blog.example.org",
    "parent": "https://example.org",
    "port": "https://blog.example.org:8443",
    "default port written": "https://blog.example.org:443",
    "upper case": "https://BLOG.example.org",
    "scheme in upper case": "HTTPS://blog.example.org",
    "trailing dot": "https://blog.example.org.",
    "trailing slash": "https://blog.example.org/",
    "path": "https://blog.example.org/a",
    "http": "http://blog.example.org",
    "other scheme": "ftp://blog.example.org",
    "extension": "chrome-extension://abcdefghijklmnop",
    "file": "file://",
    "user name": "https://blog.example.org@evil.example",
    "backslash": "https://blog.example.org\\.evil.example",
    "two": "https://blog.example.org https://evil.example",
    "comma": "https://blog.example.org,https://evil.example",
    "wildcard": "*",
    "empty": "",
    "Cyrillic": "https://blоg.example.org",
    "Punycode": "https://xn--blg-emc.example.org",
    "underscored": "https://blog_example.org",
    "shell": "https://$(reboot).example",
    "tab": "https://blog.example.org\t",
}


@pytest.fixture
def engine() -> str:
    """No rule of this file asks the database: one engine is enough."""
    return "sqlite"


def _with(origin: str, **more: str) -> dict[str, Any]:
    return {"origin": origin.encode(), **more}


async def test_an_allowed_origin_may_read_and_write(blog: Served, page_url: str) -> None:
    read = await blog.client.get("/api/v1/thread", params={"url": page_url}, headers=_with(ALLOWED))
    written = await blog.comment(page_url, headers=_with(ALLOWED))
    for answer in (read, written):
        assert answer.is_success
        assert answer.headers["access-control-allow-origin"] == ALLOWED
        assert "origin" in answer.headers["vary"].lower()
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("origin", STRANGERS.values(), ids=STRANGERS.keys())
async def test_any_other_origin_may_neither_read_nor_write(
    blog: Served, page_url: str, origin: str
) -> None:
    for _ in range(2):  # the second time, a ready answer is there
        read = await blog.client.get(
            "/api/v1/thread", params={"url": page_url}, headers=_with(origin)
        )
        assert read.status_code == 403
        assert read.headers.get("access-control-allow-origin") in (None, "*")
        assert (await blog.client.get("/api/v1/thread", params={"url": page_url})).is_success
    written = await blog.comment(page_url, headers=_with(origin))
    assert written.status_code == 403
    after = await blog.client.get("/api/v1/thread", params={"url": page_url})
    assert after.json()["count"] == 0


async def test_the_console_of_an_unknown_page_can_print_the_command(blog: Served) -> None:
    params = {"url": "https://new.example/a"}
    answer = await blog.client.get(
        "/api/v1/thread", params=params, headers=_with("https://new.example")
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "unknown_origin")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "https://new.example" in answer.json()["command"]


async def test_an_origin_that_is_none_gets_no_command(blog: Served, page_url: str) -> None:
    for origin in ("null", "https://$(reboot).example"):
        answer = await blog.client.get(
            "/api/v1/thread", params={"url": page_url}, headers=_with(origin)
        )
        assert "command" not in answer.json()
        assert "reboot" not in answer.text


async def test_a_sandboxed_frame_is_told_what_to_do(blog: Served, page_url: str) -> None:
    headers = _with("null")
    params = {"url": page_url}
    answers = [
        await blog.client.get("/api/v1/thread", params=params, headers=headers),
        await blog.client.get("/api/v1/counts", params=params, headers=headers),
        await blog.comment(page_url, headers=headers),
        await blog.client.patch("/api/v1/comments/1", json={"body": "x"}, headers=headers),
        await blog.client.delete("/api/v1/comments/1", headers=headers),
        await blog.client.post("/api/v1/preview", json={"body": "x"}, headers=headers),
    ]
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (403, "opaque_origin")
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "allow-same-origin" in answer.json()["detail"]
        assert "/thread" in answer.json()["detail"]
        assert "command" not in answer.json()


async def test_a_page_of_one_site_may_not_write_on_another(blog: Served, page_url: str) -> None:
    await blog.add_site("shop", "https://shop.example")
    written = await blog.comment(page_url, headers=_with("https://shop.example"))
    read = await blog.client.get(
        "/api/v1/thread", params={"url": page_url}, headers=_with("https://shop.example")
    )
    assert (written.status_code, read.status_code) == (403, 403)
    assert "command" not in read.json()
    after = await blog.client.get("/api/v1/thread", params={"url": page_url})
    assert after.json()["count"] == 0


async def test_a_page_of_one_site_may_not_change_a_comment_of_another(
    blog: Served, page_url: str
) -> None:
    await blog.add_site("shop", "https://shop.example")
    sent = (await blog.comment(page_url)).json()
    address = f"/api/v1/comments/{sent['comment']['id']}"
    headers = _with("https://shop.example", authorization=f"Bearer {sent['author_token']}")
    changed = await blog.client.patch(address, json={"body": "Mine now."}, headers=headers)
    removed = await blog.client.delete(address, headers=headers)
    assert (changed.status_code, removed.status_code) == (403, 403)
    after = await blog.client.get("/api/v1/thread", params={"url": page_url})
    assert after.json()["comments"][0]["body"] == sent["comment"]["body"]


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
async def test_a_preflight_of_an_allowed_origin_is_granted_for_two_hours(
    blog: Served, method: str
) -> None:
    headers = _with(
        ALLOWED,
        **{
            "access-control-request-method": method,
            "access-control-request-headers": "authorization,content-type",
        },
    )
    answer = await blog.client.options("/api/v1/comments/7", headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == ALLOWED
    assert method in answer.headers["access-control-allow-methods"]
    assert answer.headers["access-control-allow-headers"] == "content-type, authorization"
    assert answer.headers["access-control-max-age"] == "7200"
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("origin", STRANGERS.values(), ids=STRANGERS.keys())
async def test_a_preflight_of_any_other_origin_is_not_granted(blog: Served, origin: str) -> None:
    headers = _with(origin, **{"access-control-request-method": "POST"})
    answer = await blog.client.options("/api/v1/comments", headers=headers)
    assert answer.status_code == 403
    assert "access-control-allow-methods" not in answer.headers


async def test_a_refusal_can_be_read_by_the_page_that_caused_it(blog: Served) -> None:
    answer = await blog.comment("https://blog.example.org/a", body="", headers=_with(ALLOWED))
    assert answer.status_code == 422
    assert answer.headers["access-control-allow-origin"] == ALLOWED


@pytest.mark.parametrize("path", ["/dashboard", "/dashboard/sign-in", "/thread", "/api/docs"])
async def test_pages_of_ours_are_nothing_for_other_origins(blog: Served, path: str) -> None:
    answer = await blog.client.get(path, headers=_with(ALLOWED))
    assert "access-control-allow-origin" not in answer.headers
