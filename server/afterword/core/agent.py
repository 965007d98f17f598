"""Which browser on which system, in a few words, for the list of a member's sessions."""

from __future__ import annotations

# The first that occurs wins: browsers name those that they descend from as well.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def describe_agent(text: str) -> str:
    """`Firefox on Linux` from a User-Agent header; `Unknown browser` where it says nothing we know."""
    browser = _first(_BROWSERS, text) or "Unknown browser"
    system = _first(_SYSTEMS, text)
    return browser if system is None else f"{browser} on {system}"


def _first(words: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((name for word, name in words if word in text), None)
