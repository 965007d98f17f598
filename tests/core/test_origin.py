"""Origins: the one a URL has, and those an owner may name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterword.core.errors import Invalid
from afterword.core.origin import origin_of, parse_origin


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://example.org", "https://example.org"),
        ("https://example.org/a?b#c", "https://example.org"),
        ("HTTPS://Example.ORG:443/", "https://example.org"),
        ("http://example.org:443/", "http://example.org:443"),
        ("http://localhost:8000/a", "http://localhost:8000"),
        ("http://[::1]:8000/a", "http://[::1]:8000"),
        ("https://b\u00fccher.example/", "https://xn--bcher-kva.example"),
        ("https://www.example.org/", "https://www.example.org"),
        ("null", None),
        ("", None),
        ("file:///a", None),
        ("blob:https://example.org/1", None),
        ("https://u@example.org/", None),
        ("https://x;$(reboot)/", None),
        ("https://'or'1/", None),
        ("https://a{b}.example/", None),
    ],
)
def test_the_origin_of_a_url_is_what_a_browser_would_send(url: str, origin: str | None) -> None:
    assert origin_of(url) == origin


@given(st.one_of(st.text(), st.text().map("https://{}".format)))
@settings(derandomize=True, max_examples=300, deadline=None)
def test_an_origin_can_stand_in_a_command(url: str) -> None:
    origin = origin_of(url)
    assert origin is None or not set(origin) & set(" \n\"'`$;&|<>(){}*?!#\\~")


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://example.org", "https://example.org"),
        (" https://Example.org:443/ ", "https://example.org"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("https://b\u00fccher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_an_owner_may_name_an_origin(typed: str, origin: str) -> None:
    assert parse_origin(typed) == origin


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("example.org", "like https://example.org."),
        ("example.org:8000", "like https://example.org:8000."),
        ("", "like https://example.org."),
        ("null", "Write the scheme too"),
        ("https://*.example.org", r"one with a \* is not taken"),
        ("*", r"one with a \* is not taken"),
        ("https://example.org/blog", "write https://example.org."),
        ("https://example.org/?", "write https://example.org."),
        ("https://example.org#", "write https://example.org."),
        ("https://user@example.org", "like https://example.org."),
        ("https://example.org https://example.net", "like https://example.org."),
        ("https://example.org,https://example.net", "like https://example.org."),
        ("ftp://example.org", "like https://example.org."),
        ("https://", "like https://example.org."),
        ("https://x;$(reboot)", "like https://example.org."),
        ("https://\ud800", "like https://example.org."),
    ],
)
def test_an_owner_is_told_how_to_write_an_origin(typed: str, says: str) -> None:
    with pytest.raises(Invalid, match=says) as refusal:
        parse_origin(typed)
    assert refusal.value.fields[0].field == "origin"
