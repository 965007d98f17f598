"""Addresses that leave this server."""

from __future__ import annotations

import re

import pytest

from afterword.web.links import Links
from tests.support.project import PACKAGE

PLAIN = Links("https://comments.example.org")
BELOW = Links("https://example.org/comments")


def test_a_path_carries_the_prefix_of_the_proxy() -> None:
    assert PLAIN.path("/thread", url="a b") == "/thread?url=a+b"
    assert BELOW.path("/dashboard") == "/comments/dashboard"


def test_an_address_is_made_from_the_public_url() -> None:
    assert PLAIN.absolute("/c/7") == "https://comments.example.org/c/7"
    assert BELOW.absolute("/c/7") == "https://example.org/comments/c/7"


OURS = ["/dashboard", "/dashboard?status=spam&x=%2F", "/a//b", "/", "/%5c%5cevil.example"]
OTHERS = [
    None, "", "dashboard", "//evil.example", "///evil.example", "/\\evil.example", "\\/evil.example",
    "/\\/evil.example", "\\\\evil.example", "https://evil.example", "HTTPS:evil.example", "http:/evil",
    "javascript:alert(1)", "data:text/html,x", " /dashboard", "\t/dashboard", "/\t/evil.example",
    "/\n/evil.example", "/a\r\nset-cookie: x", "/\x00", "/\x7f", "/é", "/\u2028", "/\uff0fevil.example",
    "/a b", "/a\\b", "//", "/" * 2, ".//evil.example", "@evil.example", "/" + "a" * 2_048,
    "//evil.example/..", "//evil.example%2f..", "////evil.example", "/////evil.example/a", "\\", "/\\",
    "/\\\\evil.example", "\\/\\/evil.example", "//evil.example:80", "//user@evil.example", "//[::1]/",
    "//%65vil.example", "//evil%E3%80%82example", "//evil。example", "/／evil.example", "／/evil.example",
    "\u2044/evil.example", "/\u2215evil.example", "/\u200b/evil.example", "\ufeff//evil.example",
    "/\x0b/evil.example", "/\x0c/evil.example", "\x01//evil.example", "/\x85/evil.example",
    "/\xa0/evil.example", "\r\n//evil.example", "https:evil.example", "https:/evil.example",
    "https:///evil.example", "https://localhost:8000@evil.example", "https://localhost:8000.evil.example",
    "ftp://evil.example", "jaVasCript:alert(1)", "java\tscript:alert(1)", "vbscript:x", "file:///etc/passwd",
    "blob:https://evil.example/x", "?next=//evil.example", "#//evil.example", ";//evil.example",
    "..//evil.example", "./\\evil.example", "http://localhost:8000/dashboard", "//localhost:8000/dashboard",
]  # fmt: skip


@pytest.mark.parametrize("wish", OURS)
def test_a_visitor_may_go_on_to_a_page_of_ours(wish: str) -> None:
    assert PLAIN.local(wish, "/dashboard") == wish


@pytest.mark.parametrize("wish", OTHERS)
def test_a_visitor_is_never_sent_elsewhere(wish: str | None) -> None:
    assert PLAIN.local(wish, "/start") == "/start"


def test_there_is_one_place_where_a_wish_to_go_on_is_read() -> None:
    readers = [
        path.name
        for path in sorted((PACKAGE / "web").rglob("*.py"))
        if re.search(r"""(optional|text|required)\(\s*["']next["']""", path.read_text())
    ]
    assert readers == ["place.py"]
    assert len(OTHERS) >= 60
