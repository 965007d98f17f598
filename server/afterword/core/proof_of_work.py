"""Proof of work: a browser looks for a number before its comment is taken, and spends seconds on it.

The challenge and the solution are those of ALTCHA (version 1): the hash of `salt` and a number is
given, the number is to be found. What the salt says (when it ends, how hard it is) is a part of what is
hashed, and the hash is signed with a key of the site's own, so nothing needs to be kept until a
solution is spent. It costs a sender work; it does not show that the sender is a person.
"""

from __future__ import annotations

import hmac
import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

ALGORITHM = "SHA-256"
GOOD_FOR = 10 * 60_000
"""Milliseconds from the challenge to the comment."""
NORMAL = 100_000
"""Numbers to look through: half of them on average, 50 thousand hashes."""
HARDEST = 1_000_000
"""In a flood, and for an address that sends much."""
NONCE_BYTES = 8
LONGEST = 1_000
"""Characters of a solution; a true one has about 400."""
# A comment or two are what anybody may have to say; after that, each doubles the work.
_FREE = 3
# The salt ends in an ampersand: else a digit of the number could be moved to the end of the salt, and
# the same hash would have another time to end. With 7 digits of a number it fills one block of
# SHA-256, so that a try is one block.
_SALT = re.compile(r"[0-9a-f]{16}\?expires=([0-9]{10})&max=([0-9]{1,7})&\Z")


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a browser is asked; `maxnumber` is the highest that the number can be."""

    challenge: str
    salt: str
    signature: str
    maxnumber: int
    algorithm: str = ALGORITHM


class Fault(StrEnum):
    """Why a solution shows no work, as moderators read it."""

    NONE = "No proof of work"
    WRONG = "The proof of work is wrong"
    ENDED = "The proof of work came too late"
    SPENT = "The proof of work was used before"


@dataclass(frozen=True, slots=True)
class Solution:
    """A solution that is right; good once, until `ends_at`."""

    challenge: str
    ends_at: int
    maxnumber: int
    """How hard it was."""


class _Payload(msgspec.Struct, frozen=True):
    """A solution as it is sent, in base64; other members are nothing to us."""

    algorithm: str
    challenge: str
    number: int
    salt: str
    signature: str


_decode = msgspec.json.Decoder(_Payload).decode


class Proofs:
    """Asks for proofs of work, and checks them."""

    def __init__(self, secrets: Sequence[str]) -> None:
        """`secrets` are the keys of the installation, newest first: the first signs, all are good."""
        self._keys = [hmac.digest(b"afterword", secret.encode(), sha256) for secret in secrets]

    def ask(
        self, site_id: int, maxnumber: int, *, nonce: bytes, number: int, now: int
    ) -> Challenge:
        """A challenge for a comment on this site; `number`, from 0 to `maxnumber`, solves it."""
        salt = f"{nonce.hex()}?expires={(now + GOOD_FOR) // 1000}&max={maxnumber}&"
        challenge = _hash(salt, number)
        return Challenge(challenge, salt, _sign(self._keys[0], site_id, challenge), maxnumber)

    def check(self, site_id: int, sent: str, *, now: int) -> Solution | Fault:
        """The solution, or what is wrong with it; whether it was spent is for the database to say."""
        if not sent:
            return Fault.NONE
        payload = _read(sent)
        said = _SALT.match(payload.salt) if payload else None
        if payload is None or said is None or not self._is_right(site_id, payload):
            return Fault.WRONG
        ends_at = int(said[1]) * 1000
        if now >= ends_at:
            return Fault.ENDED
        return Solution(payload.challenge, ends_at, int(said[2]))

    def _is_right(self, site_id: int, payload: _Payload) -> bool:
        signed = any(
            hmac.compare_digest(_sign(key, site_id, payload.challenge), payload.signature)
            for key in self._keys
        )
        return signed and payload.challenge == _hash(payload.salt, payload.number)


def how_hard(*, surge: bool, sent: int) -> int:
    """What to ask of an address from which so many comments came within the hour."""
    doubled = NORMAL << min(max(sent - _FREE, 0), 4)
    return HARDEST if surge else min(doubled, HARDEST)


def solve(challenge: Challenge) -> int | None:
    """The number, found as a browser finds it; None where there is none."""
    numbers = range(challenge.maxnumber + 1)
    return next((n for n in numbers if _hash(challenge.salt, n) == challenge.challenge), None)


def solved(challenge: Challenge) -> str:
    """The solution as it is sent, by a program that can wait for it."""
    members = {name: getattr(challenge, name) for name in ("challenge", "salt", "signature")}
    payload = {"algorithm": ALGORITHM, "number": solve(challenge), **members}
    return b64encode(msgspec.json.encode(payload)).decode()


def _read(sent: str) -> _Payload | None:
    try:
        payload = _decode(b64decode(sent, validate=True)) if len(sent) <= LONGEST else None
    except (NotBase64, ValueError, msgspec.DecodeError):
        return None
    is_ours = payload and payload.algorithm == ALGORITHM
    # compare_digest takes no other text; a number is hashed as it is written, hence no sign.
    is_plain = payload and payload.signature.isascii() and payload.number >= 0
    return payload if is_ours and is_plain else None


def _hash(salt: str, number: int) -> str:
    return sha256(f"{salt}{number}".encode()).hexdigest()


def _sign(extracted: bytes, site_id: int, challenge: str) -> str:
    """With a key for this purpose and site, as `core.anonymity` has one for each of its purposes."""
    key = hmac.digest(extracted, f"afterword/proof of site {site_id}/v1".encode() + b"\x01", sha256)
    return hmac.digest(key, challenge.encode("utf-8", "surrogatepass"), sha256).hex()
