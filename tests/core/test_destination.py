"""Nobody gets our server to ask a machine that only it can reach."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from afterword.core.destination import check_address, destination, is_public
from afterword.core.errors import NotFetched


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "javascript:alert(1)",
        "http:example.org",
        "https:///example.org",
        "http://ada@example.org/",
        "http://ada:pass@example.org/",
        "http://example.org:22/",
        "http://example.org:8080/",
        "http://example.org:6379/",
        "http://exa mple.org/",
        "http://$(id)/",
        "http://example.org\r\nHost: evil/",
    ],
)
def test_only_http_at_the_usual_ports_is_asked(url: str) -> None:
    with pytest.raises(NotFetched):
        destination(url)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.170",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[::127.0.0.1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:8.8.8.8]",
        "[::ffff:0:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b::808:808]",
        "[64:ff9b:1::7f00:1]",
        "[100::1]",
        "[2001::1]",
        "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
        "[2001:db8::1]",
        "[2002:7f00:1::]",
        "[2002:808:808::]",
        "[3fff::1]",
        "[5f00::1]",
        "[fc00::1]",
        "[fd12:3456:789a::1]",
        "[fe80::1]",
        "[fec0::1]",
        "[ff02::1]",
    ],
)
def test_a_machine_that_is_not_public_is_not_asked(host: str) -> None:
    with pytest.raises(NotFetched, match="private or reserved"):
        destination(f"http://{host}/")


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "017700000001",
        "0177.0.0.1",
        "127.1",
        "127.0.1",
        "127.0.0.1.",
        "0",
        "１２７.0.0.1",
        "127%2e0.0.1",
        "①②⑦.0.0.1",
        "0x08080808",
        "134744072",
        "010.8.8.8",
    ],
)
def test_a_machine_is_not_named_by_an_odd_number(host: str) -> None:
    with pytest.raises(NotFetched, match=r"plain numbers|private or reserved"):
        destination(f"http://{host}/")


@pytest.mark.parametrize(
    ("url", "authority", "port", "target"),
    [
        ("https://example.org", "example.org", 443, "/"),
        ("http://example.org:443/a?b#c", "example.org:443", 443, "/a?b"),
        ("HTTPS://Bücher.Example/ä", "xn--bcher-kva.example", 443, "/%C3%A4"),
        ("http://8.8.8.8/", "8.8.8.8", 80, "/"),
        ("https://[2606:4700::1111]/", "[2606:4700::1111]", 443, "/"),
    ],
)
def test_a_public_address_is_read_as_browsers_read_it(
    url: str, authority: str, port: int, target: str
) -> None:
    found = destination(url)
    assert (found.authority, found.port, found.target) == (authority, port, target)


def test_a_host_that_was_allowed_may_be_private_and_a_port_must_be_allowed_with_it() -> None:
    assert destination("http://10.0.0.1/", ["10.0.0.1"]).is_allowed
    assert destination("http://10.0.0.1:8080/", ["10.0.0.1:8080"]).port == 8080
    with pytest.raises(NotFetched, match="Port 8080"):
        destination("http://10.0.0.1:8080/", ["10.0.0.1"])
    with pytest.raises(NotFetched, match="private"):
        destination("http://10.0.0.1/", ["10.0.0.1:8080"])
    with pytest.raises(NotFetched, match="private"):
        destination("http://10.0.0.2/", ["10.0.0.1"])


def test_what_a_name_leads_to_is_judged_unless_the_name_was_allowed() -> None:
    private = ip_address("10.0.0.1")
    check_address(destination("http://wiki.lan/", ["wiki.lan"]), private)
    with pytest.raises(NotFetched, match="AFTERWORD_ALLOW_HOSTS"):
        check_address(destination("http://wiki.lan/"), private)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "100.128.0.1", "172.32.0.1", "2a00::1"])
def test_public_machines_are_public(address: str) -> None:
    assert is_public(ip_address(address))
