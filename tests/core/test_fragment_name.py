"""Names of fragments are told from the address alone, and fit every file system."""

from __future__ import annotations

import re

import pytest

from afterword.core.fragment_name import fragment_name, is_fragment_name

URLS = [
    "https://blog.example.org/",
    "https://blog.example.org/notes/weir/",
    "https://blog.example.org/notes/Weir",
    "https://blog.example.org/notes/weir",
    "https://blog.example.org/?p=12",
    "https://blog.example.org/..%2f..%2fetc/passwd",
    "https://blog.example.org/%00nul",
    "https://blog.example.org/con",
    "https://blog.example.org/" + "a" * 2_000,
    "https://blog.example.org/日本語/ünï",
]


@pytest.mark.parametrize("url", URLS)
def test_a_name_is_safe_and_always_the_same(url: str) -> None:
    name = fragment_name(url)
    assert name == fragment_name(url) and is_fragment_name(name)
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]*\.html", name) and len(name.encode()) <= 255


def test_no_two_addresses_share_a_name_not_even_by_case() -> None:
    assert len({fragment_name(url).lower() for url in URLS}) == len(URLS)
    assert fragment_name(URLS[1]).startswith("notes-weir-")


@pytest.mark.parametrize(
    "name", ["index.json", "../a-0123456789abcdef.html", "a.html", "a-0123456789abcdef.html/x", ""]
)
def test_nothing_else_passes_for_one(name: str) -> None:
    assert not is_fragment_name(name)
