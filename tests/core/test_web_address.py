"""Addresses that visitors typed: which may be followed, and how they are written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterword.core.web_address import MAX_LENGTH, safe_url, website

# The link table of the threat model: what an HTML cleaner with its defaults lets pass, and worse.
REFUSED = [
    "/logout",
    "//evil.example",
    "#id",
    "http:evil.example",
    "https:///evil.example",
    "\\\\evil.example",
    "https:\\\\evil.example",
    "http://good.example@evil.example",
    "http://u:p@evil.example",
    "http://@evil.example/",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "java\tscript:alert(1)",
    "java&#10;script:alert(1)",
    "\x01javascript:alert(1)",
    "\x00javascript:alert(1)",
    "javascript\uff1aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "tel:+4930123456",
    "blob:https://example.org/1",
    "mailto:a@b.example?bcc=c@d.example",
    "mailto:a@b.example,c@d.example",
    "mailto:a@b.example%0ABcc:c@d.example",
    "mailto:a@b.example\r\nBcc:c@d.example",
    "mailto:",
    "www.example.org",
    "example.org",
    "a@b.co",
    "https://example.org/\u202egnp.exe",
    "https://example.org/%E2%80%AEgnp.exe",
    "https://example.org/\u2066x",
    "https://exa\u2024mple.org/",
    "https://",
    "https://ex ample.org/",
    "https://example.org:99999/",
    "https://example.org/\ud800",
    "",
    " ",
]

WRITTEN_AS = {
    "https://example.org": "https://example.org/",
    "  https://example.org/a  ": "https://example.org/a",
    "\x01https://example.org/a": "https://example.org/a",
    "HTTPS://EXAMPLE.org:443/A/../B": "https://example.org/B",
    "https://example.org/a b?q='\"<>#f": "https://example.org/a%20b?q=%27%22%3C%3E#f",
    "https://b\u00fccher.example/\u00e9": "https://xn--bcher-kva.example/%C3%A9",
    "https://\u0440\u0430y.example/": "https://xn--y-7sb1c.example/",
    "https://xn--80ak6aa92e.example/": "https://xn--80ak6aa92e.example/",
    "https://example.org\\@evil.example/": "https://example.org/@evil.example/",
    "http://0x7f.1/": "http://127.0.0.1/",
    "http://[::1]:8080/": "http://[::1]:8080/",
    "mailto:Mira@Example.ORG": "mailto:Mira@example.org",
    "MAILTO:mira+blog@b\u00fccher.example": "mailto:mira+blog@xn--bcher-kva.example",
}


@pytest.mark.parametrize("text", REFUSED)
def test_no_reader_is_sent_to(text: str) -> None:
    assert safe_url(text) is None


@pytest.mark.parametrize(("text", "written"), WRITTEN_AS.items())
def test_an_address_is_written_as_a_browser_writes_it(text: str, written: str) -> None:
    assert safe_url(text) == written


def test_only_the_schemes_asked_for_pass() -> None:
    assert safe_url("http://example.org/", schemes=("https",)) is None
    assert safe_url("mailto:a@b.example", schemes=("http", "https")) is None
    assert safe_url("https://example.org/", schemes=("https",)) == "https://example.org/"


def test_an_address_of_2048_characters_passes_and_one_more_does_not() -> None:
    longest = "https://example.org/".ljust(MAX_LENGTH, "a")
    assert safe_url(longest) == longest
    assert safe_url(longest + "a") is None


def test_an_address_that_grows_too_long_by_escaping_is_refused() -> None:
    assert safe_url("https://example.org/" + "\u00e9" * 1_000) is None


@given(
    st.one_of(st.text(), st.sampled_from(REFUSED + list(WRITTEN_AS)), st.from_regex("https?:.*"))
)
@settings(derandomize=True, max_examples=200, deadline=None)
def test_what_passes_passes_again_unchanged(text: str) -> None:
    once = safe_url(text)
    assert once is None or safe_url(once) == once


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("example.org", "https://example.org/"),
        (" example.org/me ", "https://example.org/me"),
        ("example.org:8080", "https://example.org:8080/"),
        (
            "example.org/?from=https://example.net/",
            "https://example.org/?from=https://example.net/",
        ),
        ("b\u00fccher.example", "https://xn--bcher-kva.example/"),
        ("http://example.org", "http://example.org/"),
        ("javascript:alert(1)", None),
        ("javascript://example.org/%0aalert(1)", None),
        ("ftp://example.org/", None),
        ("mailto:mira@example.org", None),
        ("mira@example.org", None),
        ("my home page", None),
        ("my home.page", None),
        ("none", None),
        ("12", None),
        ("tel:123", None),
        ("/me.html", None),
        ("http:example.org", None),
        ("", None),
    ],
)
def test_a_website_may_be_typed_without_its_scheme(text: str, written: str | None) -> None:
    assert website(text) == written
