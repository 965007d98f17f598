"""Codes of six digits that change every thirty seconds (RFC 6238), as every authenticator makes them."""

from __future__ import annotations

import hmac
from base64 import b32encode
from hashlib import sha1
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

STEP = 30_000
"""Milliseconds for which a code counts."""
DIGITS = 6
_DRIFT = (0, -1, 1)
"""Steps that a phone's clock may be wrong by."""


def code_at(key: bytes, step: int) -> str:
    """The code of one step."""
    digest = hmac.digest(key, step.to_bytes(8), sha1)  # what authenticators know, and safe in HMAC
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def matching_step(keys: Iterable[bytes], typed: str, *, now: int) -> int | None:
    """The step whose code was typed: that of now, or the one before or after; else None."""
    for key in keys:
        for drift in _DRIFT:
            step = now // STEP + drift
            if hmac.compare_digest(code_at(key, step).encode(), typed.encode()):
                return step
    return None


def key_text(key: bytes) -> str:
    """The key as people type it, in groups of four."""
    text = b32encode(key).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def key_address(key: bytes, *, issuer: str, account: str) -> str:
    """The key as an authenticator reads it from a picture."""
    label = f"{quote(issuer, safe='')}:{quote(account, safe='@')}"
    secret = b32encode(key).decode().rstrip("=")
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer, safe='')}"
