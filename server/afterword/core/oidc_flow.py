"""One attempt to sign in by a pop-up, from the page that opens it until that page has its token."""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256

LASTS = 10 * 60_000
"""Milliseconds from the click until the provider has answered."""
CODE_LASTS = 60_000
"""Milliseconds until the page has changed its code for a token."""
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


@dataclass(frozen=True, slots=True)
class Flow:
    """An attempt on its way; it travels in a cookie that only our own pages are sent."""

    seed: str
    """Random; what binds the provider's answer to this browser is made from it."""
    provider_id: int
    origin: str
    """Where the page stands that will be told, and no other."""
    challenge: str
    """The hash of a random text that this page keeps to itself."""
    lang: str
    """What the page speaks (BCP 47)."""
    ends_at: int

    @property
    def state(self) -> str:
        """Comes back with the provider's answer, or that is not to this attempt."""
        return _made(self.seed, "state")

    @property
    def nonce(self) -> str:
        """Stands in the ID token, or that is not for this attempt."""
        return _made(self.seed, "nonce")

    @property
    def code_verifier(self) -> str:
        """Without it, the provider's code is good for nothing."""
        return _made(self.seed, "code verifier")

    def is_answered_by(self, state: str) -> bool:
        """Whether an answer is to this attempt."""
        return hmac.compare_digest(state.encode(), self.state.encode())


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who has signed in at the provider; the page gets it as a code that is good once."""

    seed: str
    provider_id: int
    origin: str
    challenge: str
    author_key: str
    name: str
    website: str | None
    ends_at: int

    def is_for(self, verifier: str) -> bool:
        """Whether that is the random text of the page that asked."""
        if not _VERIFIER.fullmatch(verifier):
            return False
        return hmac.compare_digest(challenge_of(verifier).encode(), self.challenge.encode())


def is_challenge(text: str) -> bool:
    """Whether it could be the hash of such a text."""
    return _CHALLENGE.fullmatch(text) is not None


def challenge_of(verifier: str) -> str:
    """The hash that a page sends ahead of the random text that it keeps."""
    return _base64(sha256(verifier.encode()).digest())


def _made(seed: str, purpose: str) -> str:
    return _base64(sha256(f"{purpose}:{seed}".encode()).digest())


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
