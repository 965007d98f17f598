"""OpenID Connect, as far as it is true on paper: what is sent to a provider, and what of its answers counts.

The code flow with PKCE (S256), state and nonce; authlib writes the requests, `signed_claims` opens the
ID token. Nothing that a provider says is believed before its signature, issuer, audience and nonce are.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.discovery import get_well_known_url
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry

from afterword.core.errors import Invalid
from afterword.core.names import clean_name
from afterword.core.sign_in_ways import Person
from afterword.core.signed_claims import (
    LEAST_RSA,
    NAMES,
    UNREADABLE,
    BadKey,
    BadToken,
    Expected,
    Key,
    algorithm_of,
    check,
    claims,
    fitting,
    header_of,
    opened,
)
from afterword.core.web_address import safe_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from afterword.core.oidc_flow import Flow
    from afterword.core.sign_in_ways import Provider

SCOPE = "openid profile"
"""No address is asked for: nothing here is done with one."""
ALGORITHMS = ("RS256", "ES256", "EdDSA")
LASTS = 31 * 24 * 3600
"""Seconds that an ID token may last; it is used at once and kept nowhere."""
MAX_WEBSITE = 300
_MOST_KEYS = 50
_SECRET_WAYS = ("client_secret_basic", "client_secret_post")


class UnknownKey(BadToken):
    """It is signed with a key that the provider had not published when it was asked."""


class Metadata(msgspec.Struct, frozen=True):
    """What a provider says of itself (OpenID Connect Discovery 1.0)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ()
    authorization_response_iss_parameter_supported: bool = False


class Answer(msgspec.Struct, frozen=True):
    """What a provider gives for a code."""

    id_token: str
    access_token: Annotated[str, msgspec.Meta(pattern=r"^[!-~]{1,8000}$")] | None = None


class Said(msgspec.Struct, frozen=True):
    """What an ID token, or the answer about a user, says of somebody."""

    sub: str
    name: Any = None
    nickname: Any = None
    preferred_username: Any = None
    website: Any = None


class _Bound(msgspec.Struct, frozen=True):
    """Whom an ID token was made for."""

    aud: str | list[str]
    nonce: str
    azp: str | None = None


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """One of the keys that a provider signs with."""

    key: Key
    kid: str | None
    algorithm: str | None
    """The only one that it is for, where the provider says so."""


def well_known(issuer: str) -> str:
    """Where a provider describes itself."""
    return str(get_well_known_url(issuer, external=True))


def read_metadata(body: bytes, issuer: str) -> Metadata:
    """What a provider says of itself; raises `BadToken` with a sentence where that is not enough."""
    try:
        found = msgspec.json.decode(body, type=Metadata)
    except UNREADABLE as wrong:
        raise BadToken(f"It does not describe itself as OpenID Connect asks: {wrong}.") from None
    if found.issuer != issuer:
        raise BadToken(f"It calls itself {found.issuer}, not {issuer}. Both must be the same.")
    return found


def authorization_url(metadata: Metadata, provider: Provider, flow: Flow, redirect_uri: str) -> str:
    """Where the browser goes to sign in."""
    return str(
        prepare_grant_uri(
            metadata.authorization_endpoint,
            provider.audience,
            "code",
            redirect_uri=redirect_uri,
            scope=SCOPE,
            state=flow.state,
            nonce=flow.nonce,
            code_challenge=create_s256_code_challenge(flow.code_verifier),
            code_challenge_method="S256",
        )
    )


def token_request(
    metadata: Metadata, provider: Provider, flow: Flow, code: str, redirect_uri: str
) -> tuple[dict[str, str], bytes]:
    """Headers and body of what is sent for the tokens."""
    body = prepare_token_request(
        "authorization_code",
        redirect_uri=redirect_uri,
        code=code,
        code_verifier=flow.code_verifier,
    )
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    ways = metadata.token_endpoint_auth_methods_supported or _SECRET_WAYS
    way = next((each for each in _SECRET_WAYS if each in ways), _SECRET_WAYS[0])
    auth = ClientAuth(provider.audience, provider.key, way)
    _, headers, body = auth.prepare("POST", metadata.token_endpoint, headers, body)
    return headers, body.encode()


def read_answer(body: bytes) -> Answer:
    """The tokens; raises `BadToken` where there is no ID token."""
    try:
        return msgspec.json.decode(body, type=Answer)
    except UNREADABLE:
        raise BadToken("It gave no ID token.") from None


def read_keys(body: bytes) -> tuple[PublishedKey, ...]:
    """The keys that sign; what is of another kind, too weak or unreadable is left out."""
    try:
        found = msgspec.json.decode(body, type=dict[str, Any]).get("keys")
    except UNREADABLE:
        found = None
    if not isinstance(found, list):
        raise BadToken("Its keys cannot be read.")
    return tuple(_published(each for each in found[:_MOST_KEYS] if isinstance(each, dict)))


def read_id_token(
    token: str, provider: Provider, keys: Sequence[PublishedKey], nonce: str, *, now: int
) -> Said:
    """Who signed in, by everything that has to be right; raises `BadToken`, `UnknownKey` among them."""
    header = header_of(token)
    algorithm = algorithm_of(header, ALGORITHMS)
    payload = opened(token, _picked(keys, header.get("kid"), algorithm), algorithm)
    check(claims(payload), Expected(provider.issuer, provider.audience, LASTS), now=now)
    try:
        bound = msgspec.json.decode(payload, type=_Bound)
        said = msgspec.json.decode(payload, type=Said)
    except UNREADABLE as wrong:
        raise BadToken(f"Its ID token cannot be read: {wrong}.") from None
    if not hmac.compare_digest(bound.nonce.encode(), nonce.encode()):
        raise BadToken("Its ID token is not for this attempt to sign in.")
    is_for_many = not isinstance(bound.aud, str) and len(bound.aud) > 1
    if bound.azp != provider.audience and (is_for_many or bound.azp is not None):
        raise BadToken("Its ID token was given to somebody else.")
    return said


def read_user_info(body: bytes, subject: str) -> Said:
    """What else it says of whoever signed in; raises `BadToken` where it is about somebody else."""
    try:
        said = msgspec.json.decode(body, type=Said)
    except UNREADABLE:
        raise BadToken("What it says of the user cannot be read.") from None
    if said.sub != subject:
        raise BadToken("It described somebody else than who signed in.")
    return said


def name_of(said: Said) -> str | None:
    """The first of its names that can be shown."""
    for text in (said.name, said.nickname, said.preferred_username):
        try:
            if isinstance(text, str):
                return clean_name(text)
        except Invalid:
            continue
    return None


def person_of(said: Said, issuer: str) -> Person:
    """The reader; raises `BadToken` where the provider tells no name."""
    name = name_of(said)
    if name is None:
        raise BadToken("It tells no name that could be shown.")
    url = safe_url(said.website, schemes=("http", "https")) if _is_text(said.website) else None
    return Person(issuer, said.sub, name, url if url and len(url) <= MAX_WEBSITE else None)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _published(found: Iterable[dict[str, Any]]) -> Iterable[PublishedKey]:
    for each in found:
        if each.get("kty") not in ("RSA", "EC", "OKP") or each.get("use", "sig") != "sig":
            continue
        if each["kty"] == "RSA" and len(str(each.get("n"))) * 6 < LEAST_RSA:
            continue
        try:
            key = JWKRegistry.import_key(each)
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        kid, algorithm = each.get("kid"), each.get("alg")
        yield PublishedKey(
            key, kid if isinstance(kid, str) else None, str(algorithm) if algorithm else None
        )


def _picked(keys: Sequence[PublishedKey], kid: Any, algorithm: str) -> Key:
    """The key that the header names; without a name, the only one that there is."""
    fit = [each.key for each in keys if _fits(each, algorithm) and kid in (None, each.kid)]
    if not fit or (kid is None and len(fit) > 1):
        raise UnknownKey("Its ID token is signed with a key that it has not published.")
    return fit[0]


def _fits(published: PublishedKey, algorithm: str) -> bool:
    if published.algorithm is not None and published.algorithm not in NAMES[algorithm]:
        return False
    try:
        fitting(algorithm, published.key)
    except BadKey:
        return False
    return True
