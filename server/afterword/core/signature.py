"""How who gets a webhook knows that it is from us: an HMAC of the time and the body.

`X-Afterword-Signature: t=<seconds since 1970>,v1=<hex HMAC-SHA256 of "<t>.<body>">`. While the
installation's secret is being renewed, there is a `v1` for the old one too.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADER = "X-Afterword-Signature"


def signature(secrets: Sequence[str], body: bytes, *, now: int) -> str:
    """The value of the header; a secret's bytes are those of its text."""
    at = now // 1000
    signed = f"{at}.".encode() + body
    digests = [hmac.digest(each.encode(), signed, sha256).hex() for each in secrets]
    return ",".join([f"t={at}", *(f"v1={each}" for each in digests)])
