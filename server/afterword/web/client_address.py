"""Who is at the other end: the peer, unless it is a proxy that the owner trusts."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, TypeAlias

from afterword.web.state import web

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from starlette.requests import Request

Address: TypeAlias = "IPv4Address | IPv6Address"
Network: TypeAlias = "IPv4Network | IPv6Network"

UNKNOWN = "0.0.0.0"  # noqa: S104 - nothing listens on it; it stands for a peer without an address
"""Address of a peer on a Unix socket that says nothing of whom it speaks for."""


_KNOWN = "afterword.client_address"


def client_address(request: Request) -> str:
    """The visitor's address in canonical text; headers count only where a trusted proxy sent them."""
    known = request.scope.get(_KNOWN)
    if known is None:
        # Asked for several times, and kept no longer than the request.
        known = request.scope[_KNOWN] = _read(request)
    return str(known)


def _read(request: Request) -> str:
    scope = request.scope
    peer = scope["client"][0] if scope.get("client") else None
    forwarded = [
        value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"
    ]
    if peer is not None and not forwarded and _is_ipv4(peer):
        return str(peer)
    return str(find_client(peer, forwarded, web(request).settings.trusted_proxies))


def _is_ipv4(peer: str) -> bool:
    """Whether the kernel says that it is one: then it is canonical, and need not be read."""
    # Reading it costs 45 µs where a thread is read after a write, when no cache of the processor has it.
    return peer.count(".") == 3 and peer.isascii() and peer.replace(".", "").isdigit()


def find_client(peer: str | None, forwarded: Iterable[str], trusted: Sequence[Network]) -> Address:
    """Walks from the peer through `X-Forwarded-For`, right to left, up to the first not trusted.

    Text that is no address ends the walk: what stands left of it could be anybody's invention.
    """
    here = _address(peer or "") or ip_address(UNKNOWN)
    hops = [hop for line in forwarded for hop in line.split(",")]
    while hops and _is_within(here, trusted):
        further = _address(hops.pop())
        if further is None:
            break
        here = further
    return here


def address_prefix(address: str) -> str:
    """What counts as one visitor: an IPv4 address, or the /64 network of an IPv6 address.

    The address is canonical already, as `client_address` gives it: what has no colon is IPv4.
    """
    if ":" not in address:
        return f"{address}/32"
    return str(IPv6Network((int(ip_address(address)) >> 64 << 64, 64)))


def is_trusted(peer: str | None, trusted: Sequence[Network]) -> bool:
    """Whether the peer itself is one of these."""
    return _is_within(_address(peer or "") or ip_address(UNKNOWN), trusted)


def _is_within(address: Address, networks: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def _address(text: str) -> Address | None:
    """Reads `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`, `fe80::1%eth0`."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
