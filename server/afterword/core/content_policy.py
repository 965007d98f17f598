"""Whether a Content-Security-Policy lets a page load a script from an origin, or ask it for data."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Sequence

SCRIPT = ("script-src-elem", "script-src", "default-src")
CONNECT = ("connect-src", "default-src")
"""Directives in the order in which a browser asks them."""


def allows(
    policies: Sequence[str], asked: Sequence[str], url: str, page: str, nonce: str = ""
) -> bool:
    """Whether every one of these policies does; `page` is the address of the page that has them."""
    return all(_allows(policy, asked, url, page, nonce) for policy in policies)


def _allows(policy: str, asked: Sequence[str], url: str, page: str, nonce: str) -> bool:
    directives: dict[str, list[str]] = {}
    for part in policy.split(";"):
        words = part.split()
        if words:
            directives.setdefault(words[0].lower(), words[1:])
    name = next((each for each in asked if each in directives), None)
    if name is None:
        return True
    sources = directives[name]
    if nonce and f"'nonce-{nonce}'" in sources:
        return True
    if "'strict-dynamic'" in sources and asked is SCRIPT:
        return False
    return any(_matches(source, url, page) for source in sources)


def _matches(source: str, url: str, page: str) -> bool:
    wanted, here = urlsplit(url), urlsplit(page)
    source = source.lower()
    if source == "'self'":
        return (wanted.scheme, wanted.netloc) == (here.scheme, here.netloc)
    schemes = (wanted.scheme, "http") if wanted.scheme == "https" else (wanted.scheme,)
    if source == "*" or source.removesuffix(":") in schemes:
        return True
    try:
        given = urlsplit(source if "://" in source else f"{here.scheme}://{source}")
    except ValueError:
        return False
    is_there = given.scheme in schemes and _host_matches(given.netloc, wanted.netloc)
    return is_there and _path_matches(given.path, wanted.path)


def _host_matches(given: str, wanted: str) -> bool:
    return wanted.endswith(given[1:]) if given.startswith("*.") else given == wanted


def _path_matches(given: str, wanted: str) -> bool:
    if given in ("", "/"):
        return True
    return wanted.startswith(given) if given.endswith("/") else given == wanted
