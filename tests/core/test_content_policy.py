from __future__ import annotations

import pytest

from afterword.core.content_policy import CONNECT, SCRIPT, allows

URL = "https://comments.example.org/embed.js"
PAGE = "https://blog.example.org/weir"


@pytest.mark.parametrize(
    ("policy", "allowed"),
    [
        ("", True),
        ("img-src 'none'", True),
        ("default-src 'self'", False),
        ("default-src 'none'; script-src https://comments.example.org", True),
        ("script-src comments.example.org", True),
        ("script-src *.example.org", True),
        ("script-src *.other.example", False),
        ("script-src https:", True),
        ("script-src http:", True),
        ("script-src *", True),
        ("script-src https://comments.example.org/embed.js", True),
        ("script-src https://comments.example.org/embed/", False),
        ("script-src 'nonce-abc' 'strict-dynamic'", True),
        ("script-src 'nonce-other' https: 'strict-dynamic'", False),
        ("script-src *; script-src-elem 'self'", False),
        ("script-src https://[", False),
    ],
)
def test_a_policy_is_read_as_browsers_do(policy: str, *, allowed: bool) -> None:
    assert allows([policy], SCRIPT, URL, PAGE, "abc") is allowed


def test_every_policy_has_to_allow_it() -> None:
    assert not allows(["connect-src *", "connect-src 'self'"], CONNECT, URL, PAGE)
    assert allows(["connect-src *", "script-src 'self'"], CONNECT, URL, PAGE)
    assert allows(["connect-src 'self'"], CONNECT, PAGE, PAGE)
