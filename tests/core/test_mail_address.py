"""Mail addresses: exactly one mailbox, or nothing."""

from __future__ import annotations

import pytest

from afterword.core.mail_address import mail_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("mira@example.org", "mira@example.org"),
        ("Mira.Osei+blog@EXAMPLE.Org", "Mira.Osei+blog@example.org"),
        ("o'neill@mail.example.co.uk", "o'neill@mail.example.co.uk"),
        ("mira@b\u00fccher.example", "mira@xn--bcher-kva.example"),
        ("mira@B\u00dcCHER.example", "mira@xn--bcher-kva.example"),
        ("a" * 64 + "@example.org", "a" * 64 + "@example.org"),
    ],
)
def test_an_address_keeps_its_local_part_and_gets_a_plain_domain(text: str, address: str) -> None:
    assert mail_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mira",
        "@example.org",
        "mira@",
        "mira@localhost",
        "mira@example..org",
        "mira@-example.org",
        "mira@example.org.",
        ".mira@example.org",
        "mira.@example.org",
        "mi..ra@example.org",
        "a@b@example.org",
        "a@b.example,c@d.example",
        "a@b.example;c@d.example",
        "a@b.example>\nBcc: c@d.example",
        "Mira <mira@example.org>",
        "<mira@example.org>",
        '"mira osei"@example.org',
        "mira(a)@example.org",
        "mira@[127.0.0.1]",
        "mira@127.0.0.1",
        "mira@example.org\n",
        "mira@example.org\r\nBcc: c@d.example",
        "mira\u2028@example.org",
        "mira@example.org\u2028",
        "mira@example.org\x00.evil",
        "mira@b\u00fccher.example\x00.evil",
        "mira@exam ple.org",
        "m\u00edra@example.org",
        "mira@\ud800.example",
        "a" * 65 + "@example.org",
        "mira@" + "a" * 64 + ".example",
        "mira@" + "a.abcdefgh." * 24 + "example",
    ],
)
def test_anything_that_is_not_exactly_one_address_is_refused(text: str) -> None:
    assert mail_address(text) is None
