"""Words that must not be found anywhere, in all the forms in which somebody could let them out.

canary = Canary.of_email("canary+1@example.invalid")
assert canary.found_in(answer.content) == []
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import quote
from uuid import uuid4

HASHES = ("md5", "sha1", "sha256")


@dataclass(frozen=True)
class Canary:
    """Something secret."""

    needles: dict[str, bytes]
    """What to look for, by the form that it is in; those of text and digits in small letters."""

    @classmethod
    def of_text(cls, text: str) -> Canary:
        """A word that stands nowhere else, found in small and in capital letters."""
        return cls({"text": text.lower().encode()})

    @classmethod
    def of_email(cls, email: str) -> Canary:
        """The address, its local part with and without what follows the plus, and their hashes."""
        local = email.partition("@")[0]
        return cls({**_forms("email", email), **_forms("local part", local)})

    @classmethod
    def of_address(cls, address: str) -> Canary:
        """A network address as people and programs write it, what it starts with, and its hashes."""
        parsed = ip_address(address)
        needles = _forms("address", str(parsed)) | _forms("long address", parsed.exploded)
        network = str(parsed).rpartition("." if parsed.version == 4 else "::")[0]
        return cls({**needles, "network": network.lower().encode()})

    def found_in(self, data: bytes) -> list[str]:
        """The forms that occur."""
        small = data.lower()
        return [
            form
            for form, needle in self.needles.items()
            if needle in (data if form.endswith("base64") else small)
        ]


def new_email() -> str:
    """An address that nobody else has, of a domain that does not exist."""
    return f"canary+{uuid4()}@example.invalid"


def found_in(data: bytes, canaries: Iterable[Canary]) -> list[str]:
    """What of any of them occurs."""
    return [form for canary in canaries for form in canary.found_in(data)]


def _forms(name: str, text: str) -> dict[str, bytes]:
    data = text.lower().encode()
    digests = {method: hashlib.new(method, data).digest() for method in HASHES}
    forms = {name: data, f"{name} in an address": quote(data, safe="").lower().encode()}
    # Inside of longer base64, as in a token, what stands before moves it by a byte or two.
    forms |= {f"{name}{' +' * by} base64": _base64(data, by) for by in range(3)}
    # A mail address may stand in a web address, where the plus and the @ are written otherwise.
    forms |= {f"{name} after the plus": data.partition(b"+")[2].partition(b"@")[0]}
    forms |= {f"{name} {method}": digest.hex().encode() for method, digest in digests.items()}
    forms |= {f"{name} {method} base64": _base64(digest) for method, digest in digests.items()}
    return {form: needle for form, needle in forms.items() if needle}


def _base64(data: bytes, by: int = 0) -> bytes:
    """Without what depends on the bytes before (so many of them) and on those that follow."""
    whole = data[-by % 3 :]
    return base64.b64encode(whole)[: len(whole) // 3 * 4]
