"""Link text that names another host than the one it leads to."""

from __future__ import annotations

import pytest

from afterword.core.link_text import hidden_target

EVIL = "https://evil.example/x"


@pytest.mark.parametrize(
    "text",
    [
        "bank.example",
        "BANK.example",
        "www.bank.example",
        "https://bank.example",
        "https://bank.example/evil.example",
        "http://localhost",
        "Sign in at https://bank.example now",
        "sign in: bank.example/login",
        "(bank.example)",
        "“bank.example”",
        "bank\u200b.example",
        "bank\u00ad.example",
        "ｂａｎｋ．ｅｘａｍｐｌｅ",
        "bank。example",
        "bank․example",
        "bank.example:443",
        "evil.example@bank.example",
        "https://bank.example@evil.example",
        "support@bank.example",
        "192.0.2.1",
        "bänk.example",
        "evil.example or bank.example",
        "evil.example.bank.example",
        "еvil.example",
    ],
)
def test_another_host_in_the_text_brings_the_real_one_to_light(text: str) -> None:
    assert hidden_target(text, EVIL) == "evil.example"


@pytest.mark.parametrize(
    "text",
    [
        "evil.example",
        "www.evil.example",
        "EVIL.example/elsewhere",
        "https://evil.example/y",
        "me@evil.example",
        "my own page",
        "Node.js, report.pdf and index.html",
        "version 1.2 of 3.4.5",
        "e.g. this",
        "and so on...",
        "",
    ],
)
def test_honest_text_is_left_alone(text: str) -> None:
    assert hidden_target(text, EVIL) is None


@pytest.mark.parametrize(
    ("text", "href", "target"),
    [
        ("me@bank.example", "mailto:me@evil.example", "me@evil.example"),
        ("bank.example", "mailto:me@evil.example", "me@evil.example"),
        ("me@evil.example", "mailto:me@evil.example", None),
        ("mailto:me@evil.example", "mailto:me@evil.example", None),
        ("bücher.example", "https://xn--bcher-kva.example/", None),
        ("https://яндекс.example", "https://xn--d1acpjx3f.example/", None),
        ("https://сосо.example", "https://xn--n1aaa0a.example/", "xn--n1aaa0a.example"),
    ],
)
def test_mail_addresses_and_other_scripts_are_judged_too(
    text: str, href: str, target: str | None
) -> None:
    assert hidden_target(text, href) == target
