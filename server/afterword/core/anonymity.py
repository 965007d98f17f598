"""Keyed hashes: they tell that two things are the same, and to nobody outside what they are.

Each purpose has a key of its own, derived from the installation's secret (HKDF, RFC 5869), so that
no two purposes can be compared; two installations never have a hash in common.
"""

from __future__ import annotations

import hmac
from functools import lru_cache
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, ip_address
from unicodedata import normalize
from uuid import UUID

DAY = 86_400_000
_AUTHOR_BYTES = 16
_SHORT_BYTES = 8
_LINK_BYTES = 32


class Hashes:
    """What is known by its hash alone: authors, readers, network addresses, accounts that are tried."""

    def __init__(self, secret: str) -> None:
        """`secret` should be the oldest key in use: with another one, nobody is recognised."""
        extracted = hmac.digest(b"afterword", secret.encode(), sha256)
        self._visitor = _subkey(extracted, "author by visitor token")
        self._reader = _subkey(extracted, "reader by visitor token")
        self._email = _subkey(extracted, "author by email")
        self._person = _subkey(extracted, "author by sign-in")
        self._address = _subkey(extracted, "network address")
        self._network = _subkey(extracted, "network")
        self._banned_email = _subkey(extracted, "banned email")
        self._feed = _subkey(extracted, "feed")
        self._account = _subkey(extracted, "account")
        self._mailbox = _subkey(extracted, "mailbox")
        self._mailed_code = _subkey(extracted, "mailed code")
        self._link = _subkey(extracted, "link in a mail")
        self._rate = _subkey(extracted, "rate")

    def author_by_visitor(self, site_id: int, visitor_token: str) -> str:
        """The author key of whoever writes from the browser that made this token."""
        return _hash(self._visitor, f"{site_id}:{visitor_token}", _AUTHOR_BYTES)

    def reader(self, subject: str, visitor_token: str) -> str:
        """Whoever votes on, reacts to or reports the subject; not comparable with another subject's."""
        return _hash(self._reader, f"{subject}:{visitor_token}", _AUTHOR_BYTES)

    def author_by_email(self, site_id: int, email: str) -> str:
        """The author key of whoever has confirmed this address; letter case makes no difference."""
        return _hash(self._email, f"{site_id}:{_folded(email)}", _AUTHOR_BYTES)

    def author_by_person(self, site_id: int, issuer: str, subject: str) -> str:
        """The author key of whom this issuer calls so: of no other issuer, and on no other site."""
        return _hash(self._person, f"{site_id}:{len(issuer)}:{issuer}:{subject}", _AUTHOR_BYTES)

    def address(self, address: str, *, now: int) -> str:
        """A client's address, to be recognised until the day (UTC) of `now` is over."""
        return _hash(self._address, f"{now // DAY}:{address_bucket(address)}", _SHORT_BYTES)

    def network(self, address: str, *, now: int) -> str:
        """What a client's address shares with its neighbours: the IPv4 /24, the IPv6 /48; as above."""
        return _hash(self._network, f"{now // DAY}:{network_bucket(address)}", _SHORT_BYTES)

    def banned_email(self, site_id: int, email: str) -> str:
        """An address that somebody is banned by, wherever it was typed."""
        return _hash(self._banned_email, f"{site_id}:{_folded(email)}", _AUTHOR_BYTES)

    def urn(self, subject: str) -> str:
        """The name of what feeds tell of: the same wherever this installation moves to."""
        return UUID(hex=_hash(self._feed, subject, _AUTHOR_BYTES), version=5).urn

    def rate(self, subject: str) -> str:
        """What is counted, with the network address that does it; for an hour."""
        return _hash(self._rate, subject, _AUTHOR_BYTES)

    def account(self, email: str) -> str:
        """An account that somebody tries to sign in to, whether or not it exists."""
        return _hash(self._account, _folded(email), _AUTHOR_BYTES)

    def mailbox(self, email: str) -> str:
        """A mailbox, to be known again also when its address was forgotten."""
        return _hash(self._mailbox, _folded(email), _AUTHOR_BYTES)

    def mailed_code(self, seed: str) -> str:
        """The eight digits that are mailed to an address; nobody can tell them by the seed alone."""
        digest = hmac.digest(self._mailed_code, seed.encode(), sha256)
        return f"{int.from_bytes(digest) % 10**8:08}"

    def link(self, seed: str) -> str:
        """The secret of a link that is mailed: whoever knows the seed alone cannot make it."""
        return _hash(self._link, seed, _LINK_BYTES)


def address_bucket(address: str) -> str:
    """What limits apply to: one IPv4 address, or the /64 that one IPv6 customer has at least.

    What is no address (of a Unix socket, of a broken proxy) shares one bucket.
    """
    parsed = _parsed(address)
    if isinstance(parsed, IPv6Address):
        return f"{IPv6Address(int(parsed) >> 64 << 64)}/64"
    return str(parsed or "unknown")


def network_bucket(address: str) -> str:
    """The IPv4 /24 or IPv6 /48 that an address is in, `unknown` for what is none."""
    parsed = _parsed(address)
    if isinstance(parsed, IPv6Address):
        return f"{IPv6Address(int(parsed) >> 80 << 80)}/48"
    return f"{IPv4Address(int(parsed) >> 8 << 8)}/24" if parsed else "unknown"


def tells_apart(address: str | None) -> bool:
    """Whether it is an address that tells one client from another: no socket's, and one at all."""
    parsed = _parsed(address or "")
    return parsed is not None and not parsed.is_unspecified


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address.strip().partition("%")[0])
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed


@lru_cache(maxsize=10_000)
def hue(seed: str) -> int:
    """Degrees on the colour wheel, 0 to 359, for an author's avatar: from the author key or name."""
    return int.from_bytes(sha256(normalize("NFC", seed).encode("utf-8", "replace")).digest()) % 360


def _subkey(extracted: bytes, purpose: str) -> bytes:
    """The expand step of HKDF for one block."""
    return hmac.digest(extracted, f"afterword/{purpose}/v1".encode() + b"\x01", sha256)


def _hash(key: bytes, text: str, size: int) -> str:
    return hmac.digest(key, text.encode("utf-8", "surrogatepass"), sha256)[:size].hex()


def _folded(email: str) -> str:
    return normalize("NFC", email.strip()).casefold()
