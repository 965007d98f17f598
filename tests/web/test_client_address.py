"""Who is at the other end."""

from __future__ import annotations

from ipaddress import ip_network
from types import SimpleNamespace

import pytest
from starlette.requests import Request

from afterword.web.client_address import address_prefix, client_address, find_client

PROXY = "10.0.0.1"
TRUSTED = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))

SHAPES = {
    "nothing said": (PROXY, [], "10.0.0.1"),
    "one hop": (PROXY, ["203.0.113.7"], "203.0.113.7"),
    "invented before it": (PROXY, ["1.1.1.1, 203.0.113.7"], "203.0.113.7"),
    "two trusted proxies": (PROXY, ["203.0.113.7, 10.9.9.9"], "203.0.113.7"),
    "a trusted address invented": (PROXY, ["10.0.0.5, 203.0.113.7"], "203.0.113.7"),
    "only trusted ones": (PROXY, ["10.0.0.5, 10.0.0.6"], "10.0.0.5"),
    "two headers": (PROXY, ["1.1.1.1", "203.0.113.7"], "203.0.113.7"),
    "two headers, the last of a proxy": (PROXY, ["203.0.113.7", "10.0.0.3"], "203.0.113.7"),
    "with a port": (PROXY, ["203.0.113.7:4711"], "203.0.113.7"),
    "IPv6": (PROXY, ["2001:db8::1"], "2001:db8::1"),
    "IPv6 in brackets with a port": (PROXY, ["[2001:db8::1]:443"], "2001:db8::1"),
    "IPv6 in brackets": (PROXY, ["[2001:db8::1]"], "2001:db8::1"),
    "IPv6 with a zone": (PROXY, ["fe80::1%eth0"], "fe80::1"),
    "IPv6 written long": (PROXY, ["2001:0DB8:0:0:0:0:0:1"], "2001:db8::1"),
    "mapped": (PROXY, ["::ffff:203.0.113.7"], "203.0.113.7"),
    "mapped peer is the proxy": ("::ffff:10.0.0.1", ["203.0.113.7"], "203.0.113.7"),
    "IPv6 proxy": ("fd00::9", ["203.0.113.7"], "203.0.113.7"),
    "spaces and tabs": (PROXY, ["  1.1.1.1 ,\t203.0.113.7  "], "203.0.113.7"),
    "garbage last": (PROXY, ["203.0.113.7, <script>"], "10.0.0.1"),
    "garbage first": (PROXY, ["<script>, 203.0.113.7"], "203.0.113.7"),
    "garbage in the middle": (PROXY, ["203.0.113.7, x, 10.0.0.2"], "10.0.0.2"),
    "unknown": (PROXY, ["unknown"], "10.0.0.1"),
    "empty": (PROXY, [""], "10.0.0.1"),
    "commas": (PROXY, [",,,"], "10.0.0.1"),
    "octal": (PROXY, ["0313.0.0.1"], "10.0.0.1"),
    "decimal": (PROXY, ["3405803783"], "10.0.0.1"),
    "short": (PROXY, ["127.1"], "10.0.0.1"),
    "very long": (PROXY, ["1" * 10_000], "10.0.0.1"),
    "from a stranger": ("198.51.100.9", ["203.0.113.7"], "198.51.100.9"),
    "from this machine, not trusted": ("127.0.0.1", ["203.0.113.7"], "127.0.0.1"),
    "Unix socket": (None, ["203.0.113.7"], "0.0.0.0"),
    "peer without an address": ("testclient", ["203.0.113.7"], "0.0.0.0"),
}


@pytest.mark.parametrize(("peer", "forwarded", "client"), SHAPES.values(), ids=SHAPES.keys())
def test_headers_count_only_where_a_trusted_proxy_sent_them(
    peer: str | None, forwarded: list[str], client: str
) -> None:
    assert str(find_client(peer, forwarded, TRUSTED)) == client


def test_a_unix_socket_can_be_trusted_by_its_stand_in() -> None:
    assert str(find_client(None, ["203.0.113.7"], [ip_network("0.0.0.0/32")])) == "203.0.113.7"


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("203.0.113.7", "203.0.113.7/32"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("::1", "::/64"),
    ],
)
def test_what_counts_as_one_visitor(address: str, prefix: str) -> None:
    assert address_prefix(address) == prefix


def test_neighbours_in_one_ipv6_network_count_as_one_and_others_do_not() -> None:
    prefixes = {address_prefix(f"2001:db8:0:1::{host:x}") for host in range(1, 200)}
    others = {address_prefix(f"2001:db8:0:{network:x}::1") for network in range(1, 200)}
    assert (len(prefixes), len(others)) == (1, 199)


@pytest.mark.parametrize(
    ("peer", "headers", "client"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("2001:0db8::1", [], "2001:db8::1"),
        ("::ffff:203.0.113.7", [], "203.0.113.7"),
        ("a.name.of.four", [], "0.0.0.0"),
        ("10.0.0.1", [(b"x-forwarded-for", b"203.0.113.7")], "203.0.113.7"),
        ("10.0.0.1", [(b"x-forwarded-for", b"1.1.1.1"), (b"x-forwarded-for", b"::1")], "::1"),
    ],
)
def test_of_a_request_it_is_read_from_the_peer_and_from_what_it_forwards(
    peer: str, headers: list[tuple[bytes, bytes]], client: str
) -> None:
    web = SimpleNamespace(settings=SimpleNamespace(trusted_proxies=TRUSTED))
    scope = {"type": "http", "client": (peer, 1), "headers": headers, "state": {"web": web}}
    assert client_address(Request(scope)) == client
