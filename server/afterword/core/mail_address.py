"""What counts as a mail address: one mailbox, and nothing that could become a second recipient."""

from __future__ import annotations

import re

from ada_url import idna_to_ascii

MAX_LENGTH = 254
"""Characters of a whole address (RFC 5321, 4.5.3.1.3 less the angle brackets)."""

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"(?=.{{1,64}}\Z){_ATOM}(?:\.{_ATOM})*\Z", re.DOTALL)
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?!\d+\Z){_LABEL}\Z")


def mail_address(text: str) -> str | None:
    """The address with its domain in lower case and Punycode, or None if it is not exactly one.

    A dot-atom local part of at most 64 characters, and a host name with a dot: no comments, quoted
    parts, address literals or display names, which forms never need and headers can be broken with.
    """
    local, _, domain = text.rpartition("@")
    domain = _ascii_domain(domain)
    if not _LOCAL.match(local) or not _DOMAIN.match(domain):
        return None
    address = f"{local}@{domain}"
    return address if len(address) <= MAX_LENGTH else None


def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain.lower()
    if not domain.isprintable():  # `idna_to_ascii` stops at a NUL, and drops what cannot be seen
        return ""
    try:
        return idna_to_ascii(domain).decode("ascii")
    except ValueError:  # not a host name, or a lone surrogate in it
        return ""


def masked(address: str) -> str:
    """The address so that whoever knows it knows it again: `m…@example.org`."""
    local, _, host = address.rpartition("@")
    return f"{local[:1]}…@{host}"
