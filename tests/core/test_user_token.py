"""Tokens of a site's own users: what was agreed is believed, and every known trick is not."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from afterword.core.sign_in_ways import Person, Provider
from afterword.core.signed_claims import BadKey, BadToken, Ended, check_key
from afterword.core.user_token import read_user_token

NOW = 1_800_000_000_000
SECONDS = NOW // 1000
SECRET = "a secret that is shared by two servers"
RSA = RSAKey.generate_key(2048)
ED = OKPKey.generate_key("Ed25519")
SMALL = (
    rsa.generate_private_key(65537, 1024)
    .public_key()
    .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    .decode()
)
STAFF = ("Staff", "Redaktion")


def pem(key: RSAKey | OKPKey | ECKey, *, private: bool = False) -> str:
    return key.as_pem(private=private).decode()


def provider(algorithm: str = "HS256", key: str = SECRET) -> Provider:
    return Provider(1, 1, "token", "Ours", "https://example.org", "comments", algorithm, key, NOW)


KEYS: dict[str, tuple[Any, Provider]] = {
    "HS256": (OctKey.import_key(SECRET), provider()),
    "RS256": (RSA, provider("RS256", pem(RSA))),
    "EdDSA": (ED, provider("EdDSA", pem(ED))),
}
WHOLE = {
    "iss": "https://example.org",
    "aud": "comments",
    "exp": SECONDS + 3600,
    "iat": SECONDS,
    "sub": "user-7",
    "name": "Mira Osei",
}


def claims(**other: Any) -> dict[str, Any]:
    """Claims that nothing is wrong with, apart from those given; None takes one away."""
    return {name: value for name, value in {**WHOLE, **other}.items() if value is not None}


def b64(text: str | bytes) -> str:
    data = text.encode() if isinstance(text, str) else text
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(algorithm: str = "HS256", header: Any = None, payload: Any = None) -> str:
    """A token by the key of that algorithm, whatever its header says."""
    key, _ = KEYS[algorithm]
    first = b64(json.dumps(header or {"alg": algorithm, "typ": "JWT"}))
    text = first + "." + b64(json.dumps(claims() if payload is None else payload))
    model = jws.JWSRegistry.algorithms[algorithm]
    return f"{text}.{b64(model.sign(text.encode(), key))}"


def read(token: str, by: Provider = KEYS["HS256"][1], now: int = NOW) -> Person:
    return read_user_token(token, by, staff_words=STAFF, now=now)


def refusal(token: str, by: Provider = KEYS["HS256"][1], now: int = NOW) -> str:
    with pytest.raises(BadToken) as refused:
        read(token, by, now)
    return str(refused.value)


@pytest.mark.parametrize("algorithm", KEYS)
def test_a_token_by_the_agreed_key_says_who_is_there(algorithm: str) -> None:
    told = claims(avatar="🦊", profile="https://example.org/u/7", role="Subscriber")
    person = read(signed(algorithm, payload=told), KEYS[algorithm][1])
    assert person == Person(
        "https://example.org", "user-7", "Mira Osei", "https://example.org/u/7", "🦊", "Subscriber"
    )


@pytest.mark.parametrize("payload", [b'{"iss":"\xff"}', b"\xff", b'{"iss":' + b"[" * 5000])
def test_what_is_no_text_is_refused_though_it_is_signed(payload: bytes) -> None:
    head = b64(json.dumps({"alg": "HS256"})) + "." + b64(payload)
    mac = hmac.digest(SECRET.encode(), head.encode(), sha256)
    assert "It needs iss" in refusal(f"{head}.{b64(mac)}")


def test_eddsa_may_bear_its_newer_name() -> None:
    assert read(signed("EdDSA", {"alg": "Ed25519"}), KEYS["EdDSA"][1]).subject == "user-7"


@pytest.mark.parametrize("signed_by", KEYS)
@pytest.mark.parametrize("agreed", KEYS)
def test_a_token_is_believed_by_the_agreed_algorithm_alone(signed_by: str, agreed: str) -> None:
    if signed_by != agreed:
        assert f"signed by {agreed}" in refusal(signed(signed_by), KEYS[agreed][1])


@pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE", "", None, 0, ["HS256"], {}])
@pytest.mark.parametrize("signature", ["", "AA"])
def test_a_token_without_a_signature_is_refused(name: Any, signature: str) -> None:
    text = b64(json.dumps({"alg": name})) + "." + b64(json.dumps(claims()))
    for _, by in KEYS.values():
        refusal(f"{text}.{signature}", by)
    refusal(text)


@pytest.mark.parametrize("algorithm", ["RS256", "EdDSA"])
def test_a_public_key_is_no_shared_secret(algorithm: str) -> None:
    """The classic confusion: HMAC with the text that everybody knows."""
    _, by = KEYS[algorithm]
    for text in (by.key, by.key.strip(), by.key.replace("\n", ""), by.key.encode().decode()):
        for name in ("HS256", algorithm):
            head = b64(json.dumps({"alg": name})) + "." + b64(json.dumps(claims()))
            mac = hmac.digest(text.encode(), head.encode(), sha256)
            refusal(f"{head}.{b64(mac)}", by)


@pytest.mark.parametrize("name", ["jwk", "jku", "x5u", "x5c", "kid"])
def test_a_key_that_a_token_brings_along_is_not_looked_at(name: str) -> None:
    strange = OKPKey.generate_key("Ed25519")
    brought: dict[str, Any] = {
        "jwk": strange.as_dict(private=False),
        "jku": "https://evil.example/keys.json",
        "x5u": "https://evil.example/cert.pem",
        "x5c": [b64(b"certificate")],
        "kid": "../../dev/null",
    }
    head = b64(json.dumps({"alg": "EdDSA", name: brought[name]})) + "." + b64(json.dumps(claims()))
    mac = jws.JWSRegistry.algorithms["EdDSA"].sign(head.encode(), strange)
    assert "key that was agreed" in refusal(f"{head}.{b64(mac)}", KEYS["EdDSA"][1])


@pytest.mark.parametrize(
    "more", [{"crit": ["b64"], "b64": False}, {"crit": ["exp"]}, {"b64": True}]
)
def test_a_header_that_asks_for_more_is_refused(more: dict[str, Any]) -> None:
    assert "crit" in refusal(signed(header={"alg": "HS256", **more}))


def test_an_empty_or_zero_secret_signs_nothing() -> None:
    for secret in ("", "\0", "secret", "0" * 31):
        head = b64(json.dumps({"alg": "HS256"})) + "." + b64(json.dumps(claims()))
        mac = hmac.digest(secret.encode(), head.encode(), sha256)
        refusal(f"{head}.{b64(mac)}")
        refusal(f"{head}.{b64(mac)}", provider(key=secret))


def test_no_part_may_be_changed_after_signing() -> None:
    header, payload, signature = signed().split(".")
    other = b64(json.dumps(claims(sub="user-1")))
    refusal(f"{header}.{other}.{signature}")
    refusal(f"{header}.{payload}.{signature[:-2]}")
    refusal(f"{header}.{payload}.{signature[::-1]}")
    refusal(f"{b64(json.dumps({'alg': 'HS256'}))}.{payload}.{signature}")


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ({"iss": "https://evil.example"}, "iss"),
        ({"iss": "https://example.org/"}, "iss"),
        ({"iss": None}, "iss"),
        ({"iss": ["https://example.org"]}, "iss"),
        ({"aud": "shop"}, "aud"),
        ({"aud": ["shop", "Comments"]}, "aud"),
        ({"aud": []}, "aud"),
        ({"aud": None}, "aud"),
        ({"aud": ["comments"] * 21}, "aud"),
        ({"exp": None}, "exp"),
        ({"exp": str(SECONDS + 60)}, "exp"),
        ({"exp": True}, "exp"),
        ({"exp": SECONDS + 24 * 3600 + 61}, "24 hours"),
        ({"exp": NOW + 3600_000}, "24 hours"),
        ({"exp": 10**30}, "24 hours"),
        ({"nbf": SECONDS + 61}, "nbf"),
        ({"iat": SECONDS + 61}, "iat"),
        ({"iat": "now"}, "iat"),
        ({"sub": None}, "sub"),
        ({"sub": ""}, "sub"),
        ({"sub": 7}, "sub"),
        ({"sub": "s" * 256}, "sub"),
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"name": "\u200b\u202e"}, "name"),
        ({"name": "n" * 61}, "name"),
        ({"name": {"first": "Mira"}}, "name"),
        ({"avatar": "too long for it"}, "avatar"),
        ({"avatar": ["🦊"]}, "avatar"),
        ({"profile": "javascript:alert(1)"}, "profile"),
        ({"profile": "https://mira:pw@example.org/"}, "profile"),
        ({"profile": "/u/7"}, "profile"),
        ({"profile": "https://example.org/" + "p" * 300}, "profile"),
        ({"role": "r" * 31}, "role"),
        ({"role": "Staff"}, "badge"),
        ({"role": "✓ ѕtaff"}, "badge"),
        ({"role": "redaktion"}, "badge"),
    ],
)  # fmt: skip
def test_what_a_token_has_to_say_is_checked_and_named(claim: dict[str, Any], said: str) -> None:
    assert said in refusal(signed(payload=claims(**claim)))


def test_a_token_that_has_ended_is_told_from_a_bad_one() -> None:
    with pytest.raises(Ended):
        read(signed(payload=claims(exp=SECONDS - 61)))
    assert read(signed(payload=claims(exp=SECONDS - 30))), "two clocks may differ a little"
    with pytest.raises(Ended):
        read(signed(), now=NOW + 3661_000)


@pytest.mark.parametrize(
    "claim",
    [{"aud": ["shop", "comments"]}, {"iat": None}, {"nbf": SECONDS}, {"exp": SECONDS + 0.5}],
)
def test_what_may_be_otherwise_is_taken(claim: dict[str, Any]) -> None:
    assert read(signed(payload=claims(**claim))).name == "Mira Osei"


def test_what_nobody_would_see_is_as_good_as_nothing() -> None:
    person = read(signed(payload=claims(avatar=" ", role="\u200b", profile="")))
    assert (person.avatar, person.role, person.website) == (None, None, None)


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "e30.e30.",
        "a.b",
        "a.b.c.d",
        "eyJhbGciOiJIUzI1NiJ9.e30.AAAA\n",
        "é.a.b",
    ],
)
def test_what_is_no_token_is_refused(token: str) -> None:
    refusal(token)


def test_huge_and_deep_ones_are_refused_before_they_are_read() -> None:
    assert "8,192" in refusal(signed(payload=claims(name="n" * 9_000)))
    deep = "[" * 3_000
    refusal(f"{b64(deep)}.e30.AAAA")
    head = f"{b64(json.dumps({'alg': 'HS256'}))}.{b64(deep)}"
    mac = hmac.digest(SECRET.encode(), head.encode(), sha256)
    refusal(f"{head}.{b64(mac)}")


@pytest.mark.parametrize("payload", [[], "text", 7, None, [[]]])
def test_what_was_signed_must_be_claims(payload: Any) -> None:
    key, _ = KEYS["HS256"]
    head = f"{b64(json.dumps({'alg': 'HS256'}))}.{b64(json.dumps(payload))}"
    refusal(f"{head}.{b64(jws.JWSRegistry.algorithms['HS256'].sign(head.encode(), key))}")


@given(
    st.text(max_size=80) | st.from_regex(r"[\w-]{2,40}\.[\w-]{2,40}\.[\w-]{2,40}", fullmatch=True)
)
def test_no_text_is_worse_than_refused(token: str) -> None:
    refusal(token)


def test_a_token_for_another_site_is_none_here() -> None:
    there = replace(provider(), audience="shop", key="another secret, as long as the first one is")
    assert read(signed())
    refusal(signed(), there)
    refusal(signed(), replace(there, key=SECRET))
    refusal(signed(), replace(provider(), issuer="https://shop.example"))


@pytest.mark.parametrize(
    ("algorithm", "key", "said"),
    [
        ("HS256", "s" * 31, "32 bytes"),
        ("HS256", pem(RSA), "key pair"),
        ("RS256", SECRET, "PEM"),
        ("RS256", pem(RSA, private=True), "private"),
        ("RS256", pem(ED), "RS256"),
        ("RS256", SMALL, "2,048 bits"),
        ("EdDSA", pem(ED, private=True), "private"),
        ("EdDSA", pem(RSA), "EdDSA"),
        ("EdDSA", pem(OKPKey.generate_key("Ed448")), "EdDSA"),
        ("EdDSA", pem(OKPKey.generate_key("X25519")), "EdDSA"),
        ("EdDSA", pem(ECKey.generate_key("P-256")), "EdDSA"),
        ("RS256", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "RS256"),
    ],
)
def test_a_key_that_is_unfit_is_refused_with_what_is_asked_for(
    algorithm: str, key: str, said: str
) -> None:
    with pytest.raises(BadKey, match=said):
        check_key(algorithm, key)
