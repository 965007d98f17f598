"""A session is listed as a person would describe it."""

from __future__ import annotations

import pytest

from afterword.core.agent import describe_agent

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
            "Firefox on Linux",
        ),
        (f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/156.0 Safari/537.36", "Chrome on Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/156 Safari/5 Edg/156", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15_1) Version/19 Safari/605", "Safari on macOS"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604", "Safari on iPhone"),
        (f"Mozilla/5.0 (Linux; Android 16) {WEBKIT} Chrome/156 Mobile Safari", "Chrome on Android"),
        ("curl/8.1", "curl"),
        ("", "Unknown browser"),
        ("<script>alert(1)</script>", "Unknown browser"),
    ],
)
def test_a_user_agent_becomes_a_few_words(header: str, words: str) -> None:
    assert describe_agent(header) == words
