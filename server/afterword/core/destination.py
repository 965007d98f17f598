"""Which machines our server may ask: public ones, by http(s) at the usual ports, and those that were allowed.

An address is read as browsers read it; what it resolves to is judged by `check_address`, once, and
whoever connects has to connect to exactly that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, TypeAlias

from afterword.core.errors import NotFetched
from afterword.core.origin import serialised
from afterword.core.web_address import parse_http

if TYPE_CHECKING:
    from collections.abc import Collection

IPAddress: TypeAlias = "IPv4Address | IPv6Address"

PORTS = {"http": 80, "https": 443}

# By hand, not by `is_global`: what that says depends on the version of Python.
NOT_PUBLIC = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",  # carriers
            "127.0.0.0/8",
            "169.254.0.0/16",  # link-local; clouds answer there with their keys
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",  # relays into IPv6
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and broadcast
        ),
    )
)
PUBLIC_6 = IPv6Network("2000::/3")
"""All that is given out of IPv6; outside are loopback, mapped IPv4, NAT64, private and local ones."""
NOT_PUBLIC_6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # Teredo and other ways to wrap IPv4
            "2001:db8::/32",
            "2002::/16",  # 6to4 wraps IPv4
            "3fff::/20",
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Destination:
    """An address that may be asked, provided that its host leads to a machine that may."""

    scheme: str
    host: str
    """As certificates name it: Punycode, IPv6 without brackets."""
    port: int
    target: str
    """Path and query."""
    literal: IPAddress | None
    """The machine, where the address names it by number."""
    is_allowed: bool
    """Whoever runs the server has allowed this host: its network is not judged."""

    @property
    def authority(self) -> str:
        """What the `Host` header says."""
        host = f"[{self.host}]" if isinstance(self.literal, IPv6Address) else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def destination(url: str, allowed: Collection[str] = ()) -> Destination:
    """Reads an address; `allowed` names hosts, or hosts with a port, that are not judged.

    Raises `NotFetched` with what is wrong.
    """
    parsed = parse_http(url)
    if parsed is None or serialised(parsed) is None:
        raise NotFetched("Write a whole address without a user name, like https://example.org/.")
    scheme, host = parsed.protocol.removesuffix(":"), parsed.hostname
    port = int(parsed.port or PORTS[scheme])
    literal = _literal(host)
    if isinstance(literal, IPv4Address) and not _is_written_plainly(url, host):
        raise NotFetched(f"Write {host} as four plain numbers, or use a name.")
    is_allowed = bool({host, f"{host}:{port}"} & set(allowed))
    if port not in PORTS.values() and f"{host}:{port}" not in allowed:
        raise NotFetched(f"Port {port} of {host} is not asked, only 80 and 443.")
    plain = host.strip("[]")
    target = f"{parsed.pathname}{parsed.search}"
    found = Destination(scheme, plain, port, target, literal, is_allowed)
    if literal:
        check_address(found, literal)
    return found


def check_address(destination: Destination, address: IPAddress) -> None:
    """Raises `NotFetched` where the host leads to a machine that is not public, and is not allowed."""
    if not destination.is_allowed and not is_public(address):
        raise NotFetched(
            f"{destination.host} is in a private or reserved network, where this server asks nobody."
            " Whoever runs it can allow the host by AFTERWORD_ALLOW_HOSTS."
        )


def is_public(address: IPAddress) -> bool:
    """Whether it is a machine of the public internet, and wraps no other address."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in NOT_PUBLIC)
    return address in PUBLIC_6 and not any(address in network for network in NOT_PUBLIC_6)


def _is_written_plainly(url: str, host: str) -> bool:
    """Not as 2130706433, 0x7f000001, 0177.1 or in full-width digits, which say nothing to a person."""
    return (
        re.match(rf"\s*https?://{re.escape(host)}(?:[:/?#]|\s*\Z)", url, re.IGNORECASE) is not None
    )


def _literal(host: str) -> IPAddress | None:
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None
