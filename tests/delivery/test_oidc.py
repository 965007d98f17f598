"""Providers of OpenID Connect: who they say is there is believed once everything about it is right."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from afterword.core import oidc
from afterword.core.errors import NotFetched
from afterword.core.oidc_flow import Flow
from afterword.core.sign_in_ways import Person, Provider
from afterword.core.signed_claims import BadToken
from afterword.delivery.guarded_client import GuardedClient
from afterword.delivery.oidc import KEPT, PAUSE, OidcProviders
from tests.support.oidc_provider import CLIENT_ID, CLIENT_SECRET, OidcProvider, rsa_key

NOW = 1_800_000_000_000
BACK = "https://comments.example.org/sign-in/callback"


def flow(seed: str = "a random seed") -> Flow:
    return Flow(seed, 1, "https://blog.example.org", "c" * 43, "en", NOW + 60_000)


class Desk:
    """What asks a provider, and plays the browser in between."""

    def __init__(self, provider: OidcProvider, secret: str = CLIENT_SECRET) -> None:
        authority = urlsplit(provider.issuer).netloc
        self.provider = provider
        self.ours = Provider(1, 1, "oidc", "Example", provider.issuer, CLIENT_ID, "", secret, NOW)
        self.asks = OidcProviders(GuardedClient([authority]), [authority])

    async def sent(self, flow: Flow, now: int = NOW) -> dict[str, str]:
        """What the browser brings to the provider."""
        url = await self.asks.sign_in_url(self.ours, flow, BACK, now=now)
        assert url.startswith(f"{self.provider.issuer}/authorize?")
        return dict(parse_qsl(urlsplit(url).query))

    async def who(self, now: int = NOW, sent_by: Flow | None = None) -> Person:
        """Who signed in, after somebody has said yes there."""
        asked = await self.sent(sent_by or flow(), now)
        code = self.provider.code_for(asked)
        return await self.asks.who(self.ours, flow(), code, BACK, now=now)


async def test_what_is_sent_along_binds_the_answer_to_this_attempt(provider: OidcProvider) -> None:
    asked = await Desk(provider).sent(flow())
    assert asked == {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": BACK,
        "scope": "openid profile",
        "state": flow().state,
        "nonce": flow().nonce,
        "code_challenge": asked["code_challenge"],
        "code_challenge_method": "S256",
    }
    secrets = {flow().state, flow().nonce, flow().code_verifier, asked["code_challenge"]}
    assert len(secrets) == 4
    assert not secrets & set((await Desk(provider).sent(flow("another"))).values())


KEYS: dict[str, Any] = {
    "RS256": rsa_key("first"),
    "ES256": ECKey.generate_key("P-256"),
    "Ed25519": OKPKey.generate_key("Ed25519"),
}


@pytest.mark.parametrize("algorithm", KEYS)
async def test_somebody_is_known_by_what_the_provider_signed(
    provider: OidcProvider, algorithm: str
) -> None:
    provider.key, provider.algorithm = KEYS[algorithm], algorithm
    provider.user |= {"website": "https://mira.example/", "picture": "https://mira.example/me.png"}
    assert await Desk(provider).who() == Person(
        provider.issuer, "user-7", "Mira Osei", "https://mira.example/"
    )


@pytest.mark.parametrize("methods", [["client_secret_post"], ["client_secret_basic"], None])
async def test_the_secret_is_shown_as_the_provider_wants_it(
    provider: OidcProvider, methods: list[str] | None
) -> None:
    if methods:
        provider.metadata["token_endpoint_auth_methods_supported"] = methods
    assert (await Desk(provider).who()).subject == "user-7"


async def test_a_wrong_secret_and_a_code_of_another_attempt_give_nothing(
    provider: OidcProvider,
) -> None:
    with pytest.raises(NotFetched, match="answered 400"):
        await Desk(provider, "another").who()
    with pytest.raises(NotFetched, match="answered 400"):
        await Desk(provider).who(sent_by=flow("another seed"))
    desk = Desk(provider)
    code = provider.code_for(await desk.sent(flow()))
    await desk.asks.who(desk.ours, flow(), code, BACK, now=NOW)
    with pytest.raises(NotFetched, match="answered 400"):
        await desk.asks.who(desk.ours, flow(), code, BACK, now=NOW)


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"iss": "https://evil.example"}, "iss"),
        ({"aud": "another-client"}, "aud"),
        ({"aud": [CLIENT_ID, "another-client"]}, "somebody else"),
        ({"aud": [CLIENT_ID, "x"], "azp": "x"}, "somebody else"),
        ({"azp": "another-client"}, "somebody else"),
        ({"exp": NOW // 1000 - 61}, "ended"),
        ({"exp": None}, "exp"),
        ({"iat": NOW // 1000 + 61}, "iat"),
        ({"nonce": "another"}, "attempt"),
        ({"nonce": None}, "nonce"),
        ({"sub": None}, "sub"),
        ({"sub": 7}, "sub"),
    ],
)
async def test_an_id_token_that_is_wrong_anywhere_is_refused(
    provider: OidcProvider, claims: dict[str, Any], said: str
) -> None:
    provider.claims |= claims
    with pytest.raises(BadToken, match=said):
        await Desk(provider).who()


async def test_it_may_be_for_others_too_where_it_was_given_to_us(provider: OidcProvider) -> None:
    provider.claims |= {"aud": [CLIENT_ID, "another"], "azp": CLIENT_ID}
    assert (await Desk(provider).who()).subject == "user-7"


def _unsigned(provider: OidcProvider) -> str:
    parts = [json.dumps({"alg": "none"}), json.dumps({"iss": provider.issuer, "sub": "admin"})]
    return ".".join(base64.urlsafe_b64encode(each.encode()).decode().rstrip("=") for each in parts)


def _by_hmac(provider: OidcProvider) -> str:
    """Signed with the text of the public key, as a secret."""
    assert isinstance(provider.key, RSAKey)
    public = provider.key.as_pem(private=False)
    other = OidcProvider(provider.issuer, algorithm="HS256", kid=provider.kid)
    other.key = OctKey.import_key(base64.b64encode(public))
    return other.signed(flow().nonce)


def _by_a_key_it_brings(provider: OidcProvider) -> str:
    strange = OidcProvider(provider.issuer, key=rsa_key("strange"), kid=provider.kid)
    return strange.signed(flow().nonce)


@pytest.mark.parametrize("made", [_unsigned, _by_hmac, _by_a_key_it_brings])
@pytest.mark.parametrize("end", ["", "."])
async def test_an_id_token_by_another_key_is_refused(
    provider: OidcProvider, made: Callable[[OidcProvider], str], end: str
) -> None:
    provider.id_token = made(provider) + end
    with pytest.raises(BadToken):
        await Desk(provider).who()


async def test_a_published_secret_or_weak_key_is_none(provider: OidcProvider) -> None:
    provider.published = [
        {"kty": "oct", "k": "AAAA", "kid": "first"},
        {"kty": "RSA", "n": "AAAA", "e": "AQAB", "kid": "first"},
        {"kty": "RSA", "kid": "first"},
        provider.key.as_dict(private=False) | {"use": "enc", "kid": "first"},
        provider.key.as_dict(private=False) | {"alg": "RS512", "kid": "first"},
        "no key at all",
    ]
    with pytest.raises(BadToken, match="not published"):
        await Desk(provider).who()


async def test_keys_may_change_at_any_time(provider: OidcProvider) -> None:
    desk = Desk(provider)
    await desk.who()
    provider.rotate("second")
    with pytest.raises(BadToken, match="not published"):
        await desk.who(NOW + PAUSE - 1)
    assert (await desk.who(NOW + PAUSE)).subject == "user-7"
    assert provider.asked.count("/keys") == 2


async def test_a_provider_is_asked_once_an_hour_what_it_is(provider: OidcProvider) -> None:
    desk = Desk(provider)
    for now in (NOW, NOW + 1, NOW + KEPT - 1):
        await desk.sent(flow(), now)
    assert provider.asked.count("/keys") == 1
    await desk.sent(flow(), NOW + KEPT)
    assert provider.asked.count("/keys") == 2


async def test_without_a_name_of_its_key_the_only_one_is_meant(provider: OidcProvider) -> None:
    provider.kid = None
    assert (await Desk(provider).who()).subject == "user-7"
    other = rsa_key("other").as_dict(private=False)
    provider.published = [other, provider.key.as_dict(private=False)]
    with pytest.raises(BadToken, match="not published"):
        await Desk(provider).who()


async def test_a_name_that_the_id_token_lacks_is_asked_for(provider: OidcProvider) -> None:
    provider.user = {"sub": "user-7"}
    provider.told = {"sub": "user-7", "name": "", "preferred_username": "mira"}
    assert (await Desk(provider).who()).name == "mira"
    provider.told = {"sub": "user-8", "name": "Somebody else"}
    with pytest.raises(BadToken, match="somebody else"):
        await Desk(provider).who()
    provider.told = {"sub": "user-7"}
    with pytest.raises(BadToken, match="no name"):
        await Desk(provider).who()


@pytest.mark.parametrize(
    "user",
    [
        {"name": "n" * 61, "nickname": "mira"},
        {"name": ["Mira"], "preferred_username": "mira"},
        {"name": "\u200b", "nickname": 7, "preferred_username": "mira"},
    ],
)
async def test_the_first_name_that_can_be_shown_is_taken(
    provider: OidcProvider, user: dict[str, Any]
) -> None:
    provider.user = {"sub": "user-7", "website": "javascript:alert(1)", **user}
    person = await Desk(provider).who()
    assert (person.name, person.website) == ("mira", None)


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ({"issuer": "https://evil.example"}, "Both must be the same"),
        ({"token_endpoint": None}, "describe itself"),
        ({"jwks_uri": "http://10.0.0.1/keys"}, "https|private"),
        ({"authorization_endpoint": "http://example.org/authorize"}, "https"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "address"),
        ({"jwks_uri": "http://169.254.169.254/latest"}, "https|private"),
    ],
)
async def test_a_provider_that_describes_itself_badly_is_not_used(
    provider: OidcProvider, metadata: dict[str, Any], said: str
) -> None:
    provider.metadata |= metadata
    with pytest.raises(NotFetched, match=said):
        await Desk(provider).sent(flow())


async def test_a_provider_in_a_private_network_is_asked_only_if_allowed(
    provider: OidcProvider,
) -> None:
    desk = Desk(provider)
    desk.asks = OidcProviders(GuardedClient())
    with pytest.raises(NotFetched):
        await desk.sent(flow())
    assert provider.asked == []


@pytest.mark.parametrize("body", [b'{"id_token":"\xff"}', b"\xff", b"[" * 5000, b'{"sub":"\xc3("}'])
def test_what_is_no_text_is_an_answer_that_cannot_be_read(body: bytes) -> None:
    for read in (
        lambda: oidc.read_metadata(body, "https://id.example.org"),
        lambda: oidc.read_answer(body),
        lambda: oidc.read_keys(body),
        lambda: oidc.read_user_info(body, "7"),
    ):
        with pytest.raises(BadToken):
            read()
