"""Opens what others signed (JWS, compact): with the one algorithm and kind of key that were agreed.

What a token says of itself chooses neither: its header may name an algorithm, and then it is the agreed
one or the token is refused; keys, and addresses of keys, that it brings along are not looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry, deserialize_compact, extract_compact

if TYPE_CHECKING:
    from collections.abc import Collection

Key: TypeAlias = OctKey | RSAKey | ECKey | OKPKey

LONGEST = 8 * 1024
"""Characters of a token."""
LEAST_SECRET = 32
"""Bytes of a shared secret: as many as the hash has (RFC 7518, 3.2)."""
LEAST_RSA = 2_048
SKEW = 60
"""Seconds by which two clocks may differ."""
NAMES = {
    "HS256": ("HS256",),
    "RS256": ("RS256",),
    "EdDSA": ("EdDSA", "Ed25519"),
    "ES256": ("ES256",),
}
"""What the header of a token may call each algorithm; RFC 9864 has renamed one."""
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What JSON from elsewhere may lead to: it may be of no kind, of no encoding, or too deep."""
_MOST_AUDIENCES = 20
_COMPACT = re.compile(r"[A-Za-z0-9_-]{2,1024}\.[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]{2,1400}")
_PEM = "-----BEGIN"


class BadToken(Exception):
    """It cannot be believed; the message says why, for whoever makes such tokens."""


class Ended(BadToken):
    """It was good once."""


class BadKey(Exception):
    """It is none that this algorithm is checked with; the message says what is."""


class Standard(msgspec.Struct, frozen=True):
    """What every token has to say (RFC 7519), of these types and no others."""

    iss: str
    aud: str | list[str]
    exp: int | float
    sub: str
    nbf: int | float | None = None
    iat: int | float | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """Who must have signed, for whom, and how far ahead the end may be."""

    issuer: str
    audience: str
    seconds: int


class _Registry(JWSRegistry):
    """The algorithms that were agreed on, and none beside them."""

    max_payload_length = LONGEST

    def get_alg(self, name: str) -> Any:
        """Without the library's advice on names: which are good is decided here."""
        if name not in (self.allowed or ()) or name not in self.algorithms:
            raise BadToken(f"It must be signed by {' or '.join(self.allowed or ())}.")
        return self.algorithms[name]


def import_key(algorithm: str, text: str) -> Key:
    """The key that checks this algorithm; raises `BadKey` with what is asked for."""
    if algorithm == "HS256":
        return _secret(text)
    if "PRIVATE KEY" in text:
        raise BadKey("That is the private key. Keep it to yourself, and paste the public one.")
    if _PEM not in text:
        raise BadKey(f"Paste the public key in PEM form: {_PEM} PUBLIC KEY----- and so on.")
    return _imported(algorithm, text)


def check_key(algorithm: str, text: str) -> None:
    """Raises `BadKey` where no token could be checked with it."""
    import_key(algorithm, text)


def fitting(algorithm: str, key: Key) -> Key:
    """The key, where it is of the kind and the strength that the algorithm needs; else `BadKey`."""
    match algorithm, key:
        case "RS256", RSAKey():
            _check_size(key.public_key.key_size)
        case "EdDSA", OKPKey() if key.curve_name == "Ed25519":
            pass
        case "ES256", ECKey() if key.curve_name == "P-256":
            pass
        case _:
            raise BadKey(f"That is not a key for {algorithm}.")
    return key


def header_of(token: str) -> dict[str, Any]:
    """What a token says of itself, which is not to be believed; raises `BadToken`."""
    if len(token) > LONGEST:
        raise BadToken(f"It may have {LONGEST:,} characters at most.")
    if not _COMPACT.fullmatch(token):
        raise BadToken("It is no signed token: three parts with dots between.")
    try:
        return extract_compact(token.encode(), None, _Registry()).headers()
    except (JoseError, ValueError, RecursionError):
        raise BadToken("Its header cannot be read.") from None


def algorithm_of(header: dict[str, Any], agreed: Collection[str]) -> str:
    """Which of those agreed on it says it was signed by; raises `BadToken`."""
    for algorithm in agreed:
        if header.get("alg") in NAMES[algorithm]:
            return algorithm
    raise BadToken(f"It must be signed by {' or '.join(agreed)}.")


def opened(token: str, key: Key, algorithm: str) -> bytes:
    """What was signed with this key by this algorithm; raises `BadToken` for all else."""
    header = header_of(token)
    if header.keys() & {"crit", "b64"}:
        raise BadToken("Its header asks for what is not done here: crit.")
    algorithm_of(header, [algorithm])
    registry = _Registry(algorithms=NAMES[algorithm], strict_check_header=False)
    try:
        return deserialize_compact(token.encode(), key, registry=registry).payload
    except (JoseError, ValueError):
        raise BadToken("Its signature is not by the key that was agreed on.") from None


def claims(payload: bytes) -> Standard:
    """What it says, of the right types; raises `BadToken` with the claim that is missing or wrong."""
    try:
        return msgspec.json.decode(payload, type=Standard)
    except UNREADABLE as wrong:
        raise BadToken(f"It needs iss, aud, exp and sub: {wrong}.") from None


def check(standard: Standard, expected: Expected, *, now: int) -> None:
    """Raises `BadToken` unless it is by that issuer, for that audience, and good now."""
    seconds = now / 1000
    if standard.iss != expected.issuer:
        raise BadToken("Its iss is not the issuer of this site's tokens.")
    audiences = [standard.aud] if isinstance(standard.aud, str) else standard.aud
    if expected.audience not in audiences or len(audiences) > _MOST_AUDIENCES:
        raise BadToken("Its aud does not name this site's audience.")
    if not standard.sub or len(standard.sub) > 255:
        raise BadToken("Its sub must have 1 to 255 characters.")
    if standard.exp <= seconds - SKEW:
        raise Ended("It has ended.")
    if standard.exp > seconds + expected.seconds + SKEW:
        raise BadToken(f"Its exp may be {expected.seconds // 3600} hours ahead at most.")
    for name in ("nbf", "iat"):
        begins = getattr(standard, name)
        if begins is not None and begins > seconds + SKEW:
            raise BadToken(f"Its {name} is still to come: look at the clocks.")


def _secret(text: str) -> OctKey:
    if _PEM in text:
        raise BadKey("HS256 needs a shared secret, not a key pair: choose RS256 or EdDSA.")
    if len(text.encode()) < LEAST_SECRET:
        raise BadKey(
            f"A shared secret needs {LEAST_SECRET} bytes at least. Make one: openssl rand -hex 32."
        )
    return OctKey.import_key(text)


def _imported(algorithm: str, text: str) -> Key:
    try:
        raw = load_pem_public_key(text.encode())
        if algorithm == "RS256" and isinstance(raw, RSAPublicKey):
            _check_size(raw.key_size)
            return RSAKey.import_key(raw)
        if algorithm == "EdDSA" and isinstance(raw, Ed25519PublicKey):
            return OKPKey.import_key(raw)
    except (ValueError, UnsupportedAlgorithm):
        pass
    raise BadKey(f"That is not a public key for {algorithm}.")


def _check_size(bits: int) -> None:
    if bits < LEAST_RSA:
        raise BadKey(f"An RSA key needs {LEAST_RSA:,} bits.")
